using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// FHIR subscriptions that stand while the records are written: to each type, to topics that the organization has made itself, and to each
/// event of the catalogue. What they tell is what <c>$events</c> answers, which is read as their receivers are told.
/// </summary>
internal sealed class SubscriptionWays(LeakScene scene, Tally tally)
{
    private const string Guide = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";
    private const int AtOnce = 50;
    private static readonly string[] Operations = ["/$events", "/$status", "/$get-ws-binding-token"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Who sees these follows from other records: there is no subscription to them.
    private static readonly string[] OfOthers = ["AuditEvent", "Communication", "Provenance"];
    private readonly OwnTopics own = OwnTopics.Of(scene.Pairs.Records.Select(made => made.Type).Distinct().Except(OfOthers));

    public async Task Ask(Action<JsonObject>? change)
    {
        var topics = await TopicsOf(scene.Boss);
        var last = await Subscribe(new Asker(scene.Clinic, scene.Boss, "", _ => true), [Changes(topics, $"Patient?_id={LeakScene.Other}")]);
        await own.Write(new Asker(scene.Clinic, scene.Boss, "", _ => true));
        var open = new List<Opened>();
        foreach (var asker in scene.Askers)
        {
            if (asker.MaySubscribe) open.Add(await Open(asker, topics));
            else await IsRefused(asker, topics);
        }

        foreach (var opened in open) await IsForNobodyElse(opened, open);
        await scene.Write(change);
        await Until(last[0]!);
        foreach (var (asker, ofTypes, ofOwn, ofEvents) in open)
        {
            foreach (var (type, id) in ofTypes) CheckType(Way.Subscription, asker, type, await EventsOf(asker, id));
            foreach (var (type, id) in ofOwn)
            {
                var text = await EventsOf(asker, id);
                CheckType(Way.SubscriptionOfTopic, asker, type, text);
                if (type == OwnTopics.Included && scene.Pairs.Records.Where(made => made.Type == type).All(asker.Sees))
                    Assert.Contains("additional-context", text, StringComparison.Ordinal);
            }

            var told = new List<string>();
            foreach (var id in ofEvents) told.Add(await EventsOf(asker, id));
            CheckEvents(asker, told);
        }
    }

    private async Task<Opened> Open(Asker asker, List<string> topics)
    {
        var types = scene.Pairs.Records.Select(made => made.Type).Distinct()
            .Where(type => asker.MayRead(type) && !OfOthers.Contains(type)).ToList();
        var ofTypes = await Subscribe(asker, types.ConvertAll(type => Changes(topics, $"_type={type}")));
        Assert.DoesNotContain(null, ofTypes);
        // Events of billing are not for clinicians, and those of threads have no content.
        var ofEvents = await Subscribe(asker, [.. topics.Where(topic => topic != topics[0]).Select(topic => Form(topic, filter: null))]);
        // Scopes name resources: events of the catalogue draw from several.
        if (asker.Scopes is not null) Assert.All(ofEvents, Assert.Null);
        var ownTypes = own.Types.Intersect(types).ToList();
        return new Opened(asker, Named(types, ofTypes), Named(ownTypes, await FollowOwn(asker, ownTypes)), [.. ofEvents.OfType<string>()]);
    }

    /// <summary>For another user, organization, application or patient in context it is not there.</summary>
    private static async Task IsForNobodyElse(Opened opened, List<Opened> all)
    {
        foreach (var id in new[] { opened.OfTypes[0].Id, opened.OfOwn[0].Id })
        {
            foreach (var other in all.Select(each => each.Asker).Where(each => each != opened.Asker))
            {
                var administers = other.Administers && other.Clinic == opened.Asker.Clinic;
                foreach (var door in administers ? Operations : [.. Operations, "", "/_history"])
                {
                    var reply = await other.Send(HttpMethod.Get, $"/fhir/Subscription/{id}{door}");
                    Assert.True(reply.Status == 404, $"{other} asks {opened.Asker}'s{door}: {reply.Status} {reply.Text}");
                }
            }
        }
    }

    /// <summary>Topics of another organization are none here; the same addresses may be topics of one's own.</summary>
    private async Task<List<string?>> FollowOwn(Asker asker, List<string> types)
    {
        List<JsonObject> Forms() => types.ConvertAll(type => Form(OwnTopics.UrlOf(type), filter: null));
        if (asker.Clinic != scene.Clinic)
        {
            Assert.All(await Subscribe(asker, Forms()), Assert.Null);
            await own.Write(asker);
        }

        var followed = await Subscribe(asker, Forms());
        Assert.DoesNotContain(null, followed);
        return followed;
    }

    private static List<(string Type, string Id)> Named(List<string> types, List<string?> ids) =>
        [.. types.Zip(ids, (type, id) => (type, id!))];

    private static async Task IsRefused(Asker asker, List<string> topics)
    {
        var reply = await asker.Send(HttpMethod.Post, "/fhir/Subscription", Changes(topics, "_type=Patient").ToJsonString());
        Assert.True(reply.Status == 403, $"{asker}: {reply.Status} {reply.Text}");
    }

    private void CheckType(Way way, Asker asker, string type, string told)
    {
        foreach (var made in scene.Pairs.Records.Where(made => made.Type == type && made.Id != LeakScene.Other))
        {
            var sees = asker.Sees(made);
            var isTold = told.Contains($"/{made.Reference}\"", StringComparison.Ordinal);
            Assert.True(sees == isTold, $"{asker}, {way} to {type}: {made.Reference} {(isTold ? "is told" : "is not told")}");
            if (sees) Assert.Contains(RecordMaker.Secret, told, StringComparison.Ordinal);
            tally.Count(way, found: sees);
        }

        SaysNothing(asker, told);
    }

    private void CheckEvents(Asker asker, List<string> told)
    {
        foreach (var text in told) SaysNothing(asker, text);
        var heard = told.Count(text => text.Contains(LeakScene.Canary, StringComparison.Ordinal));
        if (asker.Scopes is null && scene.Pairs.Records.Exists(made => made.Type == "Observation" && asker.Sees(made)))
            Assert.True(heard > 0, $"{asker}: no event was told.");
        for (var each = 0; each < Math.Max(1, heard); each++) tally.Count(Way.SubscriptionOfEvents, found: heard > 0);
    }

    /// <summary>Who sees none of the records hears no word of them.</summary>
    private void SaysNothing(Asker asker, string told)
    {
        if (scene.Pairs.Records.Exists(made => made.Id != LeakScene.Other && asker.Sees(made))) return;
        foreach (var word in new[] { LeakScene.Canary, RecordMaker.Secret, LeakScene.Patient })
            Assert.DoesNotContain(word, told, StringComparison.Ordinal);
    }

    /// <summary>All of them: an answer has a thousand at most.</summary>
    private static async Task<string> EventsOf(Asker asker, string id)
    {
        var (told, since) = (new StringBuilder(), 1L);
        while (true)
        {
            var path = $"/fhir/Subscription/{id}/$events?content=full-resource&eventsSinceNumber={since}";
            var reply = await asker.Send(HttpMethod.Get, path);
            Assert.True(reply.Status == 200, $"{asker}: {reply.Status} {reply.Text}");
            told.Append(reply.Text);
            var status = JsonElement.Parse(reply.Text).GetProperty("entry")[0].GetProperty("resource").GetProperty("parameter");
            var all = NumberOf(Named(status, "events-since-subscription-start").Single());
            var last = Named(status, "notification-event").Select(each => NumberOf(Named(each.GetProperty("part"), "event-number").Single()))
                .LastOrDefault(all);
            if (last >= all) return told.ToString();
            since = last + 1;
        }
    }

    private static IEnumerable<JsonElement> Named(JsonElement parameters, string name) =>
        parameters.EnumerateArray().Where(each => each.GetProperty("name").GetString() == name);

    private static long NumberOf(JsonElement parameter) =>
        long.Parse(parameter.GetProperty("valueString").GetString()!, CultureInfo.InvariantCulture);

    /// <summary>The ids, null where the subscription was refused.</summary>
    private static async Task<List<string?>> Subscribe(Asker asker, List<JsonObject> forms)
    {
        var ids = new List<string?>();
        foreach (var part in forms.Chunk(AtOnce))
        {
            var entries = part.Select(form => new JsonObject
            {
                ["resource"] = form, ["request"] = new JsonObject { ["method"] = "POST", ["url"] = "Subscription" },
            });
            var bundle = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "batch", ["entry"] = new JsonArray([.. entries]) };
            var reply = await asker.Send(HttpMethod.Post, "/fhir", bundle.ToJsonString());
            Assert.True(reply.Status == 200, $"{asker}: {reply.Status} {reply.Text}");
            ids.AddRange(JsonElement.Parse(reply.Text).GetProperty("entry").EnumerateArray().Select(IdOf));
        }

        return ids;
    }

    private static string? IdOf(JsonElement entry)
    {
        var response = entry.GetProperty("response");
        if (response.GetProperty("status").GetString()?.StartsWith("201", StringComparison.Ordinal) != true) return null;
        var parts = response.GetProperty("location").GetString()!.Split('/');
        return parts[Array.IndexOf(parts, "Subscription") + 1];
    }

    private static JsonObject Changes(List<string> topics, string filter) => Form(topics[0], filter);

    // Without a receiver: nothing leaves.
    private static JsonObject Form(string topic, string? filter)
    {
        var form = new JsonObject
        {
            ["resourceType"] = "Subscription",
            ["status"] = "requested",
            ["reason"] = "leaks",
            ["criteria"] = topic,
            ["channel"] = new JsonObject
            {
                ["type"] = "websocket",
                ["payload"] = "application/fhir+json",
                ["_payload"] = Extension("backport-payload-content", "valueCode", "full-resource"),
            },
        };
        if (filter is not null) form["_criteria"] = Extension("backport-filter-criteria", "valueString", filter);
        return form;
    }

    private static JsonObject Extension(string name, string type, string value) => new()
    {
        ["extension"] = new JsonArray(new JsonObject { ["url"] = $"{Guide}/{name}", [type] = value }),
    };

    /// <summary>The canonicals that the server names; the first one is that of changes.</summary>
    private static async Task<List<string>> TopicsOf(Person person)
    {
        var (status, statement) = await person.Get("metadata");
        Assert.Equal(200, status);
        return [.. statement.GetProperty("rest")[0].GetProperty("resource").EnumerateArray()
            .Single(each => each.GetProperty("type").GetString() == "Subscription").GetProperty("extension").EnumerateArray()
            .Select(each => each.GetProperty("valueCanonical").GetString()!)];
    }

    /// <summary>Waits until the last record has its number: those before it have theirs.</summary>
    private async Task Until(string id)
    {
        var end = DateTime.UtcNow + Patience;
        while (true)
        {
            var (_, status) = await scene.Boss.Get($"Subscription/{id}/$status");
            if (status.GetRawText().Contains("\"events-since-subscription-start\",\"valueString\":\"1\"", StringComparison.Ordinal)) return;
            Assert.True(DateTime.UtcNow < end, "the last record has no number");
            await Task.Delay(50);
        }
    }

    private sealed record Opened(
        Asker Asker, List<(string Type, string Id)> OfTypes, List<(string Type, string Id)> OfOwn, List<string> OfEvents);
}
