using System.Text.Json.Nodes;
using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Recovery;

/// <summary>What recovery promises, as the reference server keeps it too.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public async Task Connecting_answers_with_a_pid_and_every_event_ends_with_an_offset()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);

        await using var ann = await RecoverableSocket.ConnectAsync(server, "ann");

        Assert.NotEmpty(ann.Sid);
        Assert.NotEmpty(ann.Pid ?? "");
        Assert.NotEqual(ann.Sid, ann.Pid);
        Assert.NotEmpty(ann.Offset ?? "");
    }

    [Fact]
    public async Task Missed_events_come_in_order_before_the_reply_and_session_and_rooms_are_as_before()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        await ann.EnterRoomAsync("ward");
        await server.BroadcastAsync("ward", "seen");
        await ann.ReceiveAsync("seen", 1);
        await ann.VanishAsync(server);
        await server.BroadcastAsync("ward", "missed", count: 25);

        await using var back = await ann.ReturnAsync(server, "ann");

        Assert.Equal((ann.Sid, ann.Pid), (back.Sid, back.Pid));
        Assert.Equal(Numbered("missed", 25), back.Missed);
        await server.BroadcastAsync("ward", "live");
        await back.ReceiveAsync("live", 1);
    }

    [Fact]
    public async Task One_who_missed_nothing_is_recovered_with_nothing()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        await ann.VanishAsync(server);

        await using var back = await ann.ReturnAsync(server, "ann");

        Assert.Equal(ann.Sid, back.Sid);
        Assert.Empty(back.Missed);
    }

    [Fact]
    public async Task Events_for_rooms_of_others_are_not_among_the_missed()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        await using var bob = await RecoverableSocket.ConnectAsync(server, "bob");
        await ann.EnterRoomAsync("hers");
        await bob.EnterRoomAsync("his");
        await server.BroadcastAsync("hers", "seen");
        await ann.ReceiveAsync("seen", 1);
        await ann.VanishAsync(server);
        await server.BroadcastAsync("his", "private");
        await server.BroadcastAsync("hers", "missed");

        await using var back = await ann.ReturnAsync(server, "ann");

        Assert.Equal(Numbered("missed", 1), back.Missed);
    }

    [Fact]
    public async Task Recovery_works_again_and_again_without_loss_or_repetition()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        await ann.EnterRoomAsync("ward");
        await server.BroadcastAsync("ward", "seen");
        await ann.ReceiveAsync("seen", 1);

        for (var round = 1; round <= 5; round++)
        {
            await ann.VanishAsync(server);
            await server.BroadcastAsync("ward", "missed", count: round);
            var back = await ann.ReturnAsync(server, "ann");
            Assert.Equal(ann.Sid, back.Sid);
            Assert.Equal(Numbered("missed", round), back.Missed);
            ann = back;
        }

        await ann.DisposeAsync();
    }

    [Fact]
    public async Task Volatile_events_and_acknowledgements_are_not_replayed()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        var before = ann.Offset;
        await ann.Line.SendAsync("42[\"volatile\",1]");
        await ann.Line.SendAsync("42[\"message\",2]");
        await ann.CatchUpAsync();
        await ann.VanishAsync(server);

        await using var back = await ann.ReturnAsync(server, "ann", offset: before);

        Assert.Equal(["[\"message-back\",2]"], back.Missed);
    }

    [Fact]
    public async Task Binary_events_are_among_the_missed_with_their_attachments()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        await using var bob = await RecoverableSocket.ConnectAsync(server, "bob");
        await ann.EnterRoomAsync("ward");
        await server.BroadcastAsync("ward", "seen");
        await ann.ReceiveAsync("seen", 1);
        await ann.VanishAsync(server);
        await bob.Line.SendAsync("451-[\"emit-to\",\"ward\",\"image\",{\"_placeholder\":true,\"num\":0}]");
        await bob.Line.SendAsync([1, 2, 3]);
        await bob.CatchUpAsync();

        await using var back = await ann.ReturnAsync(server, "ann");

        Assert.Equal(["[\"image\",{\"_placeholder\":true,\"num\":0}]", "010203"], back.Missed);
    }

    [Fact]
    public async Task One_who_left_on_purpose_is_not_recovered()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        await ann.Line.SendAsync("41");
        await Eventually.HoldsAsync(async () => await server.SocketsAsync() == 0, "the socket left");

        await using var back = await ann.ReturnAsync(server, "ann");

        Assert.NotEqual(ann.Sid, back.Sid);
    }

    [Fact]
    public async Task One_who_was_sent_away_is_not_recovered()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        await ann.Line.SendAsync("42[\"kick\",true]");
        await Eventually.HoldsAsync(async () => await server.SocketsAsync() == 0, "the socket was sent away");

        await using var back = await ann.ReturnAsync(server, "ann");

        Assert.NotEqual(ann.Sid, back.Sid);
    }

    [Theory]
    [InlineData("{\"pid\":\"unknown\",\"offset\":\"x\"}")]
    [InlineData("{\"pid\":\"\",\"offset\":\"\"}")]
    [InlineData("{\"pid\":1,\"offset\":2}")]
    [InlineData("{\"pid\":{},\"offset\":[]}")]
    [InlineData("{\"pid\":null,\"offset\":null}")]
    [InlineData("{\"pid\":\"__proto__\",\"offset\":\"__proto__\"}")]
    [InlineData("{\"offset\":\"x\"}")]
    public async Task A_pid_that_was_never_given_opens_a_new_session(string auth)
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var credentials = JsonNode.Parse(auth)?.AsObject() ?? [];
        credentials["token"] = "ann";

        await using var socket = await RecoverableSocket.ConnectAsync(server, credentials);

        Assert.NotEmpty(socket.Sid);
        Assert.Empty(socket.Missed);
    }

    internal static IEnumerable<string> Numbered(string name, int count) =>
        Enumerable.Range(0, count).Select(i => $"[\"{name}\",{{\"i\":{i},\"pad\":\"\"}}]");
}
