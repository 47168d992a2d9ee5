using System.Text.Json;
using Vagus.SocketIO.Conformance.Tests.Echo;

namespace Vagus.SocketIO.Conformance.Tests.Clients;

/// <summary>How a connection ends decides whether browsers come back; the official client tells.</summary>
public sealed class ConsequenceTests(EchoServers echo, NodeClient node) : IClassFixture<NodeClient>
{
    [Theory]
    [InlineData("kick")]
    [InlineData("kick-whole")]
    public async Task One_who_is_sent_away_stays_away(string how)
    {
        var result = await node.RunAsync(await echo.DefaultAsync(), "consequences", how);

        Assert.Equal("io server disconnect", result.GetProperty("reason").GetString());
        Assert.Equal((false, 1, 1), Outcome(result));
    }

    [Theory]
    [InlineData("bad-packet")]
    [InlineData("lost")]
    public async Task One_whose_line_ends_comes_back_and_authenticates_anew(string how)
    {
        var result = await node.RunAsync(await echo.DefaultAsync(), "consequences", how);

        Assert.Equal("transport close", result.GetProperty("reason").GetString());
        Assert.Equal((true, 2, 2), Outcome(result));
        Assert.False(result.GetProperty("sameId").GetBoolean());
    }

    [Fact]
    public async Task One_who_sends_too_much_learns_why_and_comes_back()
    {
        var result = await node.RunAsync(await echo.DefaultAsync(), "consequences", "too-big");

        Assert.Equal(1009, result.GetProperty("code").GetInt32());
        Assert.Equal((true, 2, 2), Outcome(result));
    }

    [Fact]
    public async Task One_who_leaves_stays_away()
    {
        var result = await node.RunAsync(await echo.DefaultAsync(), "consequences", "leave");

        Assert.Equal("io client disconnect", result.GetProperty("reason").GetString());
        Assert.Equal((false, 1, 1), Outcome(result));
    }

    [Theory]
    [InlineData("deny", "not authorized", "{\"code\":\"denied\"}")]
    [InlineData("unknown", "Invalid namespace", "null")]
    public async Task One_who_is_refused_learns_why_and_tries_again_only_when_told_to(string how, string message, string data)
    {
        var result = await node.RunAsync(await echo.DefaultAsync(), "consequences", how);

        Assert.False(result.GetProperty("active").GetBoolean());
        Assert.Equal(1, result.GetProperty("attempts").GetInt32());
        Assert.Equal(message, result.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(data, result.GetProperty("error").GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task One_who_reads_too_slowly_is_cut_and_comes_back()
    {
        EchoCommand.SkipOnReference("it never cuts a slow reader");
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);

        var result = await node.RunAsync(server, "consequences", "slow");

        Assert.Contains(result.GetProperty("reason").GetString(), new[] { "transport close", "transport error" });
        Assert.Equal((true, 2, 2), Outcome(result));
    }

    [Fact]
    public async Task One_who_reaches_nobody_keeps_trying()
    {
        var result = await node.RunAsync(await echo.DefaultAsync(), "consequences", "unreachable");

        Assert.True(result.GetProperty("active").GetBoolean());
        Assert.Equal(0, result.GetProperty("connects").GetInt32());
    }

    private static (bool Active, int Connects, int AuthCalls) Outcome(JsonElement result) =>
        (result.GetProperty("active").GetBoolean(), result.GetProperty("connects").GetInt32(), result.GetProperty("authCalls").GetInt32());
}
