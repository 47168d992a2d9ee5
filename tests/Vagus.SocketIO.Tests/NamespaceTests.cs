namespace Vagus.SocketIO.Tests;

public sealed class NamespaceTests
{
    [Fact]
    public async Task Connect_is_answered_with_the_sid_alone_when_recovery_is_off()
    {
        await using var live = await LiveServer.Start();

        var (wire, answer) = await live.Join();

        Assert.Matches("^40\\{\"sid\":\"[A-Za-z0-9_-]{20}\"\\}$", answer);
        wire.Dispose();
    }

    [Fact]
    public async Task An_unknown_namespace_is_refused_and_the_connection_stays()
    {
        await using var live = await LiveServer.Start();

        var (wire, answer) = await live.Join("40/nope");
        await wire.Send("40");

        Assert.Equal("44/nope,{\"message\":\"Invalid namespace\"}", answer);
        Assert.StartsWith("40{", await wire.Read());
    }

    [Fact]
    public async Task A_middleware_refuses_with_message_and_data()
    {
        await using var live = await LiveServer.Start(io => io.Namespace("/deny", ns =>
            ns.Use((_, _) => ValueTask.FromResult<ConnectRefusal?>(new ConnectRefusal("not authorized", new { code = "denied" })))));

        var (_, answer) = await live.Join("40/deny,{\"token\":\"x\"}");

        Assert.Equal("44/deny,{\"message\":\"not authorized\",\"data\":{\"code\":\"denied\"}}", answer);
    }

    [Fact]
    public async Task A_second_connect_while_the_first_is_pending_makes_no_second_socket()
    {
        var gate = new TaskCompletionSource();
        await using var live = await LiveServer.Start(io => io.Namespace("/", ns =>
        {
            ns.Use(async (_, _) =>
            {
                await gate.Task;
                return null;
            });
            LiveServer.Echo(ns);
        }));
        using var wire = await live.Connect();

        await wire.Send("40");
        await wire.Send("40");
        // The answer to this one shows that both were read.
        await wire.Send("40/nope");
        await wire.Read();
        gate.SetResult();

        Assert.StartsWith("40{", await wire.Read());
        await wire.Send("42[\"message\",1]");
        Assert.Equal("42[\"message-back\",1]", await wire.Read());
        Assert.Equal(1, live.Server.Of("/").Count);
    }

    [Theory]
    [InlineData("42[\"message\"]")]
    [InlineData("41")]
    [InlineData("40[]")]
    [InlineData("40null")]
    [InlineData("4")]
    [InlineData("49")]
    [InlineData("7")]
    [InlineData("2")]
    [InlineData("")]
    public async Task What_no_client_sends_before_connecting_closes(string packet)
    {
        await using var live = await LiveServer.Start();
        using var wire = await live.Connect();

        await wire.Send(packet);

        Assert.Equal("closed", await wire.Read());
    }

    [Theory]
    [InlineData("40")]
    [InlineData("44{\"message\":\"x\"}")]
    [InlineData("42/other,[\"a\"]")]
    [InlineData("41{}")]
    [InlineData("42[]")]
    [InlineData("42{}")]
    [InlineData("42[null]")]
    [InlineData("42abc[]")]
    [InlineData("42[\"disconnect\"]")]
    [InlineData("450-[\"a\"]")]
    [InlineData("4511-[\"a\"]")]
    [InlineData("451-[\"a\",{\"_placeholder\":true,\"num\":7}]")]
    [InlineData("1")]
    public async Task What_no_client_sends_after_connecting_closes(string packet)
    {
        await using var live = await LiveServer.Start();
        var (wire, _) = await live.Join();

        await wire.Send(packet);

        Assert.Equal("closed", await wire.Read());
        wire.Cut();
        await PollingTests.Until(() => live.Server.ConnectionCount == 0 && live.Server.Of("/").Count == 0);
    }

    [Theory]
    [InlineData("42")]
    [InlineData("0")]
    [InlineData("3")]
    [InlineData("5")]
    [InlineData("6")]
    [InlineData("4399[\"late\"]")]
    public async Task What_means_nothing_is_ignored(string packet)
    {
        await using var live = await LiveServer.Start();
        var (wire, _) = await live.Join();

        await wire.Send(packet);
        await wire.Send("42007[\"ack\",1]");

        Assert.Equal("437[1]", await wire.Read());
    }

    [Fact]
    public async Task Attachments_that_never_come_close_the_connection()
    {
        await using var live = await LiveServer.Start(options: options => options.AttachmentTimeout = TimeSpan.FromMilliseconds(100));
        var (wire, _) = await live.Join();

        await wire.Send("451-[\"message\",{\"_placeholder\":true,\"num\":0}]");

        Assert.Equal("closed", await wire.Read());
    }

    [Fact]
    public async Task A_connection_that_joins_nothing_is_closed()
    {
        await using var live = await LiveServer.Start(options: options => options.ConnectTimeout = TimeSpan.FromMilliseconds(150));
        using var wire = await live.Connect();

        Assert.Equal("closed", await wire.Read());
    }

    [Fact]
    public async Task A_flood_of_connects_is_closed()
    {
        await using var live = await LiveServer.Start(options: options => options.MaxConnectsPerConnection = 20);
        using var wire = await live.Connect();

        for (var i = 0; i < 21; i++) await wire.Send("40/nope");

        var answers = await wire.Read(21);
        Assert.Equal("closed", answers[^1]);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_closed_with_1009()
    {
        await using var live = await LiveServer.Start(options: options => options.Engine.MaxPayload = 10_000);
        var (wire, _) = await live.Join();

        await wire.Send("42[\"message\",\"" + new string('x', 20_000) + "\"]");

        Assert.Equal("closed", await wire.Read());
        Assert.Equal(1009, wire.CloseStatus);
    }
}
