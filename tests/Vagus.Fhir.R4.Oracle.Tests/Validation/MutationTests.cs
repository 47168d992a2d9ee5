using System.Globalization;

namespace Vagus.Fhir.R4.Oracle.Tests.Validation;

public sealed class MutationTests(ITestOutputHelper output)
{
    private const int Changes = 4_000;

    [Fact]
    public void Changed_resources_of_the_synthetic_patients_are_accepted_or_refused_by_both() => Compare(Record.OfPatients(3));

    [Fact]
    public void Changed_invented_resources_are_accepted_or_refused_by_both() => Compare(Record.Invented());

    private void Compare(List<Record> records)
    {
        var count = Changes * Sizes.Times;
        output.WriteLine($"{count} changes from seed {Sizes.Seed}; VAGUS_ORACLE_TIMES and VAGUS_ORACLE_SEED change that");
        var types = records.Where(record => Verdicts.Ours(record.Json.GetRawText()).IsAccepted)
            .GroupBy(record => record.Type, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Record.Spread([.. group], 10).ToArray()).ToArray();
        var differences = new List<string>();
        var (accepted, known) = (0, 0);
        for (var seed = Sizes.Seed; seed < Sizes.Seed + count && differences.Count < 30; seed++)
        {
            var random = new Random(seed);
            var group = types[random.Next(types.Length)];
            var record = group[random.Next(group.Length)];
            var (change, json) = new Mutator(random).Change(record.Json);
            var (ours, theirs) = (Verdicts.Ours(json), Verdicts.Firely(json));
            if (ours.IsAccepted) accepted++;
            if (ours.IsAccepted == theirs.IsAccepted) continue;
            if (KnownVerdict.Cover(ours, theirs)) known++;
            else differences.Add(Describe(seed, change, json));
        }

        output.WriteLine($"{accepted} accepted by ours, {known} known differences");
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.InRange(accepted, count / 20, count * 19 / 20);
    }

    private static string Describe(int seed, string change, string json)
    {
        var least = Smallest.Of(json, Differ);
        return string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {change}\n  {least}\n  ours:   {Verdicts.Ours(least)}\n")
            + $"  Firely: {Verdicts.Firely(least)}";
    }

    private static bool Differ(string json)
    {
        var (ours, theirs) = (Verdicts.Ours(json), Verdicts.Firely(json));
        return ours.IsAccepted != theirs.IsAccepted && !KnownVerdict.Cover(ours, theirs);
    }
}
