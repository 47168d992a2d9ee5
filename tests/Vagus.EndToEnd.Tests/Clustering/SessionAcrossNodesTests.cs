using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>A session that ends on one of two nodes: what lives by it on the other one ends too.</summary>
[Collection(nameof(Alone))]
public sealed class SessionAcrossNodesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_session_that_is_ended_on_one_node_ends_on_the_other_within_five_seconds()
    {
        await using var one = await RunningServer.Start(Engine.Postgres);
        await using var other = await one.StartBeside();
        using var here = one.SignIn("nurse");
        using var there = other.SignIn("nurse");
        var token = (string)(await here.LogIn()).Json["accessToken"]!;
        using var socket = await Open(other, token);
        Assert.Equal(HttpStatusCode.OK, (await Me(there, token)).Status);

        var clock = Stopwatch.StartNew();
        var ended = await here.Send(HttpMethod.Post, "/api/auth/logout", body: "{}", bearer: token);
        Assert.True(ended.Succeeded, ended.Text);

        await Condition.Becomes(
            async () => (await Me(there, token)).Status == HttpStatusCode.Unauthorized, "the other node refuses the token", limit: Limit);
        var closed = await Closed(socket);
        Figures.Say($"session ended on one node → refused and closed on the other: {clock.Elapsed.TotalMilliseconds:0} ms");
        Assert.Equal(4401, closed);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Limit);
    }

    private static Task<Answer> Me(SignedIn user, string token) => user.Send(HttpMethod.Get, "/api/auth/me", body: null, bearer: token);

    private static async Task<ClientWebSocket> Open(RunningServer server, string token)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"{server.Url.Replace("http", "ws", StringComparison.Ordinal)}/ws"), CancellationToken.None);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes($$$"""{"type":"authenticate","data":{"token":"{{{token}}}"}}"""), WebSocketMessageType.Text,
            endOfMessage: true, CancellationToken.None);
        var buffer = new byte[4096];
        var first = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Contains("welcome", Encoding.UTF8.GetString(buffer, 0, first.Count), StringComparison.Ordinal);
        return socket;
    }

    private static async Task<int> Closed(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(Limit);
        var buffer = new byte[4096];
        while ((await socket.ReceiveAsync(buffer, limit.Token)).MessageType != WebSocketMessageType.Close)
        {
            // Positions and pings may come before.
        }

        return (int)socket.CloseStatus!;
    }
}
