using System.Text.Json;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Sessions;

public abstract class TimeOutTests(Engine engine)
{
    private static readonly TimeSpan Almost = TimeSpan.FromMinutes(14);

    [Fact]
    public async Task An_idle_session_ends_and_reads_and_refreshes_in_the_background_do_not_prolong_it()
    {
        await using var clinic = await TestClinic.Open(engine, LongTokens);
        await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        var ended = EndOf(clinic);

        clinic.Clock.Advance(Almost);
        Assert.Equal(200, (await clinic.Get("/caller", login.AccessToken)).Status);
        var refreshed = await clinic.Refresh(login.RefreshToken);
        Assert.Equal(204, (await Activity(clinic, refreshed, "0")).Status);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(401, (await clinic.Get("/caller", refreshed.AccessToken)).Status);
        Assert.Equal(401, (await clinic.Refresh(refreshed.RefreshToken)).Status);
        Assert.Equal(EndReason.Idle, (await ended.WaitAsync(TimeSpan.FromSeconds(20))).Reason);
    }

    [Theory]
    [InlineData("1")]
    [InlineData(null)]
    public async Task What_a_user_does_prolongs_the_session_in_every_process(string? header)
    {
        await using var clinic = await TestClinic.Open(engine, LongTokens);
        await using var second = await TestClinic.Open(engine, LongTokens, besides: clinic);
        await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        Assert.Equal(200, (await second.Get("/caller", login.AccessToken)).Status);

        clinic.Clock.Advance(Almost);
        Assert.Equal(204, (await Activity(clinic, login, header)).Status);
        clinic.Clock.Advance(Almost);

        Assert.Equal(200, (await clinic.Get("/caller", login.AccessToken)).Status);
        Assert.Equal(200, (await second.Get("/caller", login.AccessToken)).Status);
    }

    [Fact]
    public async Task An_action_of_one_user_prolongs_no_other_session()
    {
        await using var clinic = await TestClinic.Open(engine, LongTokens);
        await clinic.AddUser("ann@example.org");
        await clinic.AddUser("sue@example.org", tenant: TestClinic.South);
        var ann = await clinic.Login("ann@example.org");
        var elsewhere = await clinic.Login("ann@example.org");
        var sue = await clinic.Login("sue@example.org");

        clinic.Clock.Advance(Almost);
        await Activity(clinic, ann, "1");
        clinic.Clock.Advance(Almost);

        Assert.Equal(200, (await clinic.Get("/caller", ann.AccessToken)).Status);
        Assert.Equal(401, (await clinic.Get("/caller", elsewhere.AccessToken)).Status);
        Assert.Equal(401, (await clinic.Get("/caller", sue.AccessToken)).Status);
    }

    [Fact]
    public async Task However_active_a_session_ends_at_its_absolute_limit_and_the_end_is_told()
    {
        await using var clinic = await TestClinic.Open(engine, LongTokens with { SessionLifetime = TimeSpan.FromHours(1) });
        await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        var ended = EndOf(clinic);

        for (var quarter = 0; quarter < 4; quarter++)
        {
            clinic.Clock.Advance(Almost);
            Assert.Equal(204, (await Activity(clinic, login, "1")).Status);
        }

        clinic.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(401, (await clinic.Get("/caller", login.AccessToken)).Status);
        Assert.Equal(EndReason.Expired, (await ended.WaitAsync(TimeSpan.FromSeconds(20))).Reason);
    }

    [Fact]
    public async Task A_tenant_sets_its_own_limit_and_programs_have_none()
    {
        await using var clinic = await TestClinic.Open(engine, LongTokens);
        Assert.False((await Set(clinic, TestClinic.North, """{ "idleMinutes": 2 }""")).IsRefused);
        await clinic.AddUser("ann@example.org");
        await clinic.AddUser("feed@example.org", Role.Service);
        await clinic.AddUser("sue@example.org", tenant: TestClinic.South);
        var logins = new List<Answer>();
        foreach (var who in new[] { "ann", "feed", "sue" }) logins.Add(await clinic.Login($"{who}@example.org"));

        clinic.Clock.Advance(TimeSpan.FromMinutes(3));

        var statuses = new List<int>();
        foreach (var login in logins) statuses.Add((await clinic.Get("/caller", login.AccessToken)).Status);
        Assert.Equal([401, 200, 200], statuses);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{ "idleMinutes": 1 }""")]
    [InlineData("""{ "idleMinutes": 61 }""")]
    [InlineData("""{ "idleMinutes": "15" }""")]
    [InlineData("""{ "secondFactor": "patients" }""")]
    [InlineData("""{ "secondFactor": ["patient"] }""")]
    [InlineData("""{ "idle": 15 }""")]
    public async Task A_setting_that_cannot_be_meant_is_refused(string json)
    {
        await using var clinic = await TestClinic.Open(engine);

        Assert.Equal("invalid_setting", (await Set(clinic, TestClinic.North, json)).Refusal!.Code);
    }

    private static IdentityOptions LongTokens =>
        new() { PasswordIterations = 10, AccessTokenLifetime = TimeSpan.FromHours(1), RefreshIdle = TimeSpan.FromHours(1) };

    private static ValueTask<Result<string>> Set(TestClinic clinic, TenantId tenant, string json) =>
        clinic.Get<TenantSettings>().Set(tenant, SignInPolicy.Setting, JsonElement.Parse(json), default);

    private static Task<SessionEnd> EndOf(TestClinic clinic)
    {
        var ended = new TaskCompletionSource<SessionEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        clinic.Sessions.Ended += end => ended.TrySetResult(end);
        return ended.Task;
    }

    private static Task<Answer> Activity(TestClinic clinic, Answer login, string? header) =>
        clinic.Send(HttpMethod.Post, "/api/auth/activity", bearer: login.AccessToken, change: request =>
        {
            if (header is not null) request.Headers.Add("X-Vagus-User-Action", header);
        });
}

public sealed class TimeOutsOnSqlite() : TimeOutTests(Engine.Sqlite);

public sealed class TimeOutsOnPostgres() : TimeOutTests(Engine.Postgres);
