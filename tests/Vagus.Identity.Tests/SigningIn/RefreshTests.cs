using Vagus.Access.Sessions;
using Vagus.Identity.Administration;
using Vagus.Identity.Keys;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tests.OAuth;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.SigningIn;

public abstract class RefreshTests(Engine engine)
{
    [Fact]
    public async Task A_refresh_gives_new_tokens_for_the_same_session()
    {
        await using var clinic = await TestClinic.Open(engine);
        var login = await SignIn(clinic);

        var refreshed = await clinic.Refresh(login.RefreshToken);

        Assert.Equal(200, refreshed.Status);
        Assert.NotEqual(login.RefreshToken, refreshed.RefreshToken);
        Assert.Equal(login.SessionId, refreshed.SessionId);
        Assert.Equal(200, (await clinic.Get("/caller", refreshed.AccessToken)).Status);
        Assert.Equal(200, (await clinic.Refresh(refreshed.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_lost_answer_may_be_asked_for_again_within_ten_seconds()
    {
        await using var clinic = await TestClinic.Open(engine);
        var login = await SignIn(clinic);

        var first = await clinic.Refresh(login.RefreshToken);
        clinic.Clock.Advance(RotateRefreshToken.RetryWindow);
        var again = await clinic.Refresh(login.RefreshToken);

        Assert.Equal(first.RefreshToken, again.RefreshToken);
        Assert.Equal(200, (await clinic.Refresh(again.RefreshToken)).Status);
    }

    [Fact]
    public async Task Requests_at_the_same_moment_get_the_same_successor()
    {
        await using var clinic = await TestClinic.Open(engine);
        var login = await SignIn(clinic);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => clinic.Refresh(login.RefreshToken)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Single(answers.Select(answer => answer.RefreshToken).Distinct());
    }

    [Theory]
    [InlineData("late")]
    [InlineData("other client")]
    [InlineData("successor used")]
    [InlineData("successor forgotten")]
    public async Task A_token_used_twice_ends_its_session_for_both(string how)
    {
        await using var clinic = await TestClinic.Open(engine);
        var login = await SignIn(clinic);
        var first = await clinic.Refresh(login.RefreshToken);
        var ends = new List<SessionEnd>();
        clinic.Sessions.Ended += ends.Add;

        if (how == "late") clinic.Clock.Advance(RotateRefreshToken.RetryWindow + TimeSpan.FromMilliseconds(1));
        if (how == "successor used") first = await clinic.Refresh(first.RefreshToken);
        if (how == "successor forgotten") await Forget(clinic);
        var reused = await clinic.Refresh(login.RefreshToken, how == "other client" ? "thief" : "test");

        Assert.Equal((401, "invalid_refresh_token"), (reused.Status, reused.Code));
        Assert.Equal(EndReason.RefreshReused, Assert.Single(ends).Reason);
        Assert.Equal(401, (await clinic.Refresh(first.RefreshToken)).Status);
        Assert.Equal(401, (await clinic.Get("/caller", first.AccessToken)).Status);
        Assert.Equal(401, (await clinic.Refresh(login.RefreshToken)).Status);
        Assert.Single(ends);
    }

    [Fact]
    public async Task A_reuse_ends_its_own_session_and_no_other_of_the_user()
    {
        await using var clinic = await TestClinic.Open(engine);
        var stolen = await SignIn(clinic);
        var other = await clinic.Login("ann@example.org");
        await clinic.Refresh(stolen.RefreshToken);
        clinic.Clock.Advance(TimeSpan.FromSeconds(11));

        await clinic.Refresh(stolen.RefreshToken);

        Assert.Equal(200, (await clinic.Get("/caller", other.AccessToken)).Status);
        Assert.Equal(200, (await clinic.Refresh(other.RefreshToken)).Status);
    }

    [Fact]
    public async Task An_idle_token_runs_out_and_so_does_a_busy_session()
    {
        await using var clinic = await TestClinic.Open(
            engine,
            new IdentityOptions { PasswordIterations = 10, RefreshIdle = TimeSpan.FromHours(1), SessionLifetime = TimeSpan.FromHours(3) });
        // A driver's session has no idle limit: only the token's own counts here.
        await clinic.AddUser("dan@example.org", Role.Driver);
        var idle = await clinic.Login("dan@example.org");
        var busy = await clinic.Login("dan@example.org");
        for (var half = 0; half < 5; half++)
        {
            clinic.Clock.Advance(TimeSpan.FromMinutes(30));
            busy = await clinic.Refresh(busy.RefreshToken);
            Assert.Equal(200, busy.Status);
        }

        Assert.Equal(401, (await clinic.Refresh(idle.RefreshToken)).Status);
        clinic.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(401, (await clinic.Refresh(busy.RefreshToken)).Status);
        Assert.Equal(401, (await clinic.Get("/caller", busy.AccessToken)).Status);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_by_either_token()
    {
        await using var clinic = await TestClinic.Open(engine);
        var byAccess = await SignIn(clinic);
        var byRefresh = await clinic.Login("ann@example.org");

        Assert.Equal(204, (await clinic.Send(HttpMethod.Post, "/api/auth/logout", bearer: byAccess.AccessToken)).Status);
        Assert.Equal(204, (await clinic.Send(HttpMethod.Post, "/api/auth/logout", new { refreshToken = byRefresh.RefreshToken })).Status);
        Assert.Equal(204, (await clinic.Send(HttpMethod.Post, "/api/auth/logout")).Status);

        foreach (var over in new[] { byAccess, byRefresh })
        {
            Assert.Equal(401, (await clinic.Get("/caller", over.AccessToken)).Status);
            Assert.Equal(401, (await clinic.Refresh(over.RefreshToken)).Status);
        }
    }

    [Fact]
    public async Task A_change_of_role_or_a_disabled_user_ends_tokens_and_sessions()
    {
        await using var clinic = await TestClinic.Open(engine);
        var login = await SignIn(clinic);
        var user = new UserId(login.Json.GetProperty("user").GetProperty("id").GetString()!);

        await clinic.Get<ChangeUser>().SetRole(TestClinic.North, user, Role.FrontDesk, default);

        Assert.Equal(401, (await clinic.Get("/caller", login.AccessToken)).Status);
        Assert.Equal(401, (await clinic.Refresh(login.RefreshToken)).Status);
        var again = await clinic.Login("ann@example.org");
        Assert.Equal("front_desk", again.Json.GetProperty("user").GetProperty("role").GetString());
        await clinic.Get<ChangeUser>().Disable(TestClinic.North, user, default);
        Assert.Equal(401, (await clinic.Refresh(again.RefreshToken)).Status);
        Assert.Equal(401, (await clinic.Login("ann@example.org")).Status);
        Assert.True((await clinic.Get<ChangeUser>().SetRole(TestClinic.North, user, Role.Patient, default)).IsRefused);
        Assert.True((await clinic.Get<ChangeUser>().Enable(TestClinic.South, user, default)).IsRefused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task An_unknown_token_is_refused(string token)
    {
        await using var clinic = await TestClinic.Open(engine);

        Assert.InRange((await clinic.Refresh(token)).Status, 400, 401);
    }

    [Fact]
    public async Task What_has_run_out_is_swept_and_what_lives_stays()
    {
        await using var clinic = await TestClinic.Open(engine);
        await SignIn(clinic);
        clinic.Clock.Advance(TimeSpan.FromDays(40));
        var live = await clinic.Login("ann@example.org");

        await clinic.Get<SweepSessions>().DeleteExpired(default);

        Assert.Equal((1L, 1L), (await Count(clinic, "access_session"), await Count(clinic, "access_refresh")));
        Assert.Equal(200, (await clinic.Refresh(live.RefreshToken)).Status);
    }

    [Fact]
    public async Task What_an_application_was_given_is_swept_with_its_session()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var app = await Launching.Register(clinic, "user/*.rs");
        await app.Redeem(await app.Through("user/*.rs", "ann@example.org", "staff"));
        clinic.Clock.Advance(TimeSpan.FromDays(40));
        await clinic.Get<SigningKeys>().Refresh(default);
        await app.Redeem(await app.Through("user/*.rs", "ann@example.org", "staff"));
        Assert.Equal((2L, 2L), (await Count(clinic, "access_session"), await Count(clinic, "access_app_grant")));

        await clinic.Get<SweepSessions>().DeleteExpired(default);

        Assert.Equal((1L, 1L), (await Count(clinic, "access_session"), await Count(clinic, "access_app_grant")));
    }

    private static async Task<Answer> SignIn(TestClinic clinic)
    {
        await clinic.AddUser("ann@example.org");
        return await clinic.Send(
            HttpMethod.Post, "/api/auth/login", new { email = "ann@example.org", password = TestClinic.Password }, change: r =>
                r.Headers.UserAgent.ParseAdd("test"));
    }

    // Seconds pass for the sweep only: its own limit is the retry window, so the token's use is moved into the past.
    private static async Task Forget(TestClinic clinic)
    {
        clinic.Clock.Advance(RotateRefreshToken.RetryWindow + TimeSpan.FromSeconds(1));
        await clinic.Get<SweepSessions>().ForgetSuccessors(default);
        Assert.Equal(0, await clinic.Get<Vagus.Storage.Database>().QueryOne(CountSealed, [], row => row.GetInt64(0), default));
    }

    private static ValueTask<long> Count(TestClinic clinic, string table) =>
        clinic.Get<Vagus.Storage.Database>().QueryOne(new Statement($"select count(*) from {table}"), [], row => row.GetInt64(0), default);

    private static readonly Statement CountSealed = new("select count(*) from access_refresh where successor_sealed is not null");
}

public sealed class RefreshOnSqlite() : RefreshTests(Engine.Sqlite);

public sealed class RefreshOnPostgres() : RefreshTests(Engine.Postgres);
