using System.Text.Json;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Requirements of the guide that are about the shape of an answer or a notification, each asked by itself.</summary>
public abstract class GuideRequirementTests(SubscriptionServer server)
{
    private const string Guide = "http://hl7.org/fhir/uv/subscriptions-backport";

    [Theory]
    [InlineData("empty")]
    [InlineData("id-only")]
    [InlineData("full-resource")]
    public async Task Each_notification_conforms_to_the_profiles_of_the_guide(string content)
    {
        await using var desk = await Desk.Open(server);
        await desk.Subscribe(desk.Form(content: content));
        await desk.Observe("o");
        await desk.Observe("o", ",\"note\":[{\"text\":\"again\"}]");
        (await desk.Owner.Delete("Observation/o")).Is(204);
        await desk.Numbers(3);

        GuideShape.IsNotification(Assert.Single(desk.Taken("handshake")).Bundle, "handshake", "requested");
        Assert.All(desk.Taken("event-notification"), told => GuideShape.IsNotification(told.Bundle, "event-notification", "active"));
        foreach (var each in desk.Receiver.Taken)
            (await desk.Owner.Post("Bundle/$validate", new Notified(each).Bundle.GetRawText())).Is(200);
    }

    [Fact]
    public async Task The_topic_is_named_with_each_content_but_empty()
    {
        await using var desk = await Desk.Open(server);
        foreach (var content in new[] { "empty", "id-only", "full-resource" })
            await desk.Subscribe(desk.Form(content: content, endpoint: $"{desk.Receiver.Address}{content}"));

        await desk.Observe("o");
        await desk.Numbers(3);

        Assert.Equal(
            [("/empty", null), ("/full-resource", desk.Topic), ("/id-only", desk.Topic)],
            desk.Taken("event-notification").Select(told => (told.Request.Path, told.Text("topic", "valueCanonical")))
                .OrderBy(each => each.Path, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Status_is_a_searchset_of_statuses()
    {
        await using var desk = await Desk.Open(server);
        var active = await desk.Subscribe(desk.Form());
        var off = (await desk.Owner.Create(desk.Form().Replace("\"requested\"", "\"off\"", StringComparison.Ordinal))).Is(201).Id;

        var all = (await desk.Owner.Get("Subscription/$status")).Is(200);
        var one = (await desk.Owner.Get($"Subscription/{active}/$status")).Is(200);

        Assert.All([all, one], answer => Assert.Equal("searchset", answer.Json.GetProperty("type").GetString()));
        Assert.Equal((2, 1), (all.Total, one.Total));
        foreach (var entry in all.Entries.Concat(one.Entries))
        {
            var status = entry.GetProperty("resource");
            var isActive = status.GetRawText().Contains($"Subscription/{active}\"", StringComparison.Ordinal);
            Assert.True(isActive || status.GetRawText().Contains($"Subscription/{off}\"", StringComparison.Ordinal));
            GuideShape.IsStatus(status, "query-status", isActive ? "active" : "off");
            Assert.False(entry.TryGetProperty("request", out _) || entry.TryGetProperty("response", out _));
            Assert.Equal("match", entry.GetProperty("search").GetProperty("mode").GetString());
        }

        (await desk.Owner.Post("Bundle/$validate", all.Text)).Is(200);
    }

    [Fact]
    public async Task Subscriptions_are_found_by_the_url_of_their_endpoint_and_by_their_status()
    {
        await using var desk = await Desk.Open(server);
        var one = await desk.Subscribe(desk.Form(endpoint: $"{desk.Receiver.Address}one"));
        var off = (await desk.Owner.Create(
            desk.Form(endpoint: $"{desk.Receiver.Address}two").Replace("\"requested\"", "\"off\"", StringComparison.Ordinal))).Is(201).Id;

        async Task<IReadOnlyList<string>> Found(string query) => (await desk.Owner.Get($"Subscription?{query}")).Is(200).Ids;

        Assert.Equal([one], await Found($"url={desk.Receiver.Address}one"));
        Assert.Equal([off], await Found($"url={desk.Receiver.Address}two"));
        Assert.Empty(await Found($"url={desk.Receiver.Address}three"));
        Assert.Equal([one], await Found("status=active"));
        Assert.Equal([off], await Found("status=off"));
        Assert.Empty(await Found("status=error"));
        Assert.Equal(new[] { one, off }.Order(StringComparer.Ordinal), (await Found("status=active,off")).Order(StringComparer.Ordinal));
        Assert.Empty(await Found($"url={desk.Receiver.Address}one&status=off"));
    }

    [Theory]
    [InlineData("application/fhir+json")]
    [InlineData("application/json")]
    [InlineData("application/fhir+json;fhirVersion=4.0")]
    public async Task Each_request_has_the_content_type_of_the_payload_and_each_header(string payload)
    {
        await using var desk = await Desk.Open(server);
        await desk.Subscribe(desk.Form(
            payload: payload,
            channel: ",\"header\":[\"Authorization: Bearer a:b\",\"X-Clinic: north, east\",\"X-Empty:\",\"Accept-Language:en\"]"));
        await desk.Observe("o");
        await desk.Numbers(1);

        Assert.Equal(2, desk.Receiver.Taken.Count);
        Assert.All(desk.Receiver.Taken, request => Assert.Equal(
            (payload, "Bearer a:b", "north, east", "en"),
            (request.Headers["Content-Type"], request.Headers["Authorization"], request.Headers["X-Clinic"], request.Headers["Accept-Language"])));
    }

    [Fact]
    public async Task The_statement_is_that_of_the_guides_server()
    {
        await using var desk = await Desk.Open(server);

        var statement = (await desk.Owner.Get("metadata")).Is(200).Json;

        Assert.Contains($"{Guide}/CapabilityStatement/backport-subscription-server-r4", Texts(statement.GetProperty("instantiates")));
        Assert.Contains($"{Guide}/ImplementationGuide/hl7.fhir.uv.subscriptions-backport", Texts(statement.GetProperty("implementationGuide")));
        var rest = statement.GetProperty("rest")[0];
        Assert.Equal(("instance", "4.0.1", "server"), (
            statement.GetProperty("kind").GetString(), statement.GetProperty("fhirVersion").GetString(), rest.GetProperty("mode").GetString()));
        var type = rest.GetProperty("resource").EnumerateArray().Single(each => each.GetProperty("type").GetString() == "Subscription");
        Assert.Contains($"{Guide}/StructureDefinition/backport-subscription", Texts(type.GetProperty("supportedProfile")));
        Assert.Superset(
            new HashSet<string>(["read", "create", "update", "delete", "search-type"]),
            type.GetProperty("interaction").EnumerateArray().Select(each => each.GetProperty("code").GetString()!).ToHashSet());
        Assert.Superset(new HashSet<string>(["url", "status"]), Names(type.GetProperty("searchParam")));
        Assert.Equal(
            [
                ("events", $"{Guide}/OperationDefinition/backport-subscription-events"),
                ("get-ws-binding-token", $"{Guide}/OperationDefinition/backport-subscription-get-ws-binding-token"),
                ("status", $"{Guide}/OperationDefinition/backport-subscription-status"),
            ],
            type.GetProperty("operation").EnumerateArray()
                .Select(each => (Name: each.GetProperty("name").GetString(), Definition: each.GetProperty("definition").GetString()))
                .Where(each => each.Definition!.StartsWith(Guide, StringComparison.Ordinal))
                .OrderBy(each => each.Name, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("rest-hook", "empty")]
    [InlineData("rest-hook", "id-only")]
    [InlineData("rest-hook", "full-resource")]
    [InlineData("message", "empty")]
    [InlineData("message", "id-only")]
    [InlineData("message", "full-resource")]
    [InlineData("websocket", "empty")]
    [InlineData("websocket", "id-only")]
    [InlineData("websocket", "full-resource")]
    public async Task What_is_accepted_is_told(string channel, string content)
    {
        await using var desk = await Desk.Open(server);
        var form = channel == "websocket" ? desk.SocketForm(content: content) : desk.Form(content: content, type: channel);
        var id = await desk.Subscribe(form);

        await desk.Observe("o");

        var told = channel switch
        {
            "websocket" => await Bound(desk, id),
            "message" => await Message(desk),
            _ => Assert.Single(await desk.Notified(1)),
        };
        Assert.Equal([1], told.Numbers);
        Assert.Equal(content == "empty" ? [] : ["o"], told.Focuses);
        GuideShape.IsNotification(told.Bundle, "event-notification", "active");
    }

    [Theory]
    [InlineData("rest-hook", "text/plain", "empty")]
    [InlineData("rest-hook", "text/plain;attach=application/fhir+json", "id-only")]
    [InlineData("rest-hook", "application/fhir+xml", "id-only")]
    [InlineData("message", "text/plain", "empty")]
    [InlineData("email", "application/fhir+json", "empty")]
    [InlineData("email", "text/plain", "id-only")]
    [InlineData("email", "text/plain;attach=application/fhir+json", "full-resource")]
    [InlineData("websocket", "text/plain", "empty")]
    public async Task A_payload_that_does_not_fit_the_channel_is_refused(string channel, string payload, string content)
    {
        await using var desk = await Desk.Open(server);
        var form = channel == "websocket"
            ? desk.Form(content: content, type: channel, payload: payload)
                .Replace($"\"endpoint\":\"{desk.Receiver.Address}hook\",", "", StringComparison.Ordinal)
            : desk.Form(content: content, type: channel, payload: payload, endpoint: channel == "email" ? "mailto:person1@example.org" : null);

        var refused = (await desk.Owner.Create(form)).Is(400);

        Assert.Equal("Subscription.channel.payload", refused.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
        Assert.Empty((await desk.Owner.Get("Subscription/$status")).Is(200).Entries);
    }

    [Fact]
    public async Task Focus_and_context_are_of_this_server_and_what_lies_elsewhere_is_not_named()
    {
        await using var desk = await Desk.Open(server);
        (await (await desk.Clinic.Admin()).Put("Basic/own", OwnTopic.Form(
            $"{OwnTopic.Trigger()},{OwnTopic.Shape("Observation:subject")},{OwnTopic.Shape("Observation:performer")}"))).Is(201);
        await desk.Subscribe(desk.Form("_type=Observation", "full-resource", topic: OwnTopic.Url));

        await desk.Observe("o", ",\"performer\":[{\"reference\":\"https://other.example/fhir/Practitioner/x\"}]");

        var told = Assert.Single(await desk.Notified(1));
        var references = told.Events[0].GetProperty("part").EnumerateArray()
            .Where(part => part.GetProperty("name").GetString() is "focus" or "additional-context")
            .Select(part => part.GetProperty("valueReference").GetProperty("reference").GetString());
        Assert.Equal([$"{desk.BaseUrl}/Observation/o", $"{desk.BaseUrl}/Patient/p"], references);
        Assert.Equal(3, told.Entries.Count);
        Assert.All(told.Entries.Skip(1), entry => Assert.StartsWith(
            $"{desk.BaseUrl}/", entry.GetProperty("fullUrl").GetString(), StringComparison.Ordinal));
    }

    private static async Task<Notified> Bound(Desk desk, string id)
    {
        await using var socket = await BoundSocket.Bound(desk.Owner, id);
        return Assert.Single(await socket.Hears(1));
    }

    private static async Task<Notified> Message(Desk desk)
    {
        await Desk.Until(() => Task.FromResult(desk.Receiver.Taken.Count >= 2), "the message does not come");
        var message = JsonElement.Parse(desk.Receiver.Taken.Last().Body);
        var bundle = message.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource"))
            .Single(resource => resource.GetProperty("resourceType").GetString() == "Bundle");
        return new Notified(desk.Receiver.Taken.Last() with { Body = System.Text.Encoding.UTF8.GetBytes(bundle.GetRawText()) });
    }

    private static List<string?> Texts(JsonElement array) => [.. array.EnumerateArray().Select(each => each.GetString())];

    private static HashSet<string> Names(JsonElement array) =>
        [.. array.EnumerateArray().Select(each => each.GetProperty("name").GetString()!)];
}

public sealed class GuideRequirementOnSqlite(SqliteSubscriptionServer server) : GuideRequirementTests(server);

public sealed class GuideRequirementOnPostgres(PostgresSubscriptionServer server) : GuideRequirementTests(server);
