using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Oracle.Tests.FhirPath;

/// <summary>The expressions of all of R4's search parameters, each on resources of its type.</summary>
public sealed class SearchExpressionTests(ITestOutputHelper output)
{
    private const int PerType = 25;

    [Fact]
    public void Search_expressions_find_the_same_in_the_synthetic_patients() => Compare(Record.OfPatients(20));

    [Fact]
    public void Search_expressions_find_the_same_in_the_invented_resources() => Compare(Record.Invented());

    private void Compare(List<Record> records)
    {
        var differences = new List<string>();
        var (questions, items) = (0, 0);
        foreach (var group in records.GroupBy(record => record.Type, StringComparer.Ordinal))
        {
            var some = Record.Spread([.. group], PerType * Sizes.Times);
            foreach (var parameter in R4Definitions.SearchParameters(group.Key).Values.Where(parameter => parameter.Expression.Length > 0))
            {
                var compiled = Engines.Compile(parameter.Expression);
                foreach (var record in some)
                {
                    var ours = Engines.Ours(parameter.Expression, record, castsCollections: true);
                    var theirs = Engines.Firely(compiled, record);
                    (questions, items) = (questions + 1, items + ours.Items.Count);
                    if (ours.Agrees(theirs) || KnownDifference.Cover(parameter.Expression, ours, theirs)) continue;
                    differences.Add($"{parameter} on {record.Name}\n  {parameter.Expression}\n  ours:   {ours}\n  Firely: {theirs}");
                    break;
                }
            }
        }

        output.WriteLine($"{questions} evaluations found {items} items");
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(40)));
        Assert.True(items > questions / 10, "The expressions found too little to be compared");
    }
}
