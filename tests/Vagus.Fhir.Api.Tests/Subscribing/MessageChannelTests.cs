using System.Text.Json;
using Vagus.Fhir.Api.Tests.Auditing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>The channel <c>message</c>: notifications as FHIR messages to another FHIR server.</summary>
public abstract class MessageChannelTests(SubscriptionServer server)
{
    [Theory]
    [InlineData("fhir/")]
    [InlineData("fhir/$process-message")]
    public async Task A_notification_is_a_message_whose_focus_is_the_notification(string place)
    {
        await using var desk = await Desk.Open(server);
        var created = (await desk.Owner.Create(desk.Form(
            type: "message", endpoint: $"{desk.Receiver.Address}{place}", content: "full-resource"))).Is(201);
        Assert.Equal("requested", created.Json.GetProperty("status").GetString());
        await desk.Becomes(created.Id, "active");

        await desk.Observe("o");

        await Desk.Until(() => Task.FromResult(desk.Receiver.Taken.Count >= 2), "the messages do not come");
        Assert.All(desk.Receiver.Taken, request => Assert.Equal("/fhir/$process-message", request.Path));
        Assert.Equal(["handshake", "event-notification"], desk.Receiver.Taken.Select(request => Notification(request).Type));
        Assert.Equal(["o"], Notification(desk.Receiver.Taken.Last()).Focuses);
        Assert.Equal("o", Notification(desk.Receiver.Taken.Last()).Entries[1].GetProperty("resource").GetProperty("id").GetString());
        var message = JsonElement.Parse(desk.Receiver.Taken.Last().Body);
        Assert.Equal(desk.BaseUrl, Header(message).GetProperty("source").GetProperty("endpoint").GetString());
        (await desk.Owner.Post("Bundle/$validate", message.GetRawText())).Is(200);
        Assert.Contains("Observation/o/1", (await AuditedAccess.Of(desk.Clinic))
            .Where(each => each.Action == "subscription-notify").SelectMany(each => each.Shown));
    }

    [Theory]
    [InlineData("https://other.example/fhir?key=1")]
    [InlineData("http://other.example/fhir")]
    [InlineData("")]
    public async Task What_is_no_base_of_a_server_is_refused(string endpoint)
    {
        await using var desk = await Desk.Open(server);

        var answer = (await desk.Owner.Create(desk.Form(type: "message", endpoint: endpoint))).Is(400);

        if (endpoint.Length > 0)
            Assert.Equal("Subscription.channel.endpoint", answer.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
    }

    private static JsonElement Header(JsonElement message) => message.GetProperty("entry")[0].GetProperty("resource");

    private static Notified Notification(Vagus.Testing.Received request)
    {
        var message = JsonElement.Parse(request.Body);
        var (header, entry) = (Header(message), message.GetProperty("entry")[1]);
        Assert.Equal(("message", "MessageHeader"), (message.GetProperty("type").GetString(), header.GetProperty("resourceType").GetString()));
        Assert.Equal(
            entry.GetProperty("fullUrl").GetString(), Assert.Single(header.GetProperty("focus").EnumerateArray()).GetProperty("reference").GetString());
        return new Notified(request with { Body = JsonSerializer.SerializeToUtf8Bytes(entry.GetProperty("resource")) });
    }
}

public sealed class MessageChannelOnSqlite(SqliteSubscriptionServer server) : MessageChannelTests(server);

public sealed class MessageChannelOnPostgres(PostgresSubscriptionServer server) : MessageChannelTests(server);
