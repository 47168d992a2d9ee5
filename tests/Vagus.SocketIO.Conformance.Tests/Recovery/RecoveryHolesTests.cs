using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Recovery;

/// <summary>Where we mean to do better than the reference: none of these is expected of it.</summary>
public sealed class RecoveryHolesTests
{
    [Fact]
    public async Task One_who_has_received_nothing_yet_is_recovered_without_an_offset()
    {
        EchoCommand.SkipOnReference("it recovers nobody who has no offset");
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        await ann.EnterRoomAsync("ward");
        await ann.VanishAsync(server);
        await server.BroadcastAsync("ward", "missed", count: 3);

        await using var back = await ann.ReturnAsync(server, "ann", withOffset: false);

        Assert.Equal(ann.Sid, back.Sid);
        Assert.Equal(
            RecoveryTests.Numbered("missed", 3), back.Missed.Where(occurrence => occurrence.Contains("missed", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("bob")]
    [InlineData("")]
    [InlineData(null)]
    public async Task The_pid_of_another_opens_a_new_session_and_shows_nothing(string? token)
    {
        EchoCommand.SkipOnReference("whoever has the pid gets the session");
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        await ann.EnterRoomAsync("ward");
        await ann.VanishAsync(server);
        await server.BroadcastAsync("ward", "missed");

        await using var thief = await ann.ReturnAsync(server, token);

        Assert.NotEqual(ann.Sid, thief.Sid);
        Assert.NotEqual(ann.Pid, thief.Pid);
        Assert.Empty(thief.Missed);
        await server.BroadcastAsync("ward", "more");
        await thief.CatchUpAsync();
        Assert.DoesNotContain(thief.Received, occurrence => occurrence.Contains("more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_attempt_by_another_does_not_take_the_session_from_its_owner()
    {
        EchoCommand.SkipOnReference("whoever has the pid gets the session");
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        await ann.EnterRoomAsync("ward");
        await ann.VanishAsync(server);
        await server.BroadcastAsync("ward", "missed");
        await using var thief = await ann.ReturnAsync(server, "bob");

        await using var back = await ann.ReturnAsync(server, "ann");

        Assert.Equal(ann.Sid, back.Sid);
        Assert.Equal(RecoveryTests.Numbered("missed", 1), back.Missed);
    }

    [Fact]
    public async Task A_session_in_use_cannot_be_taken_by_another()
    {
        EchoCommand.SkipOnReference("whoever has the pid gets the session");
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        await using var ann = await RecoverableSocket.ConnectAsync(server, "ann");

        await using var thief = await ann.ReturnAsync(server, "bob");

        Assert.NotEqual(ann.Sid, thief.Sid);
        await ann.CatchUpAsync();
    }

    [Fact]
    public async Task A_pid_used_twice_never_makes_two_living_sockets_of_one_id()
    {
        EchoCommand.SkipOnReference("it restores the same session as often as asked");
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var ann = await RecoverableSocket.ConnectAsync(server, "ann");
        await ann.VanishAsync(server);
        await using var first = await ann.ReturnAsync(server, "ann");

        await using var second = await ann.ReturnAsync(server, "ann");

        if (second.Sid == first.Sid) await first.Line.ExpectClosedAsync();
        else await first.CatchUpAsync();
        await second.CatchUpAsync();
    }

    [Fact]
    public async Task One_whose_old_line_is_still_half_open_is_recovered_and_the_old_line_is_fenced()
    {
        EchoCommand.SkipOnReference("it knows a session only after its line has ended");
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        await using var old = await RecoverableSocket.ConnectAsync(server, "ann");
        await old.EnterRoomAsync("ward");

        await using var back = await old.ReturnAsync(server, "ann");

        Assert.Equal(old.Sid, back.Sid);
        await old.Line.ExpectClosedAsync();
        await server.BroadcastAsync("ward", "live");
        await back.ReceiveAsync("live", 1);
        Assert.Equal(1, await server.SocketsAsync());
    }

    [Fact]
    public async Task The_late_end_of_the_old_line_takes_nothing_from_the_new_one()
    {
        EchoCommand.SkipOnReference("it knows a session only after its line has ended");
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var old = await RecoverableSocket.ConnectAsync(server, "ann");
        await old.EnterRoomAsync("ward");
        await using var back = await old.ReturnAsync(server, "ann");

        old.Line.Reset();
        await using var other = await RecoverableSocket.ConnectAsync(server, "bob");
        await server.BroadcastAsync("ward", "live", count: 3);

        await back.ReceiveAsync("live", 3);
        Assert.Equal(2, await server.SocketsAsync());
    }

    [Fact]
    public async Task Many_who_come_back_at_once_are_all_recovered_with_all_they_missed()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var sockets = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => RecoverableSocket.ConnectAsync(server, $"user-{i}")));
        foreach (var socket in sockets) await socket.EnterRoomAsync("ward");
        foreach (var socket in sockets) socket.Line.Reset();
        await Eventually.HoldsAsync(async () => await server.SocketsAsync() == 0, "all lines have ended");
        await server.BroadcastAsync("ward", "missed", count: 50);

        var returned = await Task.WhenAll(sockets.Select((socket, i) => socket.ReturnAsync(server, $"user-{i}")));

        foreach (var (before, after) in sockets.Zip(returned))
        {
            await using var socket = after;
            Assert.Equal(before.Sid, after.Sid);
            Assert.Equal(RecoveryTests.Numbered("missed", 50), after.Missed);
        }
    }
}
