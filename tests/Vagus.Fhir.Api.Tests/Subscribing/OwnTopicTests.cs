using System.Text.Json;
using Vagus.Fhir.Api.Tests.Auditing;
using Vagus.Fhir.Subscribing;
using Vagus.Storage;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Topics of an organization: what they let through, who writes them, and what becomes of those who follow them.</summary>
public abstract class OwnTopicTests(SubscriptionServer server)
{
    private static readonly string Finals = OwnTopic.Trigger(OwnTopic.Query(OwnTopic.Part("current", "valueString", "status=final")));

    private static readonly string Filters = string.Join(
        ',', OwnTopic.Filter("date", "gt"), OwnTopic.Filter("code", "eq", "not"), OwnTopic.Filter("subject", "", "type"),
        OwnTopic.Filter("value-quantity"));

    [Fact]
    public async Task A_topic_is_served_found_and_followed_by_the_rights_of_its_follower()
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        await Keep(admin, OwnTopic.Form($"{Finals},{OwnTopic.Filter("patient")}"));
        var restricted = await desk.Clinic.Provider(seesSensitive: false);
        var id = (await restricted.Create(Form(desk, "patient=Patient/p"))).Is(201).Id;
        await desk.Becomes(id, "active", restricted);

        await desk.Observe("hidden", Sample.Labelled("R"));
        (await desk.Owner.Put("Observation/early", Observation("early", "preliminary"))).Is(201);
        (await desk.Owner.Put("Observation/foreign", Sample.Observation("Patient/q", id: "foreign"))).Is(201);
        await desk.Observe("plain");

        var told = Assert.Single(await desk.Notified(1));
        Assert.Equal(["plain"], told.Focuses);
        Assert.Equal([1], told.Numbers);
        Assert.Equal(OwnTopic.Url, told.Text("topic", "valueCanonical"));
        Assert.Equal("own", (await desk.Owner.Get("Basic?code=SubscriptionTopic")).Is(200).Ids[0]);
        Assert.Contains(OwnTopic.Url, (await desk.Owner.Get("Basic/own")).Is(200).Text, StringComparison.Ordinal);
        (await admin.Post("Basic/$validate", OwnTopic.Form(Finals))).Is(200);
    }

    [Theory]
    [InlineData("c", "POST preliminary")]
    [InlineData("u", "PUT final,PUT amended")]
    [InlineData("d", "DELETE")]
    [InlineData("previous:status=preliminary current:status=final both", "PUT final")]
    [InlineData("previous:status=preliminary current:status=amended either", "PUT final,PUT amended")]
    [InlineData("previous:status=nothing create:test-passes current:status=preliminary both", "POST preliminary")]
    [InlineData("previous:status=nothing create:test-fails current:status=preliminary both", "")]
    [InlineData("previous:status=amended current:status=nothing delete:test-passes both", "DELETE")]
    [InlineData("previous:status=amended current:status=nothing both", "")]
    [InlineData("previous:status=amended current:status=nothing either", "DELETE")]
    [InlineData("current:status:not=final", "POST preliminary,PUT amended")]
    [InlineData("path:%current.status='amended'", "PUT amended")]
    [InlineData("path:%previous.status!=%current.status", "PUT final,PUT amended")]
    [InlineData("path:%previous.empty()", "POST preliminary")]
    [InlineData("path:%current.empty()", "DELETE")]
    [InlineData("u path:%current.subject.reference='Patient/p' current:status=final", "PUT final")]
    [InlineData("path:status='final'|path:%previous.status='final'", "PUT final,PUT amended")]
    [InlineData("path:%current.status.toInteger()>1", "")]
    public async Task A_change_is_an_event_where_a_trigger_lets_it_through(string triggers, string told)
    {
        await using var desk = await Desk.Open(server);
        await Keep(await desk.Clinic.Admin(), OwnTopic.Form(string.Join(',', triggers.Split('|').Select(TriggerOf))));
        var id = (await desk.Owner.Create(Socket(desk, "_type=Observation", "full-resource"))).Is(201).Id;
        var all = (await desk.Owner.Create(Socket(desk, "Observation?patient=p", "empty", desk.Topic))).Is(201).Id;

        (await desk.Owner.Put("Observation/o", Observation("o", "preliminary"))).Is(201);
        (await desk.Owner.Put("Observation/o", Observation("o", "final"))).Is(200);
        (await desk.Owner.Put("Observation/o", Observation("o", "amended"))).Is(200);
        (await desk.Owner.Delete("Observation/o")).Is(204);
        await Counts(desk, all, 4);

        var events = (await desk.Owner.Get($"Subscription/{id}/$events")).Is(200);
        Assert.Equal(told, string.Join(',', events.Entries.Skip(1).Select(Label)));
    }

    [Theory]
    [InlineData("date=gt2026-01-01", true)]
    [InlineData("date=2026-01-01", false)]
    [InlineData("date=lt2026-01-01", false)]
    [InlineData("code:not=718-7", true)]
    [InlineData("code:text=x", false)]
    [InlineData("subject:Patient=p", true)]
    [InlineData("Observation?code=718-7&code=x,y", true)]
    [InlineData("Observation.code=718-7", true)]
    [InlineData("patient=p", false)]
    [InlineData("Condition?code=718-7", false)]
    [InlineData("value-quantity=5", true)]
    [InlineData("value-quantity=gt5", false)]
    [InlineData("code:nothing=x", false)]
    public async Task A_filter_is_one_that_the_topic_names(string filter, bool taken)
    {
        await using var desk = await Desk.Open(server);
        await Keep(await desk.Clinic.Admin(), OwnTopic.Form($"{Finals},{Filters}"));

        var answer = await desk.Owner.Create(Form(desk, filter));

        if (taken) answer.Is(201);
        else Assert.Equal("Subscription.criteria", ExpressionOf(answer.Is(400)));
    }

    [Theory]
    [InlineData("date=gt2026-01-01", "late,other")]
    [InlineData("date=gt2026-01-01 and code=718-7", "late")]
    [InlineData("code:not=718-7", "other")]
    [InlineData("subject:Patient=p", "early,late")]
    [InlineData("value-quantity=5", "early")]
    public async Task Of_what_a_topic_tells_a_follower_hears_what_its_filters_let_through(string filter, string told)
    {
        await using var desk = await Desk.Open(server);
        await Keep(await desk.Clinic.Admin(), OwnTopic.Form($"{Finals},{Filters}"));
        var id = (await desk.Owner.Create(Socket(desk, filter, "id-only"))).Is(201).Id;
        var all = (await desk.Owner.Create(Socket(desk, "_type=Observation", "empty"))).Is(201).Id;

        await desk.Observe("early", ",\"effectiveDateTime\":\"2025-12-31\",\"valueQuantity\":{\"value\":5}");
        await desk.Observe("late", ",\"effectiveDateTime\":\"2026-05-01\",\"valueQuantity\":{\"value\":6}");
        (await desk.Owner.Put("Observation/other", Sample.Observation(
            "Patient/q", "999-9", "other", ",\"effectiveDateTime\":\"2026-05-01\""))).Is(201);
        await Counts(desk, all, 3);

        var events = (await desk.Owner.Get($"Subscription/{id}/$events")).Is(200).Text;
        Assert.Equal(told, string.Join(',', new[] { "early", "late", "other" }.Where(each =>
            events.Contains($"/Observation/{each}\"", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_topic_that_changes_is_followed_as_it_is_then_and_numbers_go_on()
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        await Keep(admin, OwnTopic.Form(Finals));
        var id = (await desk.Owner.Create(Socket(desk, "_type=Observation", "id-only"))).Is(201).Id;
        await desk.Observe("one");
        await Counts(desk, id, 1);

        await Keep(admin, OwnTopic.Form(OwnTopic.Trigger(OwnTopic.Path("%current.status = 'preliminary'"))));
        await desk.Observe("not-any-more");
        (await desk.Owner.Put("Observation/two", Observation("two", "preliminary"))).Is(201);
        await Counts(desk, id, 2);
        await Keep(admin, OwnTopic.Form(Finals));
        await desk.Observe("three");
        await Counts(desk, id, 3);

        var events = (await desk.Owner.Get($"Subscription/{id}/$events")).Is(200).Text;
        foreach (var each in new[] { "one", "two", "three" })
            Assert.Contains($"/Observation/{each}\"", events, StringComparison.Ordinal);
        Assert.DoesNotContain("not-any-more", events, StringComparison.Ordinal);
        Assert.Equal("active", await StatusOf(desk, id));
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("retired")]
    [InlineData("other url")]
    [InlineData("no filter")]
    [InlineData("other type")]
    [InlineData("no topic")]
    public async Task A_subscription_whose_topic_is_gone_is_in_error_and_says_why(string change)
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        var form = OwnTopic.Form($"{Finals},{OwnTopic.Filter("patient")}");
        await Keep(admin, form);
        var socket = (await desk.Owner.Create(Socket(desk, "patient=p", "id-only"))).Is(201).Id;
        var hook = await desk.Subscribe(Form(desk, "patient=p"));
        var all = (await desk.Owner.Create(Socket(desk, "Observation?patient=p", "empty", desk.Topic))).Is(201).Id;
        await desk.Observe("one");
        await Counts(desk, socket, 1);
        await Delivers(desk, hook, 1);

        if (change == "delete") (await admin.Delete("Basic/own")).Is(204);
        else await Keep(admin, Changed(change));

        foreach (var id in new[] { socket, hook })
        {
            await desk.Becomes(id, "error");
            var read = (await desk.Owner.Get($"Subscription/{id}")).Is(200).Json;
            Assert.Contains("topic", read.GetProperty("error").GetString(), StringComparison.Ordinal);
            Assert.Contains("\"topic-gone\"", (await desk.Owner.Get($"Subscription/{id}/$status")).Is(200).Text, StringComparison.Ordinal);
            Assert.Equal("Subscription.criteria", ExpressionOf((await Again(desk, id)).Is(400)));
        }

        await desk.Observe("lost");
        await Counts(desk, all, 2);
        await Keep(admin, form);
        foreach (var id in new[] { socket, hook }) (await Again(desk, id)).Is(200);
        await desk.Becomes(hook, "active");
        await desk.Observe("two");
        await Counts(desk, hook, 2);
        await Counts(desk, socket, 2);
        Assert.Equal([1, 2], await desk.Numbers(2));
        Assert.Equal(["one", "two"], desk.Taken("event-notification").SelectMany(each => each.Focuses));
    }

    [Fact]
    public async Task A_topic_is_its_organizations_and_written_by_those_who_administer_it()
    {
        await using var north = await Desk.Open(server);
        await using var south = await Desk.Open(server);
        var admin = await north.Clinic.Admin();
        await Keep(admin, OwnTopic.Form(Finals));

        (await south.Owner.Create(Form(south, "_type=Observation"))).Is(400);
        (await south.Owner.Get("Basic/own")).Is(404);
        Assert.DoesNotContain("own", (await south.Owner.Get("Basic?code=SubscriptionTopic")).Is(200).Ids);
        Assert.DoesNotContain(OwnTopic.Url, (await north.Owner.Get("metadata")).Is(200).Text, StringComparison.Ordinal);
        await Keep(await south.Clinic.Admin(), OwnTopic.Form(OwnTopic.Trigger(OwnTopic.Path("%current.empty()"))));
        var id = await north.Subscribe(Form(north, "_type=Observation"));
        await south.Observe("s");
        await north.Observe("n");
        Assert.Equal(["n"], Assert.Single(await north.Notified(1)).Focuses);

        (await north.Owner.Put("Basic/own", OwnTopic.Form(Finals, status: "retired"))).Is(403);
        (await north.Owner.Put("Basic/own", """{"resourceType":"Basic","id":"own","code":{"text":"x"}}""")).Is(403);
        (await north.Owner.Put("Basic/other", OwnTopic.Form(Finals, "other", "https://clinic.example/topics/other"))).Is(403);
        (await north.Owner.Delete("Basic/own")).Is(403);
        (await north.Owner.Create("""{"resourceType":"Basic","code":{"text":"x"}}""")).Is(201);
        Assert.Equal("active", await StatusOf(north, id));
    }

    [Fact]
    public async Task A_version_that_the_owner_may_not_see_decides_nothing_that_the_owner_is_told()
    {
        await using var desk = await Desk.Open(server);
        await Keep(await desk.Clinic.Admin(), OwnTopic.Form(OwnTopic.Trigger(OwnTopic.Path("%previous.status = 'preliminary'"))));
        var restricted = await desk.Clinic.Provider(seesSensitive: false);
        var id = (await restricted.Create(Socket(desk, "_type=Observation", "id-only"))).Is(201).Id;
        var seeing = (await desk.Owner.Create(Socket(desk, "_type=Observation", "id-only"))).Is(201).Id;

        (await desk.Owner.Put("Observation/o", Observation("o", "preliminary", Sample.Labelled("R")))).Is(201);
        (await desk.Owner.Put("Observation/o", Observation("o", "preliminary", Sample.Labelled("N")))).Is(200);
        (await restricted.Get("Observation/o")).Is(200);
        (await desk.Owner.Put("Observation/o2", Observation("o2", "preliminary"))).Is(201);
        (await desk.Owner.Put("Observation/o2", Observation("o2", "final"))).Is(200);
        await Counts(desk, seeing, 2);

        var events = (await restricted.Get($"Subscription/{id}/$events")).Is(200).Text;
        Assert.Contains("/Observation/o2\"", events, StringComparison.Ordinal);
        Assert.DoesNotContain("/Observation/o\"", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_focus_refers_to_goes_with_it_as_far_as_the_owner_may_read_it()
    {
        await using var desk = await Desk.Open(server);
        await Keep(await desk.Clinic.Admin(), OwnTopic.Form($"{Finals},{OwnTopic.Shape("Observation:subject")},{OwnTopic.Shape("Observation:encounter")}"));
        var restricted = await desk.Clinic.Provider(seesSensitive: false);
        foreach (var content in new[] { "full-resource", "id-only", "empty" })
        {
            var id = (await restricted.Create(Form(desk, "_type=Observation", content, $"{desk.Receiver.Address}{content}"))).Is(201).Id;
            await desk.Becomes(id, "active", restricted);
        }

        (await desk.Owner.Put("Encounter/e", Encounter("e", Sample.Labelled("R")))).Is(201);
        await desk.Observe("o", ",\"encounter\":{\"reference\":\"Encounter/e\"}");
        await desk.Numbers(3);

        Notified At(string path) => desk.Taken("event-notification").Single(told => told.Request.Path == $"/{path}");
        Assert.Equal(["o"], At("full-resource").Focuses);
        Assert.Equal(
            [$"{desk.BaseUrl}/Observation/o", $"{desk.BaseUrl}/Patient/p"],
            At("full-resource").Entries.Skip(1).Select(each => each.GetProperty("fullUrl").GetString()));
        Assert.Equal("GET Patient/p", RequestOf(At("full-resource").Entries[2]));
        Assert.Equal("Patient", At("full-resource").Entries[2].GetProperty("resource").GetProperty("resourceType").GetString());
        Assert.Equal(1, Count(At("id-only"), $"\"additional-context\",\"valueReference\":{{\"reference\":\"{desk.BaseUrl}/Patient/p\"}}"));
        Assert.Equal((1, 0), (At("id-only").Entries.Count, Count(At("empty"), "additional-context")));
        foreach (var path in new[] { "id-only", "empty" }) Assert.Equal(0, Count(At(path), "Encounter/e"));
        var audited = (await AuditedAccess.Of(desk.Clinic)).Where(each => each.Action == "subscription-notify").ToList();
        Assert.Equal(2, audited.Count(each => each.Shown.SequenceEqual(["Observation/o/1", "Patient/p/1"])));
    }

    private static int Count(Notified told, string text) => told.Bundle.GetRawText().Split(text).Length - 1;

    private static string Encounter(string id, string more) =>
        $$$$"""{"resourceType":"Encounter","id":"{{{{id}}}}","status":"planned","class":{"code":"AMB"},"subject":{"reference":"Patient/p"}{{{{more}}}}}""";

    private static string Observation(string id, string status, string more = "") =>
        Sample.Observation("Patient/p", id: id, more: more).Replace("\"final\"", $"\"{status}\"", StringComparison.Ordinal);

    private static string Changed(string change) => change switch
    {
        "retired" => OwnTopic.Form($"{Finals},{OwnTopic.Filter("patient")}", status: "retired"),
        "other url" => OwnTopic.Form($"{Finals},{OwnTopic.Filter("patient")}", url: $"{OwnTopic.Url}-2"),
        "no filter" => OwnTopic.Form(Finals),
        "other type" => OwnTopic.Form($"{OwnTopic.Element("resourceTrigger", OwnTopic.Resource("Condition"))}"),
        _ => """{"resourceType":"Basic","id":"own","code":{"text":"nothing"}}""",
    };

    private static string TriggerOf(string text)
    {
        var words = text.Split(' ');
        var interactions = words.Where(word => word.Length == 1)
            .Select(word => OwnTopic.Part("supportedInteraction", "valueCode", word switch { "c" => "create", "u" => "update", _ => "delete" }));
        var queries = words.SelectMany(word => word.Split(':', 2) switch
        {
            ["previous" or "current", var search] => [OwnTopic.Part(word.Split(':')[0], "valueString", search)],
            ["create", var result] => [OwnTopic.Part("resultForCreate", "valueCode", result)],
            ["delete", var result] => [OwnTopic.Part("resultForDelete", "valueCode", result)],
            ["both"] => [OwnTopic.Both(true)],
            ["either"] => [OwnTopic.Both(false)],
            _ => Array.Empty<string>(),
        }).ToArray();
        var paths = words.Where(word => word.StartsWith("path:", StringComparison.Ordinal)).Select(word => OwnTopic.Path(word[5..]));
        return OwnTopic.Trigger([.. interactions, .. queries.Length == 0 ? [] : new[] { OwnTopic.Query(queries) }, .. paths]);
    }

    private static string Label(JsonElement entry)
    {
        var method = entry.GetProperty("request").GetProperty("method").GetString()!;
        return entry.TryGetProperty("resource", out var resource) ? $"{method} {resource.GetProperty("status").GetString()}" : method;
    }

    private static string RequestOf(JsonElement entry) =>
        $"{entry.GetProperty("request").GetProperty("method").GetString()} {entry.GetProperty("request").GetProperty("url").GetString()}";

    private static string? ExpressionOf(Answer answer) => answer.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString();

    private static async Task Keep(Person admin, string form)
    {
        var answer = await admin.Put("Basic/own", form);
        Assert.True(answer.Status is 200 or 201, answer.Text);
    }

    private static string Form(Desk desk, string filter, string content = "id-only", string? endpoint = null) =>
        desk.Form(filter, content, topic: OwnTopic.Url, endpoint: endpoint);

    private static string Socket(Desk desk, string filter, string content, string topic = OwnTopic.Url) =>
        desk.SocketForm(filter, content, topic: topic);

    private static async Task<Answer> Again(Desk desk, string id)
    {
        var stored = (await desk.Owner.Get($"Subscription/{id}")).Is(200).Text;
        return await desk.Owner.Put($"Subscription/{id}", stored.Replace("\"status\":\"error\"", "\"status\":\"requested\"", StringComparison.Ordinal));
    }

    private static async Task<string?> StatusOf(Desk desk, string id) =>
        (await desk.Owner.Get($"Subscription/{id}")).Is(200).Json.GetProperty("status").GetString();

    // The receiver sees a request before the server has recorded that it was taken.
    private Task Delivers(Desk desk, string id, long number) => Desk.Until(
        async () => await server.Get<Database>().QueryOne(
            SubscriptionTables.Find, [desk.Clinic.Tenant.Value, id], SubscriptionRow.Of, CancellationToken.None) is { } row
                && row.Delivered == number,
        $"event {number} of {id} is not delivered");

    private static Task Counts(Desk desk, string id, int count) => Desk.Until(
        async () => (await desk.Owner.Get($"Subscription/{id}/$status")).Is(200).Text
            .Contains($"\"events-since-subscription-start\",\"valueString\":\"{count}\"", StringComparison.Ordinal),
        $"{count} events of {id} are not counted");
}

public sealed class OwnTopicsOnSqlite(SqliteSubscriptionServer server) : OwnTopicTests(server);

public sealed class OwnTopicsOnPostgres(PostgresSubscriptionServer server) : OwnTopicTests(server);
