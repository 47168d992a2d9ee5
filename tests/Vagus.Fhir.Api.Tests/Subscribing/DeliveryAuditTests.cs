using System.Net.WebSockets;
using Vagus.Access.Audit;
using Vagus.Fhir.Api.Tests.Auditing;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Each handshake and each attempt to deliver leaves its outcome in the audit, with ids, numbers and codes alone.</summary>
public abstract class DeliveryAuditTests(Engine engine) : ClockedServerTests(engine)
{
    private const string Action = "subscription-deliver";

    [Fact]
    public async Task A_handshake_and_each_attempt_are_recorded_as_they_ended()
    {
        await using var desk = await Desk.Open(Server);
        desk.Receiver.Answers.Enqueue(404);
        var id = (await desk.Owner.Create(desk.Form(content: "full-resource", channel: ",\"header\":[\"Authorization: Bearer hidden\"]"))).Is(201).Id;
        await desk.Becomes(id, "error");
        (await desk.Owner.Put($"Subscription/{id}", desk.Form(content: "full-resource").Replace(
            "\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal))).Is(200);
        await desk.Becomes(id, "active");
        var rows = new SubscriptionRows(desk);
        desk.Receiver.Answers.Enqueue(503);
        await desk.Observe("o");
        await Desk.Until(async () => (await rows.Of(id)).Attempts == 1, "the attempt is not recorded");
        Clock.Advance(TimeSpan.FromSeconds(11));
        await Desk.Until(async () => (await rows.Of(id)).Delivered == 1, "it is not delivered");
        desk.Receiver.Answers.Enqueue(410);
        await desk.Observe("o2");
        await desk.Becomes(id, "error");

        var entries = await Of(desk);
        Assert.Equal(
            [
                $"{Action} Subscription/{id} 4 error-response handshake;attempt=1",
                $"{Action} Subscription/{id} 0 handshake;attempt=1",
                $"{Action} Subscription/{id} 4 error-response events=1-1;attempt=1",
                $"{Action} Subscription/{id} 0 events=1-1;attempt=2",
                $"{Action} Subscription/{id} 4 gone events=2-2;attempt=1",
            ],
            entries.Select(each => $"{each.Line} {each.Text("detail")}"));
        foreach (var hidden in new[] { "Observation", "Patient", "718-7", "hidden", desk.Receiver.Address.Authority, "patients", "shown" })
            Assert.All(entries, each => Assert.DoesNotContain(hidden, each.Json.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_attempt_that_the_server_could_not_make_is_a_fault_of_its_own()
    {
        await using var desk = await Desk.Open(Server);
        var (id, rows) = (await desk.Subscribe(desk.Form()), new SubscriptionRows(desk));
        await rows.Set(id, "headers = @headers", new byte[] { 1, 2, 3 });

        await desk.Observe("o");
        await Desk.Until(async () => (await rows.Of(id)).Attempts == 1, "the attempt is not recorded");

        var last = (await Of(desk))[^1];
        Assert.Equal(($"{Action} Subscription/{id} 8 server-fault", "events=1-1;attempt=1"), (last.Line, last.Text("detail")));
    }

    [Fact]
    public async Task A_sign_of_life_that_is_not_taken_is_recorded_and_one_that_is_taken_is_not()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(desk.Form(channel: Desk.ChannelExtension("backport-heartbeat-period", "valueUnsignedInt", 60)));
        Clock.Advance(TimeSpan.FromSeconds(61));
        await desk.Notified(1, "heartbeat");
        var rows = new SubscriptionRows(desk);
        await Desk.Until(async () => !(await rows.Of(id)).IsHeld, "the first one is not recorded");
        desk.Receiver.Answers.Enqueue(500);
        Clock.Advance(TimeSpan.FromSeconds(61));
        await Desk.Until(async () => (await rows.Of(id)).Attempts == 1, "the second one is not recorded");

        Assert.Equal(
            ["handshake;attempt=1", "heartbeat;attempt=1"], (await Of(desk)).Select(each => each.Text("detail")));
    }

    [Fact]
    public async Task The_handshake_of_a_socket_is_its_owners_and_a_token_that_is_not_good_is_a_refusal()
    {
        await using var desk = await Desk.Open(Server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        await using var bound = await BoundSocket.Bound(desk.Owner, id);
        await using var refused = await BoundSocket.Open(Server.Address);

        await refused.Say("bind-with-token nothing");

        Assert.Equal((WebSocketCloseStatus)4401, await refused.Closed());
        var entry = Assert.Single(await Of(desk));
        Assert.Equal(
            ($"{Action} Subscription/{id} 0", "handshake", (await desk.OwnerId()).Value),
            (entry.Line, entry.Text("detail"), entry.Text("user")));
        Assert.Contains(
            await AuditedAccess.Of(Server, AuditTrail.System), each => each.Line == "refused bind-with-token /ws/fhir 4 unauthenticated");
    }

    private static async Task<List<AuditedAccess>> Of(Desk desk) =>
        (await AuditedAccess.Of(desk.Clinic)).FindAll(each => each.Action == Action);
}

public sealed class DeliveryAuditOnSqlite() : DeliveryAuditTests(Engine.Sqlite);

public sealed class DeliveryAuditOnPostgres() : DeliveryAuditTests(Engine.Postgres);
