using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// Every parameter by every way of a search, asked by one asker. An answer is exactly the records that meet the query and that the asker
/// sees, and so is its number.
/// </summary>
internal sealed class SearchWays(Asker asker, Pairs pairs, Tally tally)
{
    private const int EntriesOfBatch = 400;
    private const int SideBySide = 4;
    private readonly Dictionary<(string, string), List<Made>> meeting = [];

    /// <summary>In batches: the match, a page sorted by change with its total, the number alone, and a modifier.</summary>
    public async Task Batches()
    {
        var asked = pairs.For(asker).SelectMany(Queries).ToList();
        foreach (var (pair, way, query) in asked) Remember(pair, way, query);
        await Parallel.ForEachAsync(
            asked.Chunk(EntriesOfBatch), new ParallelOptions { MaxDegreeOfParallelism = SideBySide }, async (chunk, _) =>
            {
                var parts = await asker.Batch([.. chunk.Select(each => $"{each.Pair.Type}?{each.Query}{Suffix(each.Pair, each.Way)}")]);
                foreach (var (each, part) in chunk.Zip(parts)) Check(each.Pair, each.Way, each.Query, part);
            });
    }

    /// <summary>By GET and by POST, each parameter once by one of them.</summary>
    public async Task Requests(int turn)
    {
        await Parallel.ForEachAsync(
            pairs.All.Select((pair, index) => (pair, index)).Where(each => each.index % 4 == turn % 4),
            new ParallelOptions { MaxDegreeOfParallelism = SideBySide },
            async (each, _) =>
            {
                var (pair, way) = (each.pair, (each.index / 4) % 2 == 0 ? Way.Get : Way.Post);
                var reply = way == Way.Get
                    ? await asker.Send(HttpMethod.Get, $"/fhir/{pair.Type}?{pair.Query}")
                    : await asker.Send(
                        HttpMethod.Post, $"/fhir/{pair.Type}/_search", pair.Query, "application/x-www-form-urlencoded");
                Check(pair, way, pair.Query, Part.Of(reply));
            });
    }

    /// <summary>Conditional creates of all parameters of a type in one transaction: what is found is not made again.</summary>
    public async Task ConditionalCreates()
    {
        foreach (var type in pairs.All.GroupBy(pair => pair.Type))
        {
            if (!asker.MayWrite(type.Key)) continue;
            var asked = type.ToList();
            var entries = asked.Select(pair => (JsonNode)new JsonObject
            {
                ["resource"] = new RecordMaker("leeg", "leeg", variant: 3).Bare(type.Key),
                ["request"] = new JsonObject
                {
                    ["method"] = "POST", ["url"] = type.Key, ["ifNoneExist"] = $"{pair.Query}&_id={pair.Record.Id}",
                },
            });
            var answers = await Transaction(entries);
            foreach (var (pair, answer) in asked.Zip(answers))
            {
                var expected = asker.Sees(pair.Record) ? "200" : "201";
                var status = answer.GetProperty("response").GetProperty("status").GetString();
                Assert.True(status == expected, $"{asker}, If-None-Exist: {pair.Type}?{pair.Query}: {status}");
                Assert.True(asker.Sees(pair.Record) == answer.GetRawText().Contains(pair.Record.Id, StringComparison.Ordinal));
                tally.Count(Way.IfNoneExist, found: asker.Sees(pair.Record));
            }
        }
    }

    /// <summary>A reference that is a search: it is resolved for those who see what it finds, and is refused to the others.</summary>
    public async Task ConditionalReferences()
    {
        if (!asker.MayWrite("Basic")) return;
        foreach (var pair in pairs.All.DistinctBy(pair => pair.Type).Where(pair => asker.MayRead(pair.Type)))
        {
            var basic = new RecordMaker("leeg", "leeg", variant: 3).Bare("Basic");
            basic["subject"] = new JsonObject { ["reference"] = $"{pair.Type}?{pair.Query}&_id={pair.Record.Id}" };
            var entry = new JsonObject { ["resource"] = basic, ["request"] = new JsonObject { ["method"] = "POST", ["url"] = "Basic" } };
            var reply = await asker.Send(HttpMethod.Post, "/fhir", Bundle([entry]));
            var expected = asker.Sees(pair.Record) ? 200 : 412;
            Assert.True(reply.Status == expected, $"{asker}, reference to {pair.Type}?{pair.Query}: {reply.Status} {reply.Text}");
            tally.Count(Way.ConditionalReference, found: reply.Status == 200);
        }
    }

    /// <summary>
    /// Conditional patches whose test fails, every fourth parameter: 422 for those who see the match, 404 for the others. A conditional
    /// delete of what is not seen deletes nothing, which those who see it find afterwards.
    /// </summary>
    public async Task ConditionalPatches()
    {
        var asked = pairs.All.Where((pair, index) => index % 4 == 1 && asker.MayWrite(pair.Type) && pair.Type != "Provenance").ToList();
        foreach (var chunk in asked.Chunk(EntriesOfBatch))
        {
            var entries = chunk.Select(pair => Entry(asker.Sees(pair.Record) ? "PATCH" : "DELETE", pair))
                .Concat(chunk.Select(pair => Entry("PATCH", pair)));
            var reply = await asker.Send(HttpMethod.Post, "/fhir", Bundle(entries, "batch"));
            Assert.True(reply.Status == 200, $"{asker}: {reply.Status} {reply.Text}");
            var answers = System.Text.Json.JsonElement.Parse(reply.Text).GetProperty("entry").EnumerateArray().ToList();
            foreach (var (pair, answer) in chunk.Zip(answers.Skip(chunk.Length)))
            {
                var status = answer.GetProperty("response").GetProperty("status").GetString();
                var expected = asker.Sees(pair.Record) ? "422" : "404";
                Assert.True(status == expected, $"{asker}, conditional patch: {pair.Type}?{pair.Query}: {answer}");
                tally.Count(Way.ConditionalPatch, found: asker.Sees(pair.Record));
            }
        }
    }

    private static JsonObject Entry(string method, Pair pair)
    {
        var request = new JsonObject { ["method"] = method, ["url"] = $"{pair.Type}?{pair.Query}&_id={pair.Record.Id}" };
        if (method == "DELETE") return new JsonObject { ["request"] = request };
        var patch = Convert.ToBase64String("""[{"op":"test","path":"/resourceType","value":"none"}]"""u8);
        return new JsonObject
        {
            ["resource"] = new JsonObject
            {
                ["resourceType"] = "Binary", ["contentType"] = "application/json-patch+json", ["data"] = patch,
            },
            ["request"] = request,
        };
    }

    private async Task<List<System.Text.Json.JsonElement>> Transaction(IEnumerable<JsonNode> entries)
    {
        var reply = await asker.Send(HttpMethod.Post, "/fhir", Bundle(entries));
        Assert.True(reply.Status == 200, $"{asker}: {reply.Status} {reply.Text}");
        return [.. System.Text.Json.JsonElement.Parse(reply.Text).GetProperty("entry").EnumerateArray()];
    }

    private static string Bundle(IEnumerable<JsonNode> entries, string type = "transaction") => new JsonObject
    {
        ["resourceType"] = "Bundle", ["type"] = type, ["entry"] = new JsonArray([.. entries]),
    }.ToJsonString();

    private static IEnumerable<(Pair Pair, Way Way, string Query)> Queries(Pair pair) =>
    [
        (pair, Way.Match, pair.Query), (pair, Way.Page, pair.Query), (pair, Way.Number, pair.Query), (pair, Way.Modifier, pair.Modified),
        (pair, Way.Sorted, pair.Query),
    ];

    private static string Suffix(Pair pair, Way way) => way switch
    {
        Way.Sorted when R4Definitions.SearchParameter(pair.Type, pair.Parameter)!.Kind == SearchParameterKind.Composite => "&_sort=-_id",
        Way.Sorted => $"&_sort={pair.Parameter},-_lastUpdated&_total=accurate",
        Way.Page => "&_sort=-_lastUpdated&_count=1&_total=accurate",
        Way.Number => "&_summary=count",
        _ => "",
    };

    private void Remember(Pair pair, Way way, string query) =>
        meeting.TryAdd((pair.Type, query), [.. pairs.Meeting(pair.Type, query)]);

    private List<Made> Meeting(Pair pair, string query) =>
        meeting.TryGetValue((pair.Type, query), out var known) ? known : [.. pairs.Meeting(pair.Type, query)];

    private void Check(Pair pair, Way way, string query, Part part)
    {
        var asked = $"{asker}, {way}: {pair.Type}?{query}";
        if (!asker.MayRead(pair.Type))
        {
            Assert.True(part.Status == 403, $"{asked}: {part.Text}");
            tally.CountClosed();
            return;
        }

        Assert.True(part.Status == 200, $"{asked}: {part.Text}");
        var expected = Meeting(pair, query).Where(asker.Sees).Select(made => made.Id).Order(StringComparer.Ordinal).ToList();
        var shown = part.Ids;
        if (way == Way.Page) Assert.True(shown.Count == Math.Min(1, expected.Count) && shown.All(expected.Contains), asked);
        else if (way == Way.Number) Assert.True(shown.Count == 0, asked);
        else Assert.True(shown.SequenceEqual(expected), $"{asked}: {string.Join(',', shown)} and not {string.Join(',', expected)}");
        Assert.True(part.Total == expected.Count, $"{asked}: {part.Total} and not {expected.Count}");
        if (expected.Count == 0) Assert.True(part.SaysNothing && !part.HasNext, $"{asked}: {part.Text}");
        // The neighbour's own record holds no secret.
        var tells = way != Way.Number && expected.Exists(id => id != LeakScene.Other);
        Assert.True(tells == part.Text.Contains(RecordMaker.Secret, StringComparison.Ordinal), asked);
        tally.Count(way, found: asker.Sees(pair.Record));
    }
}
