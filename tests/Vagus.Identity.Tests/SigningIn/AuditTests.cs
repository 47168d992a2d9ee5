using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.SigningIn;

/// <summary>Who came in, who did not, and what became of sessions and users, as the audit has it.</summary>
public abstract class AuditTests(Engine engine)
{
    [Fact]
    public async Task Signing_in_and_out_is_in_the_log_of_the_tenant()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser("ann@example.org", Role.Nurse);
        var login = await clinic.Login("ann@example.org");
        await clinic.Send(HttpMethod.Post, "/api/auth/logout", bearer: login.AccessToken);

        var log = await Log(clinic, TestClinic.North);

        Assert.Equal(["user-add", "sign-in", "sign-out"], log.Select(entry => entry.Action));
        Assert.Equal(($"User/{ann}", "role=nurse"), (log[0].On, log[0].Detail));
        Assert.All(log.Skip(1), entry => Assert.Equal((ann, "127.0.0.1"), (entry.User!.Value, entry.Address)));
        Assert.Equal(log[1].Session, log[2].Session);
        Assert.Empty(await Log(clinic, TestClinic.South));
    }

    [Fact]
    public async Task A_failed_sign_in_is_in_the_log_of_who_is_known_and_holds_nothing_that_was_typed()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser("ann@example.org");

        await clinic.Login("ann@example.org", "not the right password");
        await clinic.Login("my-password-1@example.org", tenant: "north");
        await clinic.Login("my-password-1@example.org", tenant: "nowhere");
        await clinic.Login("my-password-1@example.org");

        var known = (await Log(clinic, TestClinic.North)).Where(entry => entry.Action == "sign-in").ToList();
        var unknown = await Log(clinic, AuditTrail.System);
        Assert.Equal([ann, null], known.Select(entry => entry.User));
        Assert.Equal(2, unknown.Count);
        Assert.All([.. known, .. unknown], entry => Assert.Equal(
            (AuditOutcome.MinorFailure, "invalid_credentials"), (entry.Outcome, entry.Reason)));
        Assert.StartsWith("identifier=", known[1].Detail, StringComparison.Ordinal);
        Assert.Single(unknown.Select(entry => entry.Detail).Distinct());
        Assert.NotEqual(known[1].Detail, unknown[0].Detail);
        Assert.All([.. known, .. unknown], entry => Assert.DoesNotContain("my-password", $"{entry}", StringComparison.Ordinal));
        Assert.Empty(await Log(clinic, TestClinic.South));
    }

    [Fact]
    public async Task A_refresh_token_that_is_used_twice_is_a_serious_failure()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        await clinic.Refresh(login.RefreshToken, "own");
        await clinic.Refresh(login.RefreshToken, "thief");

        var entry = (await Log(clinic, TestClinic.North)).Last();

        Assert.Equal(("refresh-reused", AuditOutcome.SeriousFailure, ann), (entry.Action, entry.Outcome, entry.User));
        Assert.Equal("127.0.0.1", entry.Address);
    }

    [Fact]
    public async Task What_an_operator_changes_is_in_the_log_with_the_sessions_that_it_ends()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser("ann@example.org", Role.Nurse);
        var pat = await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1");
        await clinic.Login("ann@example.org");
        var change = clinic.Get<ChangeUser>();

        await change.SetRole(TestClinic.North, ann, Role.Provider, default);
        await change.SetLabels(TestClinic.North, ann, Sensitivity.All, default);
        await change.GrantProxy(TestClinic.North, pat, new PatientId("child"), default);
        await change.RevokeProxy(TestClinic.North, pat, new PatientId("child"), default);
        await change.Disable(TestClinic.North, ann, default);
        await change.Enable(TestClinic.North, ann, default);
        await change.EndSessions(TestClinic.North, ann, default);
        await change.Disable(TestClinic.North, new UserId("nobody"), default);

        var log = (await Log(clinic, TestClinic.North)).SkipWhile(entry => entry.Action != "sign-in").Skip(1).ToList();
        Assert.Equal(
            [
                "role-change role=provider", "session-end role_changed", "user-change sees-sensitive=true",
                "proxy-grant relationship=other", "proxy-revoke ", "user-change disabled=true", "user-change disabled=false",
                "session-end sessions=all",
            ],
            log.Select(entry => $"{entry.Action} {entry.Detail}"));
        Assert.Equal([new PatientId("child")], log[3].Patients);
    }

    [Fact]
    public async Task A_caller_whose_role_is_not_let_in_is_in_the_tenants_log_and_a_bad_token_in_the_systems()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");

        Assert.Equal(403, (await clinic.Get("/admins", login.AccessToken)).Status);
        Assert.Equal(401, (await clinic.Get("/admins", login.AccessToken + "x")).Status);

        var refused = (await Log(clinic, TestClinic.North)).Last();
        Assert.Equal(("refused", "GET /admins", "forbidden", ann), (refused.Action, refused.On, refused.Reason, refused.User));
        var unknown = Assert.Single(await Log(clinic, AuditTrail.System));
        Assert.Equal(("refused", "unauthenticated", null), (unknown.Action, unknown.Reason, unknown.User));
    }

    [Fact]
    public async Task Requests_without_a_caller_are_recorded_so_many_a_second_and_the_others_are_counted()
    {
        await using var clinic = await TestClinic.Open(engine);

        for (var round = 0; round < 260; round++) Assert.Equal(401, (await clinic.Get("/admins")).Status);
        clinic.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await clinic.Get("/admins")).Status);

        var log = await Log(clinic, AuditTrail.System);
        Assert.Equal(201, log.Count);
        Assert.Equal("unrecorded=60", log[^1].Detail);
    }

    private static async Task<List<AuditEntry>> Log(TestClinic clinic, TenantId tenant)
    {
        var page = await clinic.Get<AuditReader>().Search(tenant, new AuditFilter(), before: null, count: 1000, default);
        return [.. page.Entries.Select(recorded => recorded.Entry).Reverse()];
    }
}

public sealed class AuditOnSqlite() : AuditTests(Engine.Sqlite);

public sealed class AuditOnPostgres() : AuditTests(Engine.Postgres);
