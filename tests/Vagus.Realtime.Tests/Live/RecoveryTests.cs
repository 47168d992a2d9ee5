using System.Text.Json;

namespace Vagus.Realtime.Tests.Live;

public abstract class RecoveryTests(Engine engine)
{
    [Fact]
    public async Task A_session_is_recovered_with_what_it_missed()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var (pid, offset) = await ReadOneAndCut(clinic, ann);
        await clinic.WriteOrder();

        await using var back = await SocketClient.Connect(clinic, new { token = ann.Token, pid, offset });
        await clinic.WriteOrder();

        Assert.Equal(pid, back.Connected.GetProperty("pid").GetString());
        Assert.Equal((2, 3), (await Sequence(back), await Sequence(back)));
    }

    [Fact]
    public async Task A_session_is_recovered_after_a_restart_of_the_server()
    {
        var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var (pid, offset) = await ReadOneAndCut(clinic, ann);
        await clinic.WriteOrder();

        await using var restarted = await clinic.Restart();
        await using var back = await SocketClient.Connect(restarted, new { token = ann.Token, pid, offset });

        Assert.Equal(pid, back.Connected.GetProperty("pid").GetString());
        Assert.Equal(2, await Sequence(back));
    }

    [Fact]
    public async Task A_pid_opens_nothing_without_or_with_other_credentials()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var (pid, offset) = await ReadOneAndCut(clinic, ann);
        var bob = await clinic.SignIn(Role.Billing);

        await using var nobody = await SocketClient.Connect(clinic, new { pid, offset });
        await using var other = await SocketClient.Connect(clinic, new { token = bob.Token, pid, offset });

        Assert.True(nobody.IsRefused);
        Assert.NotEqual(pid, other.Connected.GetProperty("pid").GetString());
    }

    [Fact]
    public async Task A_recovered_session_sees_only_what_its_caller_may_see()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var (pid, _) = await ReadOneAndCut(clinic, ann);
        await clinic.WriteOrder(sensitive: true);
        await clinic.WriteOrder("p9");

        await using var back = await SocketClient.Connect(clinic, new { token = ann.Token, pid, offset = "0" });

        Assert.Equal((1, 3), (await Sequence(back), await Sequence(back)));
    }

    [Theory]
    [InlineData("999999")]
    [InlineData("-1")]
    [InlineData("nonsense")]
    [InlineData("99999999999999999999999")]
    public async Task An_offset_that_the_log_does_not_know_begins_a_new_session(string offset)
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var (pid, _) = await ReadOneAndCut(clinic, ann);

        await using var back = await SocketClient.Connect(clinic, new { token = ann.Token, pid, offset });
        await clinic.WriteOrder();

        Assert.NotEqual(pid, back.Connected.GetProperty("pid").GetString());
        Assert.Equal(2, await Sequence(back));
    }

    [Fact]
    public async Task Who_missed_more_than_is_replayed_begins_a_new_session()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxReplay = 8 });
        var ann = await clinic.SignIn();
        var (pid, offset) = await ReadOneAndCut(clinic, ann);
        await using var other = await SocketClient.Open(clinic, await clinic.SignIn());
        for (var i = 0; i < 10; i++) await clinic.WriteOrder();
        // A new session begins where the feed stands, which may be behind the log.
        while (await Sequence(other) < 11)
        {
        }

        await using var back = await SocketClient.Connect(clinic, new { token = ann.Token, pid, offset });
        await clinic.WriteOrder();

        Assert.NotEqual(pid, back.Connected.GetProperty("pid").GetString());
        Assert.Equal(12, await Sequence(back));
    }

    private static async Task<(string Pid, string Offset)> ReadOneAndCut(LiveClinic clinic, SignedIn person)
    {
        var client = await SocketClient.Open(clinic, person);
        await clinic.WriteOrder();
        var first = (await client.Next())!.Value;
        client.Cut();
        return (client.Connected.GetProperty("pid").GetString()!, first[2].GetString()!);
    }

    private static async Task<long> Sequence(SocketClient client)
    {
        JsonElement payload = await client.Hear("lab:order_created");
        return payload.GetProperty("sequence").GetInt64();
    }
}

public sealed class RecoveryOnSqlite() : RecoveryTests(Engine.Sqlite);

public sealed class RecoveryOnPostgres() : RecoveryTests(Engine.Postgres);
