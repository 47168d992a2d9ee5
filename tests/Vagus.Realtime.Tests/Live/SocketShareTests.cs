using System.Net.WebSockets;

namespace Vagus.Realtime.Tests.Live;

/// <summary>How many connections of <c>/ws</c> a user has.</summary>
public abstract class SocketShareTests(Engine engine)
{
    [Fact]
    public async Task A_user_has_so_many_connections_and_leaves_the_others_theirs()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxRawConnectionsOfUser = 1 });
        var (ann, bea, service) = (await clinic.SignIn(), await clinic.SignIn(), await clinic.SignIn(Role.Service));
        await using var first = await RawClient.Open(clinic, ann);
        await using var second = await RawClient.Connect(clinic);

        await second.Say("authenticate", new { token = ann.Token });
        Assert.Equal("too_many_connections", (await second.Hear("error")).GetProperty("code").GetString());
        Assert.Null(await second.Next());
        Assert.Equal((WebSocketCloseStatus)4429, second.CloseStatus);
        await using var other = await RawClient.Open(clinic, bea);
        await using var gateway = await RawClient.Open(clinic, service);
        await using var again = await RawClient.Open(clinic, service);

        await first.DisposeAsync();
        await Until(async () =>
        {
            await using var next = await RawClient.Connect(clinic);
            await next.Say("authenticate", new { token = ann.Token });
            return (await next.Next())?.GetProperty("type").GetString() == "welcome";
        });
    }

    private static async Task Until(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await isSo()) await Task.Delay(10, limit.Token);
    }
}

public sealed class SocketSharesOnSqlite() : SocketShareTests(Engine.Sqlite);

public sealed class SocketSharesOnPostgres() : SocketShareTests(Engine.Postgres);
