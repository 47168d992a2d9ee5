using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.Api.Tests.Searching.Naive;

/// <summary>
/// Searches of every parameter of every type over made records. What they find is what a matcher finds that reads the records' JSON one by
/// one and shares no code with the server's index.
/// </summary>
public abstract class NaiveSearchTests(FhirServer server)
{
    private const int RecordsOfType = 8;
    private const int QueriesOfParameter = 3;
    private const int EntriesOfBatch = 200;

    // Written by the server, or with rules of their own for what is inside.
    private static readonly string[] Left = ["AuditEvent", "Provenance", "Bundle", "Parameters", "OperationOutcome", "Communication"];

    [Fact]
    public async Task Every_parameter_finds_what_a_reader_of_all_records_finds()
    {
        var random = new Random(20261127);
        var admin = await (await Clinic.Open(server)).Admin();
        var (maker, query) = (new NaiveRecord(random), new NaiveQuery(random));
        var (asked, telling, wrong, covered) = (0, 0, new List<string>(), new HashSet<int>());
        var ways = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var type in R4Definitions.ResourceTypes.Except(Left))
        {
            var records = Enumerable.Range(0, RecordsOfType).Select(number => maker.Make(type, $"n{number}", number)).ToList();
            (await admin.Bundle("transaction", records.Select(record => Sample.Put(record.ToJsonString(), $"{type}/{record["id"]}")))).Is(200);
            var read = records.ConvertAll(record => JsonElement.Parse(record.ToJsonString()));
            var cases = Cases(read, type, query, random).ToList();
            foreach (var part in cases.Chunk(EntriesOfBatch))
            {
                var answer = (await admin.Bundle("batch", part.Select(each => Sample.Get($"{type}?{each.Query}&_count=100")))).Is(200);
                foreach (var (each, entry) in part.Zip(answer.Entries))
                {
                    var expected = read.Where(record => NaiveMatch.Meets(record, type, each.Parameter, each.Modifier, each.Value))
                        .Select(record => record.GetProperty("id").GetString()!).Order(StringComparer.Ordinal).ToList();
                    if (IdsOf(entry) is var ids && !ids.SequenceEqual(expected))
                        wrong.Add($"{type}?{Uri.UnescapeDataString(each.Query)}: {string.Join(',', ids)} and not {string.Join(',', expected)}");
                    asked++;
                    if (expected.Count is > 0 and < RecordsOfType)
                    {
                        telling++;
                        ways[each.Way] = ways.GetValueOrDefault(each.Way) + 1;
                    }

                    if (expected.Count > 0) covered.Add(each.Parameter.Id);
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{asked} searches, {telling} that find some and not all, {covered.Count} parameters, "
            + string.Join(", ", ways.Where(way => way.Key.Length > 0).OrderBy(way => way.Key, StringComparer.Ordinal).Select(way => $"{way.Key} {way.Value}")));
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {asked}:\n{string.Join('\n', wrong.Take(40))}");
        Assert.InRange(asked, 3_000, 20_000);
        Assert.InRange(telling, 800, asked);
        Assert.InRange(covered.Count, 1_200, 2_000);
        Assert.All((string[])["of-type", "above", "below", "Date ap", "Quantity ap", "Number ap"], way => Assert.InRange(ways.GetValueOrDefault(way), 3, asked));
    }

    private static IEnumerable<Case> Cases(List<JsonElement> records, string type, NaiveQuery query, Random random)
    {
        foreach (var parameter in R4Definitions.SearchParameters(type).Values.OrderBy(parameter => parameter.Id))
        {
            if (parameter.Expression.Length == 0 || parameter.Kind == SearchParameterKind.Special) continue;
            // Both are the server's; the expression of the last is a sentence and no path.
            if (parameter.Code is "_id" or "_lastUpdated" or "deceased") continue;
            for (var number = 0; number < QueriesOfParameter; number++)
            {
                if (query.Of(records[random.Next(records.Count)], type, parameter) is not var (modifier, value)) continue;
                yield return new Case(parameter, modifier, value);
            }
        }
    }

    private static List<string> IdsOf(JsonElement entry)
    {
        var resource = entry.TryGetProperty("resource", out var page) ? page : entry.GetProperty("response").GetProperty("outcome");
        if (!entry.GetProperty("response").GetProperty("status").GetString()!.StartsWith("200", StringComparison.Ordinal))
            return [resource.GetRawText()];
        return !resource.TryGetProperty("entry", out var entries) ? []
            : [.. entries.EnumerateArray().Select(each => each.GetProperty("resource").GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
    }

    private sealed record Case(SearchParameterDefinition Parameter, string? Modifier, string Value)
    {
        /// <summary>The modifier, or the kind with the prefix.</summary>
        public string Way => Modifier ?? (Value.StartsWith("ap", StringComparison.Ordinal) ? $"{Parameter.Kind} ap" : "");

        public string Query => $"{Parameter.Code}{(Modifier is null ? "" : $":{Modifier}")}={Uri.EscapeDataString(Value)}";
    }
}

public sealed class NaiveSearchOnSqlite(SqliteFhirServer server) : NaiveSearchTests(server);

public sealed class NaiveSearchOnPostgres(PostgresFhirServer server) : NaiveSearchTests(server);
