using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.SigningIn;

/// <summary>The server dies while people sign in and renew their tokens.</summary>
public abstract class KilledSignInTests(Engine engine)
{
    private const int Kills = 3;
    /// <summary>
    /// A spent token may be shown again for ten seconds by the same client; less, so that a busy machine does not decide.
    /// </summary>
    private static readonly TimeSpan RepeatableFor = TimeSpan.FromSeconds(5);
    private static readonly string[] Roles = ["admin", "provider", "nurse", "lab"];

    [Fact]
    public async Task Nobody_is_left_with_half_a_session()
    {
        await using var server = await RunningServer.Start(engine);
        using var admin = server.SignIn("admin");
        var random = new Random(7);
        var held = new ConcurrentBag<(SignedIn User, JsonNode Granted)>();
        var repeated = 0;

        for (var kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var before = held.Count;
            var interrupted = new ConcurrentBag<(SignedIn User, JsonNode Granted)>();
            var people = Roles.Select(role => SignInAndRenew(server.SignIn(role), held, interrupted, stop.Token)).ToList();
            var moment = before + random.Next(2, 8);
            await Condition.Becomes(() => held.Count >= moment, "people signed in", () => server.Said);
            await Task.Delay(random.Next(80));
            await server.Kill();
            var sinceKill = Stopwatch.StartNew();
            await stop.CancelAsync();
            await Task.WhenAll(people);
            await server.StartAgain();
            foreach (var (user, granted) in interrupted)
            {
                // Later it would count as stolen and end the session: a slow machine starts for longer.
                if (sinceKill.Elapsed > RepeatableFor) continue;
                var again = await Renew(user, granted);
                Assert.True(again.Succeeded, $"A renewal whose answer was lost is answered {(int)again.Status} {again.Text}");
                repeated++;
            }
        }

        // What the database holds, whoever was told of it: every session has one token that can still be spent.
        var halves = await server.Data.Database.Query(
            SessionsWithoutOneToken, [Clinic.Tenant], row =>
            string.Create(CultureInfo.InvariantCulture, $"{row.GetString(0)} has {row.GetInt64(1)}"), CancellationToken.None);
        Assert.Empty(halves);
        foreach (var (user, granted) in held) await WorksWhole(user, granted);
        Figures.Say(
            $"{engine}: {held.Count} sign-ins and renewals answered around {Kills} kills, {repeated} whose answer was lost repeated, no half session");
    }

    private static async Task SignInAndRenew(
        SignedIn user, ConcurrentBag<(SignedIn User, JsonNode Granted)> held, ConcurrentBag<(SignedIn User, JsonNode Granted)> interrupted,
            CancellationToken stop)
    {
        JsonNode? granted = null;
        try
        {
            var signedIn = await user.LogIn();
            if (!signedIn.Succeeded) return;
            granted = signedIn.Json;
            while (!stop.IsCancellationRequested)
            {
                var renewed = await Renew(user, granted);
                if (!renewed.Succeeded) return;
                granted = renewed.Json;
                held.Add((user, granted));
            }
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
        {
            // Nobody knows whether the last one happened; a sign-in that was not answered is nobody's.
            if (granted is not null) interrupted.Add((user, granted));
        }
    }

    /// <summary>A session that somebody was told of is one: its token names the user, also after further kills.</summary>
    private static async Task WorksWhole(SignedIn user, JsonNode granted)
    {
        var me = await user.Send(HttpMethod.Get, "/api/auth/me", body: null, bearer: (string)granted["accessToken"]!);
        Assert.True(me.Succeeded, $"A granted token is answered {(int)me.Status} {me.Text}");
    }

    private static Task<Answer> Renew(SignedIn user, JsonNode granted) =>
        user.Send(
            HttpMethod.Post, "/api/auth/refresh", new JsonObject { ["refreshToken"] = (string)granted["refreshToken"]! }.ToJsonString(),
            bearer: null);

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
