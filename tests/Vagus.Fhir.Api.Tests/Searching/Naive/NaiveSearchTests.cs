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

    // Written by the server, or with rules of their own for what is inside.
    internal static readonly string[] Left = ["AuditEvent", "Provenance", "Bundle", "Parameters", "OperationOutcome", "Communication"];

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
            await foreach (var (each, ids) in NaiveCase.Ask(admin, cases))
            {
                var expected = each.Expected(read);
                if (!ids.SequenceEqual(expected))
                    wrong.Add($"{type}?{Uri.UnescapeDataString(each.Query)}: {string.Join(',', ids)} and not {string.Join(',', expected)}");
                asked++;
                if (expected.Count is > 0 and < RecordsOfType)
                {
                    telling++;
                    ways[each.Way] = ways.GetValueOrDefault(each.Way) + 1;
                }

                if (expected.Count > 0) covered.Add(each.Conditions[0].Parameter.Id);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{asked} searches, {telling} that find some and not all, {covered.Count} parameters, "
            + string.Join(", ", ways.Where(way => way.Key.Length > 0).OrderBy(way => way.Key, StringComparer.Ordinal).Select(way => $"{way.Key} {way.Value}")));
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {asked}:\n{string.Join('\n', wrong.Take(40))}");
        Assert.InRange(asked, 3_000, 20_000);
        Assert.InRange(telling, 800, asked);
        Assert.InRange(covered.Count, 1_200, 2_000);
        Assert.All((string[])["of-type", "identifier", "above", "below", "Date ap", "Quantity ap", "Number ap"], way => Assert.InRange(ways.GetValueOrDefault(way), 3, asked));
    }

    private static IEnumerable<NaiveCase> Cases(List<JsonElement> records, string type, NaiveQuery query, Random random)
    {
        foreach (var parameter in R4Definitions.SearchParameters(type).Values.OrderBy(parameter => parameter.Id))
        {
            if (parameter.Expression.Length == 0 || parameter.Kind == SearchParameterKind.Special) continue;
            // Both are the server's; the expression of the last is a sentence and no path.
            if (parameter.Code is "_id" or "_lastUpdated" or "deceased") continue;
            for (var number = 0; number < QueriesOfParameter; number++)
            {
                if (query.Of(records[random.Next(records.Count)], type, parameter) is not var (modifier, value)) continue;
                yield return new NaiveCase(type, [new NaiveCondition(parameter, modifier, value)]);
            }
        }
    }
}

public sealed class NaiveSearchOnSqlite(SqliteFhirServer server) : NaiveSearchTests(server);

public sealed class NaiveSearchOnPostgres(PostgresFhirServer server) : NaiveSearchTests(server);
