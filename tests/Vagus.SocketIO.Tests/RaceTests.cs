using System.Net;
using System.Text;

namespace Vagus.SocketIO.Tests;

/// <summary>What happens between two steps of the server.</summary>
public sealed class RaceTests
{
    [Theory]
    [InlineData("polling")]
    [InlineData("websocket")]
    public async Task A_connection_that_comes_in_beside_the_beginning_of_the_drain_is_turned_away(string transport)
    {
        var clock = new HookedClock();
        await using var live = await LiveServer.Start(clock: clock);
        var draining = Task.CompletedTask;
        // Behind the look at the drain, and before the connection is among those that it looks over.
        clock.AtUtcNow = () => draining = live.Server.Drain();
        var address = live.Polling().ToString().Replace("polling", transport, StringComparison.Ordinal);
        using var asked = new HttpRequestMessage(HttpMethod.Get, address);
        if (transport == "websocket")
        {
            asked.Headers.Add("Connection", "Upgrade");
            asked.Headers.Add("Upgrade", "websocket");
            asked.Headers.Add("Sec-WebSocket-Version", "13");
            asked.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(Encoding.ASCII.GetBytes("0123456789abcdef")));
        }

        using var answer = await live.Http.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead);
        await draining;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 0), (answer.StatusCode, live.Host.ConnectionCount));
    }

    [Fact]
    public async Task An_answer_is_waited_for_in_full_before_the_question_goes_out()
    {
        var clock = new HookedClock();
        await using var live = await LiveServer.Start(clock: clock);
        var (wire, _) = await live.Join();
        await PollingTests.Until(() => live.Server.Of("/").Sockets.Count == 1);
        var socket = live.Server.Of("/").Sockets[0];
        var (asker, wentOut) = (Environment.CurrentManagedThreadId, new ManualResetEventSlim());
        var wasOut = false;
        // The asker's thread asks for the time when it sets the limit. A question that is out by then is answered within the wait.
        clock.AtTimestamp = () => wasOut |= Environment.CurrentManagedThreadId == asker && wentOut.Wait(TimeSpan.FromMilliseconds(300));
        var reading = Task.Run(async () =>
        {
            Assert.Equal("420[\"q\"]", await wire.Read());
            wentOut.Set();
            await wire.Send("430[\"yes\"]");
        });

        var asking = socket.EmitWithAck("q", ReadOnlyMemory<object?>.Empty, TimeSpan.FromMinutes(1));
        clock.AtTimestamp = null;

        Assert.Equal("yes", (await asking)!.Get<string>(0));
        await reading;
        Assert.False(wasOut);
    }
}
