namespace Vagus.Realtime.Tests.Live;

public abstract class PositionTests(Engine engine)
{
    private static readonly RealtimeOptions Often = new()
    {
        PositionInterval = TimeSpan.FromMilliseconds(50),
        PollInterval = TimeSpan.FromMilliseconds(50),
    };

    [Fact]
    public async Task A_position_moves_over_what_the_caller_may_not_see()
    {
        await using var clinic = await LiveClinic.Open(engine, Often);
        var ann = await clinic.SignIn();
        await using var socket = await SocketClient.Open(clinic, ann);
        await using var raw = await RawClient.Open(clinic, ann);

        for (var i = 0; i < 3; i++) await clinic.WriteOrder(sensitive: true);

        await Reaches(socket.HearPosition, 3);
        await Reaches(raw.HearPosition, 3);
        Assert.False(socket.HasKept);
    }

    [Fact]
    public async Task A_position_is_told_again_while_nothing_happens()
    {
        await using var clinic = await LiveClinic.Open(engine, Often);
        var ann = await clinic.SignIn();
        await using var socket = await SocketClient.Open(clinic, ann);
        await using var raw = await RawClient.Open(clinic, ann);

        for (var i = 0; i < 3; i++) Assert.Equal((0, 0), (await socket.HearPosition(), await raw.HearPosition()));
    }

    [Fact]
    public async Task A_position_is_told_after_a_replay_and_goes_back_before_it()
    {
        await using var clinic = await LiveClinic.Open(engine);
        for (var i = 0; i < 5; i++) await clinic.WriteOrder();
        var ann = await clinic.SignIn();
        await using var socket = await SocketClient.Open(clinic, ann);
        await using var raw = await RawClient.Open(clinic, ann);

        await socket.Ask("subscribe", new { since = 2 });
        var before = socket.Position;
        await raw.Say("subscribe", new { subscription_id = "s", since = 2 });

        Assert.Equal(2, before);
        Assert.Equal(5, await socket.HearPosition());
        Assert.Equal((5, 2, 5), (await raw.HearPosition(), await raw.HearPosition(), await raw.HearPosition()));
    }

    [Fact]
    public async Task A_client_that_comes_in_with_since_is_told_its_position_when_all_that_it_missed_was_sent()
    {
        await using var clinic = await LiveClinic.Open(engine);
        for (var i = 0; i < 5; i++) await clinic.WriteOrder();
        var ann = await clinic.SignIn();

        await using var socket = await SocketClient.Connect(clinic, new { token = ann.Token, since = 2 });

        Assert.Equal(5, await socket.HearPosition());
    }

    [Fact]
    public async Task A_pong_carries_the_position()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxFramesPerSecond = 1_000_000 });
        await using var raw = await RawClient.Open(clinic, await clinic.SignIn());
        await clinic.WriteOrder(sensitive: true);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var sequence = 0L;
        while (sequence == 0)
        {
            await raw.Say("ping", new { });
            sequence = (await raw.Hear("pong")).GetProperty("sequence").GetInt64();
            await Task.Delay(10, limit.Token);
        }

        Assert.Equal(1, sequence);
    }

    [Fact]
    public async Task A_client_that_comes_back_from_a_position_does_not_get_what_lies_before_it()
    {
        await using var clinic = await LiveClinic.Open(engine, Often);
        var ann = await clinic.SignIn();
        var socket = await SocketClient.Open(clinic, ann);
        for (var i = 0; i < 4; i++) await clinic.WriteOrder(sensitive: true);
        await Reaches(socket.HearPosition, 4);
        socket.Cut();
        await clinic.WriteOrder();

        var auth = new { token = ann.Token, pid = socket.Connected.GetProperty("pid").GetString(), offset = socket.Offset };
        await using var back = await SocketClient.Connect(clinic, auth);

        Assert.Equal("4", socket.Offset);
        Assert.Equal(auth.pid, back.Connected.GetProperty("pid").GetString());
        Assert.Equal(5, (await back.Hear("lab:order_created")).GetProperty("sequence").GetInt64());
    }

    private static async Task Reaches(Func<Task<long>> hear, long expected)
    {
        long position;
        do position = await hear();
        while (position < expected);

        Assert.Equal(expected, position);
    }
}

public sealed class PositionOnSqlite() : PositionTests(Engine.Sqlite);

public sealed class PositionOnPostgres() : PositionTests(Engine.Postgres);
