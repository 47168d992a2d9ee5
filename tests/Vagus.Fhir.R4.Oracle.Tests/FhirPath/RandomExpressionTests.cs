using System.Globalization;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Oracle.Tests.FhirPath;

public sealed class RandomExpressionTests(ITestOutputHelper output)
{
    private const int Expressions = 3_000;
    private const int Patients = 3;

    [Fact]
    public void Random_expressions_give_the_same_on_the_synthetic_patients() => Compare(Record.OfPatients(Patients), Expressions);

    [Fact]
    public void Random_expressions_give_the_same_on_the_invented_resources() => Compare(Record.Invented(), Expressions);

    private void Compare(List<Record> records, int expressions)
    {
        var count = expressions * Sizes.Times;
        output.WriteLine($"{count} expressions from seed {Sizes.Seed}; VAGUS_ORACLE_TIMES and VAGUS_ORACLE_SEED change that");
        // A type is as likely as another, however many resources it has.
        var types = records.GroupBy(record => record.Type, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.ToArray()).ToArray();
        var differences = new List<string>();
        var (refused, empty) = (0, 0);
        for (var seed = Sizes.Seed; seed < Sizes.Seed + count && differences.Count < 20; seed++)
        {
            var random = new Random(seed);
            var group = types[random.Next(types.Length)];
            var record = group[random.Next(group.Length)];
            var root = R4Definitions.Type(record.Type) ?? throw new InvalidDataException(record.Type);
            var expression = new ExpressionGenerator(random, record.Vocabulary, root).Any();
            var answer = Engines.Ours(expression.ToString(), record);
            if (answer.Refusal is not null) refused++;
            else if (answer.Items.Count == 0) empty++;
            if (Differs(expression.ToString(), record) && Problem(seed, expression, record) is { } problem) differences.Add(problem);
        }

        output.WriteLine($"{refused} were refused, {empty} found nothing");
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.InRange(refused + empty, 0, count * 3 / 4);
    }

    private static bool Differs(string expression, Record record) =>
        !Engines.Ours(expression, record).Agrees(Engines.Firely(expression, record));

    private static string? Problem(int seed, Expr expression, Record record)
    {
        var least = expression.Shrink(text => Differs(text, record)).ToString();
        var (ours, theirs) = (Engines.Ours(least, record), Engines.Firely(least, record));
        return KnownDifference.Cover(least, ours, theirs) ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"seed {seed} on {record.Type} {record.Name}\n  {least}\n  ours:   {ours}\n  Firely: {theirs}\n  from:   {expression}");
    }
}
