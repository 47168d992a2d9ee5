using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.SigningIn;

/// <summary>The server dies while people sign in and renew their tokens.</summary>
public abstract class KilledSignInTests(Engine engine)
{
    private const int Kills = 3;
    private static readonly string[] Roles = ["admin", "provider", "nurse", "lab"];

    [Fact]
    public async Task Nobody_is_left_with_half_a_session()
    {
        await using var server = await RunningServer.Start(engine);
        using var admin = server.SignIn("admin");
        var random = new Random(7);
        var held = new ConcurrentBag<(SignedIn User, JsonNode Granted)>();

        for (var kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var before = held.Count;
            var people = Roles.Select(role => SignInAndRenew(server.SignIn(role), held, stop.Token)).ToList();
            var moment = before + random.Next(2, 8);
            await Condition.Becomes(() => held.Count >= moment, "people signed in", () => server.Said);
            await Task.Delay(random.Next(80));
            await server.Kill();
            await stop.CancelAsync();
            await Task.WhenAll(people);
            await server.StartAgain();
        }

        // What the database holds, whoever was told of it: every session has one token that can still be spent.
        var halves = await server.Data.Database.Query(SessionsWithoutOneToken, [Clinic.Tenant], row => string.Create(CultureInfo.InvariantCulture, $"{row.GetString(0)} has {row.GetInt64(1)}"), CancellationToken.None);
        Assert.Empty(halves);
        foreach (var (user, granted) in held) await WorksWhole(user, granted);
        Figures.Say($"{engine}: {held.Count} sign-ins and renewals answered around {Kills} kills, no half session");
    }

    private static async Task SignInAndRenew(SignedIn user, ConcurrentBag<(SignedIn User, JsonNode Granted)> held, CancellationToken stop)
    {
        try
        {
            var granted = (await user.LogIn()).Json;
            for (var renewals = 0; renewals < 4 && !stop.IsCancellationRequested; renewals++)
            {
                var renewed = await Renew(user, granted);
                if (!renewed.Succeeded) break;
                granted = renewed.Json;
                // Only the newest token of a session counts; the ones before it are spent.
                held.Add((user, granted));
            }
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
        {
            // The server died; whatever was not answered is nobody's yet.
            return;
        }
    }

    /// <summary>A token that was granted is good: it names its user, or it was spent by a later renewal that was answered or lost.</summary>
    private static async Task WorksWhole(SignedIn user, JsonNode granted)
    {
        var me = await user.Send(HttpMethod.Get, "/api/auth/me", body: null, bearer: (string)granted["accessToken"]!);
        Assert.True(me.Succeeded, $"A granted token is answered {(int)me.Status} {me.Text}");
    }

    private static Task<Answer> Renew(SignedIn user, JsonNode granted) =>
        user.Send(HttpMethod.Post, "/api/auth/refresh", new JsonObject { ["refreshToken"] = (string)granted["refreshToken"]! }.ToJsonString(), bearer: null);

    private static readonly Statement SessionsWithoutOneToken = new("""
        select s.session_id, count(r.token_hash)
        from access_session s
        left join access_refresh r on r.tenant_id = s.tenant_id and r.session_id = s.session_id and r.used_at is null
        where s.tenant_id = @tenant_id
          and s.ended_at is null
        group by s.session_id
        having count(r.token_hash) <> 1
        """);
}

public sealed class SqliteKilledSignInTests() : KilledSignInTests(Engine.Sqlite);

public sealed class PostgresKilledSignInTests() : KilledSignInTests(Engine.Postgres);
