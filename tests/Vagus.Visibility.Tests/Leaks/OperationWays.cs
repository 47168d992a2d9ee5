using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// Operations that choose among what searches find: the patients like the one described, and a patient's documents. They show what the
/// asker sees and nothing else, by the last document of those that the asker sees too. What is not served says so, whatever there is.
/// </summary>
internal sealed class OperationWays(Asker asker, Pairs pairs, Tally tally)
{
    private const string Described = "Patient";
    private const string Documents = "DocumentReference";
    private const string Canary = $"{RecordMaker.System}|{LeakScene.Canary}-code";

    public async Task Ask()
    {
        await Alike();
        await OfPatient();
        await NotServed();
    }

    /// <summary>Each record describes itself, and all that carry its identifier are alike.</summary>
    private async Task Alike()
    {
        var patients = pairs.Records.Where(made => made.Type == Described && made.Id != LeakScene.Other).ToList();
        var resource = patients[0].Resource.DeepClone();
        var parameters = new JsonObject
        {
            ["resourceType"] = "Parameters",
            ["parameter"] = new JsonArray(new JsonObject { ["name"] = "resource", ["resource"] = resource }),
        };
        var reply = await asker.Send(HttpMethod.Post, $"/fhir/{Described}/$match", parameters.ToJsonString());
        Check(Way.PatientMatch, patients, reply);
    }

    private async Task OfPatient()
    {
        var documents = pairs.Records.Where(IsCurrent).ToList();
        var path = $"/fhir/{Documents}/$docref?patient={LeakScene.Patient}&type={Uri.EscapeDataString(Canary)}";
        Check(Way.Documents, documents, await asker.Send(HttpMethod.Get, $"{path}&start=2000-01-01"));
        // Without a time it is the last one: of those that the asker sees, and not the last of all if that is seen.
        var last = await asker.Send(HttpMethod.Get, path);
        Assert.Equal(documents.Exists(asker.Sees) ? 1 : 0, Part.Of(last).Total);
        Assert.All(Part.Of(last).Ids, id => Assert.Contains(documents, made => made.Id == id && asker.Sees(made)));
    }

    private static bool IsCurrent(Made made) =>
        made.Type == Documents && made.Resource["status"]?.GetValue<string>() == "current"
            && made.Patients.Contains(LeakScene.Patient) && made.Resource["context"]?["period"] is not null;

    private void Check(Way way, List<Made> records, Reply reply)
    {
        Assert.True(reply.Status == 200, $"{asker}, {way}: {reply.Status} {reply.Text}");
        Assert.NotEmpty(records);
        var part = Part.Of(reply);
        var seen = records.Where(asker.Sees).Select(made => made.Id).Order(StringComparer.Ordinal).ToList();
        Assert.True(part.Ids.Order(StringComparer.Ordinal).SequenceEqual(seen), $"{asker}, {way}: {string.Join(',', part.Ids)}");
        Assert.Equal(seen.Count, part.Total);
        foreach (var made in records) tally.Count(way, found: asker.Sees(made));
        if (seen.Count == 0) Assert.DoesNotContain(RecordMaker.Secret, reply.Text, StringComparison.Ordinal);
    }

    private async Task NotServed()
    {
        var open = pairs.Records.Where(made => made.Id != LeakScene.Other && asker.MayRead(made.Type));
        foreach (var made in open.DistinctBy(made => made.Type))
        {
            foreach (var id in (string[])[made.Id, "none"])
            {
                var filter = await asker.Send(HttpMethod.Get, $"/fhir/{made.Type}?_filter={Uri.EscapeDataString($"_id eq \"{id}\"")}");
                Assert.True(filter.Status == 400, $"{asker}, _filter of {made.Type}: {filter.Text}");
                Assert.Equal("not-supported", CodeOf(filter));
                Assert.DoesNotContain(RecordMaker.Secret, filter.Text, StringComparison.Ordinal);
            }
        }

        foreach (var reference in pairs.Records.Take(3).Select(made => made.Reference))
        {
            var query = await asker.Send(HttpMethod.Post, $"/fhir/{reference}/$graphql", """{"resourceType":"Parameters"}""");
            Assert.True(query.Status is 404 or 405, $"{asker}, $graphql: {query.Status} {query.Text}");
        }
    }

    private static string? CodeOf(Reply reply) =>
        JsonElement.Parse(reply.Text).GetProperty("issue")[0].GetProperty("code").GetString();
}
