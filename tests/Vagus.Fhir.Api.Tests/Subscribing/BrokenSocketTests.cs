using System.Net.WebSockets;
using System.Text;
using Vagus.Fhir.Api.Tests.Auditing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>What a client was not shown before its connection broke is told again to the next one, with the same numbers.</summary>
public abstract class BrokenSocketTests(SubscriptionServer server)
{
    [Fact]
    public async Task What_lay_in_buffers_when_a_connection_broke_comes_again()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        using (var deaf = await Deaf(desk, id))
        {
            for (var number = 1; number <= 5; number++) await desk.Observe($"o{number}");
            await Said(desk, 5);
            deaf.Abort();
        }

        // Each that breaks leaves the server time to have seen the end of the one before.
        for (var round = 0; round < 3; round++)
        {
            using var deaf = await Deaf(desk, id);
            deaf.Abort();
        }

        await using var socket = await BoundSocket.Bound(desk.Owner, id);

        Assert.Equal([1, 2, 3, 4, 5], await socket.Numbers(5));
        Assert.Equal(["o1", "o2", "o3", "o4", "o5"], socket.Of("event-notification").SelectMany(told => told.Focuses));
    }

    [Fact]
    public async Task What_waited_in_the_queue_of_a_client_that_reads_nothing_comes_again()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm(content: "full-resource"))).Is(201).Id;
        var note = $",\"note\":[{{\"text\":\"{new string('x', 300_000)}\"}}]";
        using (var deaf = await Deaf(desk, id))
        {
            for (var number = 1; number <= 40; number++) await desk.Observe($"o{number}", note);
            await Said(desk, 1);
            deaf.Abort();
        }

        await using var socket = await BoundSocket.Bound(desk.Owner, id);

        Assert.Equal(Enumerable.Range(1, 40).Select(number => (long)number), await socket.Numbers(40));
    }

    [Fact]
    public async Task Bound_again_on_the_same_socket_nothing_comes_twice()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        await using var socket = await BoundSocket.Bound(desk.Owner, id);
        await desk.Observe("o1");
        await socket.Numbers(1);

        await socket.Say($"bind-with-token {await BoundSocket.Token(desk.Owner, id)}");
        await socket.Hears(2, "handshake");
        await desk.Observe("o2");

        Assert.Equal([1, 2], await socket.Numbers(2));
    }

    /// <summary>A client that is bound and reads nothing.</summary>
    private async Task<ClientWebSocket> Deaf(Desk desk, string id)
    {
        var token = await BoundSocket.Token(desk.Owner, id);
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/ws/fhir" }.Uri, CancellationToken.None);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes($"bind-with-token {token}"), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return socket;
    }

    // Each event is in the audit before it is said.
    private static Task Said(Desk desk, int events) => Desk.Until(
        async () => (await AuditedAccess.Of(desk.Clinic)).Where(each => each.Action == "subscription-notify")
            .SelectMany(each => each.Shown).Distinct().Count() >= events,
        "the events are not said");
}

public sealed class BrokenSocketOnSqlite(SqliteSubscriptionServer server) : BrokenSocketTests(server);

public sealed class BrokenSocketOnPostgres(PostgresSubscriptionServer server) : BrokenSocketTests(server);
