using Hl7.Fhir.Model;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Oracle.Tests.FhirPath;

/// <summary>
/// The invariants of R4's own definitions, which our validator does not check yet, as expressions over real records: those of a resource's
/// elements where they stand, those of data types on every descendant of the type.
/// </summary>
public sealed class InvariantTests(ITestOutputHelper output)
{
    private const int PerType = 10;

    [Fact]
    public void Invariants_hold_for_the_same_elements_of_the_synthetic_patients() => Compare(Record.OfPatients(20));

    [Fact]
    public void Invariants_hold_for_the_same_elements_of_the_invented_resources() => Compare(Record.Invented());

    private void Compare(List<Record> records)
    {
        var differences = new List<string>();
        var (questions, elements, refused) = (0, 0, 0);
        var dataTypes = R4Definitions.Types.Where(type => type.Kind is TypeKind.Complex or TypeKind.Primitive)
            .SelectMany(type => OfDataType(type.Name)).ToList();
        foreach (var group in records.GroupBy(record => record.Type, StringComparer.Ordinal))
        {
            var some = Record.Spread([.. group], PerType * Sizes.Times);
            foreach (var (key, expression) in OfResource(group.Key).Concat(OfResource("DomainResource")).Concat(dataTypes))
            {
                var compiled = Engines.Compile(expression);
                foreach (var record in some)
                {
                    // R4 casts whole collections in its own invariants.
                    var ours = Engines.Ours(expression, record, castsCollections: true);
                    var theirs = Engines.Firely(compiled, record);
                    questions++;
                    if (ours.Refusal is not null) refused++;
                    else if (ours.Items is [{ Text: not "0" }]) elements++;
                    if (ours.Agrees(theirs)) continue;
                    differences.Add($"{key} on {record.Type} {record.Name}\n  {expression}\n  ours:   {ours}\n  Firely: {theirs}");
                    break;
                }
            }
        }

        output.WriteLine($"{questions} evaluations, {elements} of them true for one element at least, {refused} refused");
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(40)));
        Assert.True(elements > questions / 30, "The invariants met too little to be compared");
    }

    // Counting what meets the criterion makes one number of the answers, whatever their order.
    private static IEnumerable<(string Key, string Expression)> OfResource(string type) =>
        from row in Constraints(type)
        let path = row.Path == type ? "$this" : Choice(row.Path[(type.Length + 1)..])
        select (row.Key, $"{path}.where({row.Expression}).count()");

    private static IEnumerable<(string Key, string Expression)> OfDataType(string type) =>
        from row in Constraints(type)
        let inner = row.Path == type ? "" : "." + Choice(row.Path[(type.Length + 1)..])
        select (row.Key, $"descendants().ofType({type}){inner}.where({row.Expression}).count()");

    private static string Choice(string path) => path.Replace("[x]", "", StringComparison.Ordinal);

    /// <summary>Without those that need more than an expression engine: a terminology, or an XHTML parser.</summary>
    private static IEnumerable<(string Key, string Path, string Expression)> Constraints(string type) =>
        from element in Definition(type)?.Differential?.Element ?? []
        from constraint in element.Constraint
        where constraint.Expression is { Length: > 0 } text && !text.Contains("htmlChecks", StringComparison.Ordinal)
            && !text.Contains("memberOf", StringComparison.Ordinal)
        select (constraint.Key, element.Path, constraint.Expression);

    private static StructureDefinition? Definition(string type) =>
        Specification.R4.Find($"http://hl7.org/fhir/StructureDefinition/{type}") as StructureDefinition;
}
