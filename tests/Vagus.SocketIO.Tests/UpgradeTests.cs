using System.Net;

namespace Vagus.SocketIO.Tests;

public sealed class UpgradeTests
{
    [Fact]
    public async Task Nothing_is_lost_or_reordered_while_the_transport_changes()
    {
        await using var live = await LiveServer.Start(io => io.Namespace("/", _ => { }));
        var sid = await live.OpenPolling();
        await live.Post(sid, "40");
        Assert.StartsWith("40{", await live.Http.GetStringAsync(live.Polling(sid)));
        var seen = new List<string>();
        using var stop = new CancellationTokenSource();
        var sending = SendNumbers(live.Server.Of("/"), stop.Token);

        using var wire = await Wire.Open(live.WebSocket(sid));
        await wire.Send("2probe");
        Assert.Equal("3probe", await wire.Read());
        // A client polls on until its poll is answered, and only then completes the upgrade.
        var last = await live.Http.GetStringAsync(live.Polling(sid));
        seen.AddRange(last.Split('\u001e').Where(packet => packet != "6"));
        await wire.Send("5");
        while (seen.Count < 500) seen.Add(await wire.Read());
        await stop.CancelAsync();
        await sending;

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"42[\"n\",{i}]"), seen.Take(500));
    }

    [Fact]
    public async Task A_waiting_poll_is_answered_again_and_again_while_the_probe_lasts()
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();
        using var wire = await Wire.Open(live.WebSocket(sid));
        await wire.Send("2probe");
        await wire.Read();

        for (var i = 0; i < 3; i++) Assert.Equal("6", await live.Http.GetStringAsync(live.Polling(sid)));
    }

    [Fact]
    public async Task Anything_but_the_upgrade_packet_closes_the_candidate_and_polling_goes_on()
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();
        using var wire = await Wire.Open(live.WebSocket(sid));
        await wire.Send("2probe");
        await wire.Read();

        await wire.Send("4hello");

        Assert.Equal("closed", await wire.Read());
        await live.Post(sid, "40");
        Assert.StartsWith("40{", await live.Http.GetStringAsync(live.Polling(sid)));
    }

    [Fact]
    public async Task A_probe_that_is_not_completed_in_time_is_closed_and_polling_goes_on()
    {
        await using var live = await LiveServer.Start(options: options => options.Engine.UpgradeTimeout = TimeSpan.FromMilliseconds(150));
        var sid = await live.OpenPolling();
        using var wire = await Wire.Open(live.WebSocket(sid));
        await wire.Send("2probe");
        await wire.Read();

        Assert.Equal("closed", await wire.Read());

        await live.Post(sid, "40");
        Assert.StartsWith("40{", await live.Http.GetStringAsync(live.Polling(sid)));
    }

    [Fact]
    public async Task After_the_upgrade_neither_a_poll_nor_a_second_websocket_gets_in()
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();
        using var wire = await Wire.Open(live.WebSocket(sid));
        await wire.Send("2probe");
        await wire.Read();
        await wire.Send("5");
        await wire.Send("40");
        Assert.StartsWith("40{", await wire.Read());

        using var poll = await live.Http.GetAsync(live.Polling(sid));
        using var second = await Wire.Open(live.WebSocket(sid));

        Assert.Equal(HttpStatusCode.BadRequest, poll.StatusCode);
        Assert.Equal("closed", await second.Read());
        await wire.Send("42[\"message\",1]");
        Assert.Equal("42[\"message-back\",1]", await wire.Read());
    }

    private static async Task SendNumbers(SocketNamespace ns, CancellationToken stop)
    {
        for (var i = 0; i < 500 && !stop.IsCancellationRequested; i++)
        {
            ns.Emit("n", i);
            if (i % 10 == 0) await Task.Delay(1, CancellationToken.None);
        }
    }
}
