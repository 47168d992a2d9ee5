using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Identity.OAuth;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.OAuth;

/// <summary>What keeps the session of an application, and that its end is in the audit however it ends.</summary>
public abstract class AppSessionTests(Engine engine)
{
    [Theory]
    [InlineData("user/Patient.rs")]
    [InlineData("user/Condition.x")]
    [InlineData("system/Condition.rs")]
    public async Task A_narrowing_that_is_refused_spends_no_refresh_token(string scope)
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/*.rs offline_access", "confidential-symmetric");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        var tokens = await app.Redeem(await app.Through("user/Condition.rs offline_access", "ann@example.org", "staff", offline: true));

        Assert.Equal((400, "invalid_scope"), Error(await app.Refresh(Text(tokens, "refresh_token"), ("scope", scope))));
        clinic.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(200, (await app.Refresh(Text(tokens, "refresh_token"))).Status);
        Assert.Equal((400, "invalid_grant"), Error(await app.Refresh("unknown", ("scope", "user/Condition.rs"))));
    }

    [Fact]
    public async Task The_session_of_an_application_that_runs_out_is_ended_and_recorded()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/*.rs offline_access", "confidential-symmetric");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        await app.Redeem(await app.Through("user/Condition.rs offline_access", "ann@example.org", "staff", offline: true));

        clinic.Clock.Advance(RedeemCode.OfflineLifetime + TimeSpan.FromSeconds(1));
        await clinic.Get<EndOverdueSessions>().Look(default);

        Assert.Contains(
            await Log(clinic), entry => entry is { Action: "session-end", Detail: "expired" } && entry.Session is not null);
    }

    [Fact]
    public async Task The_sessions_of_programs_are_ended_by_time_together_and_only_those_that_ran_out()
    {
        await using var clinic = await Open();
        using var app = new BackendApp("ES384");
        await app.Register(clinic);
        Assert.Equal(200, (await app.Ask(clinic)).Status);
        Assert.Equal(200, (await app.Ask(clinic)).Status);
        clinic.Clock.Advance(TimeSpan.FromSeconds(301));
        Assert.Equal(200, (await app.Ask(clinic)).Status);

        await clinic.Get<EndOverdueSessions>().Look(default);

        var ends = await clinic.Get<Database>().Query(
            new Statement("select coalesce(ended_why, '') from access_session where role = 'service' order by started_at"), [],
            row => row.GetString(0), default);
        Assert.Equal(["expired", "expired", ""], ends);
        Assert.DoesNotContain(await Log(clinic), entry => entry.Action == "session-end");
    }

    [Fact]
    public async Task A_launched_application_ends_with_its_session_and_both_ends_are_recorded()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "launch patient/*.rs online_access", launchUrl: "https://app.example/launch");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        clinic.Patients.Add(TestClinic.North, "p1");
        var ann = await clinic.Login("ann@example.org");
        var launched = await clinic.Send(
            HttpMethod.Post, "/api/auth/launch-context", new { clientId = app.App.ClientId, patient = "p1" }, ann.AccessToken);
        var page = await app.Begin("launch patient/Observation.rs online_access", ("launch", Text(launched.Json, "launch")));
        var tokens = await app.Redeem(await app.Consent(await app.SignIn(page, "ann@example.org")));
        Assert.Equal(200, tokens.Status);

        await clinic.Send(HttpMethod.Post, "/api/auth/logout", bearer: ann.AccessToken);

        var ends = (await Log(clinic)).Where(entry => entry.Action is "session-end" or "sign-out").ToList();
        Assert.Equal(["session-end", "sign-out"], ends.Select(entry => entry.Action));
        Assert.All(ends, entry => Assert.Equal("User/ann", entry.On));
        Assert.NotEqual(ends[0].Session, ends[1].Session);
        Assert.Equal((400, "invalid_grant"), Error(await app.Refresh(Text(tokens.Json, "refresh_token"))));
    }

    private static async Task<List<AuditEntry>> Log(TestClinic clinic)
    {
        var page = await clinic.Get<AuditReader>().Search(TestClinic.North, new AuditFilter(), before: null, count: 100, default);
        return [.. page.Entries.Select(recorded => recorded.Entry).Reverse()];
    }

    private Task<TestClinic> Open() => TestClinic.Open(engine, map: BackendServicesTests.MapScoped);

    private static (int Status, string? Error) Error(Answer answer) => (answer.Status, answer.Json.GetProperty("error").GetString());

    private static string Text(Answer answer, string name) => Text(answer.Json, name);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}

public sealed class AppSessionsOnSqlite() : AppSessionTests(Engine.Sqlite);

public sealed class AppSessionsOnPostgres() : AppSessionTests(Engine.Postgres);
