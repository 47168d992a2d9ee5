using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.Api.Tests.Searching.Naive;

/// <summary>
/// The searches of <see cref="NaiveSearchTests"/> a second time: records were updated, patched, deleted and brought back, and are asked for
/// by the values that they had and by those that they have. Several conditions, several values of one, value sets and orders go with it.
/// </summary>
public abstract class NaiveSearchAgainTests(FhirServer server)
{
    private const int RecordsOfType = 9;
    private const int PairsOfType = 6;
    private const int OrdersOfType = 4;
    private const string ValueSet = "ValueSet";

    [Fact]
    public async Task After_changes_every_search_finds_and_orders_what_a_reader_of_all_records_does()
    {
        var random = new Random(20261128);
        var admin = await (await Clinic.Open(server)).Admin();
        var (maker, wrong) = (new NaiveRecord(random), new List<string>());
        var ways = new Dictionary<string, int>(StringComparer.Ordinal);
        var orders = 0;
        // Value sets that other types are searched by come after those that are records.
        foreach (var type in R4Definitions.ResourceTypes.Except(NaiveSearchTests.Left).OrderBy(type => type != ValueSet))
        {
            var (before, now) = await Change(admin, maker, type);
            var cases = Cases([.. before, .. now], type, random).ToList();
            cases.AddRange(await OfValueSet(admin, type, now, random));
            await foreach (var (each, ids) in NaiveCase.Ask(admin, cases))
            {
                var expected = each.Expected(now);
                if (!ids.SequenceEqual(expected)) wrong.Add(Told($"{type}?{each.Query}", ids, expected));
                if (expected.Count > 0 && expected.Count < now.Count) ways[each.Way] = ways.GetValueOrDefault(each.Way) + 1;
            }

            foreach (var keys in Orders(type, now, random))
            {
                var query = $"{type}?_sort={string.Join(',', keys.Select(key => (key.Falls ? "-" : "") + key.Parameter.Code))}&_count=100";
                var (ids, expected) = ((await admin.Get(query)).Is(200).Ids, NaiveSort.Order(now, type, keys));
                if (!ids.SequenceEqual(expected)) wrong.Add(Told(query, ids, expected));
                orders++;
            }
        }

        var seen = string.Join(", ", ways.OrderBy(way => way.Key, StringComparer.Ordinal).Select(way => $"{way.Key} {way.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{orders} orders, {seen}");
        Assert.True(wrong.Count == 0, $"{wrong.Count}:\n{string.Join('\n', wrong.Take(40))}");
        string[] expectedWays = ["", "and", "or", "not", "in", "not-in", "identifier", "missing"];
        Assert.All(expectedWays, way => Assert.InRange(ways.GetValueOrDefault(way), 20, 10_000));
        Assert.InRange(orders, 300, 1_000);
    }

    /// <summary>Nine records, of which three are updated, one deleted, one deleted and brought back, one patched, one made last.</summary>
    private static async Task<(List<JsonElement> Before, List<JsonElement> Now)> Change(Person person, NaiveRecord maker, string type)
    {
        var first = Enumerable.Range(0, RecordsOfType - 1).Select(number => maker.Make(type, $"n{number}", number)).ToList();
        (await person.Bundle("transaction", first.Select(record => Put(record, type)))).Is(200);
        var now = first.ToDictionary(record => record["id"]!.GetValue<string>());
        foreach (var number in (int[])[0, 1, 2, 4]) now[$"n{number}"] = maker.Make(type, $"n{number}", number + 3);
        now.Remove("n3");
        now["n8"] = maker.Make(type, "n8", 8);
        now["n5"] = (JsonObject)now["n5"].DeepClone();
        now["n5"]["meta"]!["tag"]![0]!["code"] = "patched";
        (await person.Bundle("transaction", Sample.Delete($"{type}/n3"), Sample.Delete($"{type}/n4"))).Is(200);
        string[] written = ["n0", "n1", "n2", "n4", "n8"];
        (await person.Bundle("transaction", written.Select(id => Put(now[id], type)))).Is(200);
        (await person.Send(
            HttpMethod.Patch, $"/fhir/{type}/n5", """[{"op":"replace","path":"/meta/tag/0/code","value":"patched"}]""",
            request => request.Content!.Headers.ContentType = new("application/json-patch+json"))).Is(200);
        List<JsonElement> Read(IEnumerable<JsonObject> records) => [.. records.Select(record => JsonElement.Parse(record.ToJsonString()))];
        return (Read(first), Read(now.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => each.Value)));
    }

    private static IEnumerable<NaiveCase> Cases(List<JsonElement> records, string type, Random random)
    {
        var query = new NaiveQuery(random);
        var made = new List<NaiveCondition>();
        foreach (var parameter in R4Definitions.SearchParameters(type).Values.OrderBy(parameter => parameter.Id))
        {
            if (parameter.Expression.Length == 0 || parameter.Kind == SearchParameterKind.Special) continue;
            if (parameter.Code is "_id" or "_lastUpdated" or "deceased") continue;
            var of = Enumerable.Range(0, 2).Select(_ => query.Of(records[random.Next(records.Count)], type, parameter))
                .OfType<(string? Modifier, string Value)>()
                .Select(each => new NaiveCondition(parameter, each.Modifier, each.Value)).ToList();
            made.AddRange(of);
            if (of is [var one, var other] && one.Modifier == other.Modifier && one.Modifier != "missing")
                made.Add(one with { Value = $"{one.Value},{other.Value}", IsOr = true });
        }

        foreach (var condition in made) yield return new NaiveCase(type, [condition]);
        for (var pair = 0; pair < PairsOfType; pair++)
            yield return new NaiveCase(type, [made[random.Next(made.Count)], made[random.Next(made.Count)]]);
    }

    /// <summary>In a value set of half the codes that the records have, and not in it.</summary>
    private static async Task<List<NaiveCase>> OfValueSet(Person person, string type, List<JsonElement> records, Random random)
    {
        var cases = new List<NaiveCase>();
        if (type == ValueSet) return cases;
        foreach (var parameter in R4Definitions.SearchParameters(type).Values.OrderBy(parameter => parameter.Id))
        {
            if (parameter.Kind != SearchParameterKind.Token || parameter.Expression.Length == 0) continue;
            var tokens = records.SelectMany(record => NaivePath.Find(record, parameter.Expression, type)).ToList();
            // A code by itself takes its system from the binding, and an identifier is in no value set.
            if (tokens.Exists(found => found.Value.ValueKind != JsonValueKind.Object || found.Value.TryGetProperty("value", out _))) continue;
            var codes = tokens.SelectMany(found => NaiveMatch.TokensOf(found.Value))
                .Where(token => token.System is not null).Distinct().ToList();
            if (codes.Count < 2 || cases.Count >= 4) continue;
            var chosen = codes.Where((_, index) => index % 2 == random.Next(2)).DefaultIfEmpty(codes[0]).ToHashSet();
            var id = $"{type}-{cases.Count}".ToLowerInvariant();
            var includes = chosen.GroupBy(token => token.System).Select(of => new JsonObject
            {
                ["system"] = of.Key, ["concept"] = new JsonArray([.. of.Select(token => new JsonObject { ["code"] = token.Code })]),
            });
            var set = new JsonObject
            {
                ["resourceType"] = ValueSet, ["id"] = id, ["url"] = $"http://naive.example/{id}", ["status"] = "active",
                ["compose"] = new JsonObject { ["include"] = new JsonArray([.. includes]) },
            };
            (await person.Put($"{ValueSet}/{id}", set.ToJsonString())).Is(201);
            foreach (var modifier in (string[])["in", "not-in"])
                cases.Add(new NaiveCase(type, [new NaiveCondition(parameter, modifier, $"http://naive.example/{id}") { Set = chosen }]));
        }

        return cases;
    }

    private static IEnumerable<List<(SearchParameterDefinition Parameter, bool Falls)>> Orders(
        string type, List<JsonElement> records, Random random)
    {
        var possible = R4Definitions.SearchParameters(type).Values.Where(NaiveSort.Takes).OrderBy(parameter => parameter.Id)
            .Where(parameter => records.Exists(record => NaivePath.Find(record, parameter.Expression, type).Count > 0)).ToList();
        for (var order = 0; order < OrdersOfType && possible.Count > 0; order++)
        {
            yield return
            [
                .. Enumerable.Range(0, random.Next(1, 4)).Select(_ => possible[random.Next(possible.Count)]).Distinct()
                    .Select(parameter => (parameter, random.Next(2) == 0)),
            ];
        }
    }

    private static string Put(JsonObject record, string type) => Sample.Put(record.ToJsonString(), $"{type}/{record["id"]}");

    private static string Told(string query, IEnumerable<string> ids, IEnumerable<string> expected) =>
        $"{Uri.UnescapeDataString(query)}: {string.Join(',', ids)} and not {string.Join(',', expected)}";
}

public sealed class NaiveSearchAgainOnSqlite(SqliteFhirServer server) : NaiveSearchAgainTests(server);

public sealed class NaiveSearchAgainOnPostgres(PostgresFhirServer server) : NaiveSearchAgainTests(server);
