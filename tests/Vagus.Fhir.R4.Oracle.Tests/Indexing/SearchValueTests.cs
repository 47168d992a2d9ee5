using Hl7.Fhir.Model;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Oracle.Tests.FhirPath;

namespace Vagus.Fhir.R4.Oracle.Tests.Indexing;

/// <summary>Our search values beside what the SDK's FHIRPath finds for each parameter: tokens, references and dates.</summary>
public sealed class SearchValueTests(ITestOutputHelper output)
{
    private const int PerType = 25;

    [Fact]
    public void Search_values_of_the_synthetic_patients_are_those_that_the_SDK_finds() =>
        Compare(Record.OfPatients(20).ConvertAll(record => record.Stored()));

    [Fact]
    public void Search_values_of_the_invented_resources_are_those_that_the_SDK_finds() => Compare(Record.Invented());

    private void Compare(List<Record> records)
    {
        var indexer = new SearchIndexer(OwnBases.None);
        var differences = new List<string>();
        var values = 0;
        foreach (var group in records.GroupBy(record => record.Type, StringComparer.Ordinal))
        {
            var all = Record.Spread([.. group], PerType * Sizes.Times)
                .Select(record => (record, indexer.Extract(record.Json, record.Type))).ToList();
            foreach (var parameter in R4Definitions.SearchParameters(group.Key).Values.Where(parameter => parameter.Expression.Length > 0))
            {
                var compiled = Engines.Compile(parameter.Expression);
                foreach (var (record, ours) in all)
                {
                    if (FoundValues.Of(parameter, Engines.Nodes(compiled, record)) is not { } theirs) continue;
                    var mine = IndexedTexts.Of(parameter, ours);
                    values += mine.Count;
                    if (mine.SetEquals(theirs)) continue;
                    differences.Add($"{parameter} on {record.Name}\n  ours: {Text(mine)}\n  SDK:  {Text(theirs)}");
                    break;
                }
            }
        }

        output.WriteLine($"{values} values compared");
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(40)));
        Assert.True(values > records.Count / 4, "Too few values to compare");
    }

    private static string Text(IEnumerable<string> texts) => string.Join(", ", texts.Order(StringComparer.Ordinal).Take(8));
}

/// <summary>Our values of one parameter as text.</summary>
internal static class IndexedTexts
{
    public static HashSet<string> Of(SearchParameterDefinition parameter, IndexedValues values) => new(
        parameter.Kind switch
        {
            SearchParameterKind.Token => values.Tokens.Where(token => token.Parameter == parameter.Id)
                .Select(token => $"{token.System}|{token.Code}"),
            SearchParameterKind.Reference => values.References.Where(reference => reference.Parameter == parameter.Id)
                .Select(reference => reference.Id is null ? reference.Url ?? "" : $"{reference.Type}/{reference.Id}"),
            _ => values.Dates.Where(date => date.Parameter == parameter.Id).Select(date => $"{date.Low:O}/{date.High:O}"),
        },
        StringComparer.Ordinal);
}

/// <summary>The same from the elements that the SDK found, by R4's rules for the kind; null where it has nothing to compare with.</summary>
internal static class FoundValues
{
    public static HashSet<string>? Of(SearchParameterDefinition parameter, IReadOnlyList<Base> found)
    {
        Func<Base, IEnumerable<string>>? read = parameter.Kind switch
        {
            SearchParameterKind.Token => Tokens,
            SearchParameterKind.Reference => References,
            SearchParameterKind.Date => Dates,
            _ => null,
        };
        // A schedule has bounds of its own that no type of the SDK knows.
        return read is null || found.Any(element => element is Timing)
            ? null
            : new HashSet<string>(found.SelectMany(read), StringComparer.Ordinal);
    }

    private static IEnumerable<string> Tokens(Base element) => element switch
    {
        CodeableConcept concept => concept.Coding.SelectMany(Tokens),
        Coding coding => Token(coding.System, coding.Code),
        Identifier identifier => Token(identifier.System, identifier.Value),
        ContactPoint { Value: { } address } => [$"|{address}"],
        PrimitiveType { JsonValue: bool truth } => [truth ? "|true" : "|false"],
        PrimitiveType { JsonValue: { } value } => [$"|{value}"],
        _ => [],
    };

    private static IEnumerable<string> Token(string? system, string? code) => system is null && code is null ? [] : [$"{system}|{code}"];

    private static IEnumerable<string> References(Base element) => element switch
    {
        ResourceReference { Reference: { Length: > 0 } text } => text[0] == '#' ? [] : [text.Split("/_history/")[0]],
        Canonical { Value: { } canonical } => [canonical.Split('|')[0], canonical],
        FhirUri { Value: { } uri } => [uri],
        _ => [],
    };

    private static IEnumerable<string> Dates(Base element) => element switch
    {
        Instant { Value: { } at } => [$"{at.ToUniversalTime():O}/{at.ToUniversalTime().AddTicks(1):O}"],
        Date { Value: { } date } => Range(Low(date), High(date)),
        FhirDateTime { Value: { } time } => Range(Low(time), High(time)),
        Period { Start: null, End: null } => [],
        Period period => Range(
            period.Start is { } start ? Low(start) : DateRange.Beginning, period.End is { } end ? High(end) : DateRange.End),
        _ => [],
    };

    private static IEnumerable<string> Range(DateTimeOffset? low, DateTimeOffset? high) =>
        low is { } from && high is { } to ? [$"{from:O}/{to:O}"] : [];

    private static DateTimeOffset? Low(string text) =>
        Hl7.Fhir.ElementModel.Types.DateTime.TryParse(text, out var time) ? time.ToDateTimeOffset(TimeSpan.Zero).ToUniversalTime() : null;

    // Years, months, days and seconds by the length of the text; a fraction has the width of its last digit.
    private static DateTimeOffset? High(string text) => Low(text) is not { } low ? null : text.Length switch
    {
        4 => low.AddYears(1),
        7 => low.AddMonths(1),
        10 => low.AddDays(1),
        _ when text[11..].IndexOf('.') is > 0 and var dot =>
            low.AddTicks((long)(TimeSpan.TicksPerSecond / Math.Pow(10, text[(12 + dot)..].TakeWhile(char.IsAsciiDigit).Count()))),
        _ => low.AddSeconds(1),
    };
}
