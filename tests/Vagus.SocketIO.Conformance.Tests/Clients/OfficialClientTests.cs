using System.Text.Json;
using Vagus.SocketIO.Conformance.Tests.Echo;

namespace Vagus.SocketIO.Conformance.Tests.Clients;

public sealed class OfficialClientTests(EchoServers echo, NodeClient node) : IClassFixture<NodeClient>
{
    [Theory]
    [InlineData("websocket", "websocket")]
    [InlineData("polling", "polling")]
    [InlineData("polling,websocket", "websocket")]
    public async Task Everything_an_application_does_works(string transports, string last)
    {
        var steps = await node.RunAsync(await echo.DefaultAsync(), "tour", transports);

        Assert.Equal("{\"token\":\"ann\"}", steps.GetProperty("auth").GetRawText());
        foreach (var claim in (string[])["echo", "binary", "binaryAck", "sharedLine", "slow", "large", "burst"])
            Assert.True(steps.GetProperty(claim).GetBoolean(), claim);
        Assert.Equal("{\"a\":1}", steps.GetProperty("ack").GetRawText());
        Assert.Equal("{\"n\":1}", steps.GetProperty("room").GetRawText());
        Assert.Equal("in custom", steps.GetProperty("namespace").GetString());
        Assert.Equal("yes", steps.GetProperty("stillHere").GetString());
        Assert.Equal(last, steps.GetProperty("transport").GetString());
    }

    [Fact]
    public async Task Thousands_of_events_during_the_upgrade_are_neither_lost_nor_doubled_nor_overtaken()
    {
        var result = await node.RunAsync(await echo.DefaultAsync(), "upgrade", "10", "2000");

        Assert.Equal("[]", result.GetProperty("faults").GetRawText());
        Assert.Equal(10, result.GetProperty("upgraded").GetInt32());
    }

    [Theory]
    [InlineData("websocket")]
    [InlineData("polling")]
    [InlineData("polling,websocket")]
    public async Task The_engine_client_opens_is_kept_alive_upgrades_and_leaves(string transports)
    {
        var result = await node.RunAsync(await echo.WithAsync(EchoSettings.FrequentPings), "engine", transports);

        Assert.Equal(transports.Split(',')[0], result.GetProperty("opened").GetString());
        Assert.Equal(transports.Contains(',', StringComparison.Ordinal), result.GetProperty("upgraded").GetBoolean());
        Assert.Equal("open", result.GetProperty("state").GetString());
        Assert.Equal("forced close", result.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_line_that_is_cut_again_and_again_loses_and_repeats_nothing()
    {
        var result = await node.RunAsync(await echo.WithAsync(EchoSettings.WithRecovery), "recovery", "busy", "10");

        AssertRecovered(result, cuts: 10);
    }

    [Fact]
    public async Task A_line_that_is_cut_before_the_first_event_is_recovered()
    {
        EchoCommand.SkipOnReference("it recovers nobody who has no offset");

        var result = await node.RunAsync(await echo.WithAsync(EchoSettings.WithRecovery), "recovery", "before-first-event");

        AssertRecovered(result, cuts: 1);
    }

    [Fact]
    public async Task An_event_that_ends_with_text_does_not_poison_the_offset()
    {
        EchoCommand.SkipOnReference("its client takes any text at the end of any event for an offset");

        var result = await node.RunAsync(await echo.WithAsync(EchoSettings.WithRecovery), "recovery", "poisoned-offset");

        AssertRecovered(result, cuts: 1);
    }

    private static void AssertRecovered(JsonElement result, int cuts)
    {
        Assert.Equal(Enumerable.Repeat(true, cuts), result.GetProperty("recovered").EnumerateArray().Select(value => value.GetBoolean()));
        Assert.True(result.GetProperty("sameId").GetBoolean(), "the id is the same");
        Assert.True(result.GetProperty("complete").GetBoolean(), "every event came once and in order");
    }
}
