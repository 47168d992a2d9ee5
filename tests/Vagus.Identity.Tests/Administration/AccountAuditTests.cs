using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Identity.SecondFactors;
using Vagus.Identity.Tests.SecondFactors;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Administration;

/// <summary>Who changed which account, as the audit has it.</summary>
public abstract class AccountAuditTests(Engine engine)
{
    private const string NewPassword = "another long pass phrase";
    private static readonly UserId Boss = new("boss");

    [Fact]
    public async Task What_an_administrator_changes_names_the_administrator_the_user_and_the_change()
    {
        await using var clinic = await Open();
        var boss = await clinic.Login("boss@example.org");
        var ann = await clinic.Login("ann@example.org");
        var begin = (await Log(clinic)).Count;

        await Admin(clinic, HttpMethod.Patch, "users/ann", boss, new { role = "provider" });
        await Admin(clinic, HttpMethod.Patch, "users/ann", boss, new { disabled = true });
        await Admin(clinic, HttpMethod.Patch, "users/ann", boss, new { disabled = false, seesSensitive = true });
        await Admin(clinic, HttpMethod.Patch, "users/boss", boss, new { role = "nurse" });

        var changes = (await Log(clinic)).Skip(begin).Where(entry => entry.Action != "account-read").ToList();
        Assert.Equal(
            [
                "role-change role=provider,before=nurse", $"session-end role_changed,session={ann.SessionId.Split('.')[1]}",
                "user-change disabled=true", "user-change sees-sensitive=true,disabled=false", "user-change userId=boss",
            ],
            changes.Select(entry => $"{entry.Action} {entry.Detail}"));
        Assert.All(changes, entry => Assert.Equal((Boss, Role.Admin, "127.0.0.1"), (entry.User!.Value, entry.Role!.Value, entry.Address)));
        Assert.All(changes.SkipLast(1), entry => Assert.Equal("User/ann", entry.On));
        Assert.Equal((AuditOutcome.MinorFailure, "own_account"), (changes[^1].Outcome, changes[^1].Reason));
    }

    [Fact]
    public async Task A_change_of_users_services_sessions_or_settings_asks_for_a_fresh_sign_in()
    {
        await using var clinic = await Open();
        var boss = await clinic.Login("boss@example.org");
        clinic.Clock.Advance(TimeSpan.FromMinutes(6));
        (HttpMethod Method, string Path)[] changes =
        [
            (HttpMethod.Post, "users"), (HttpMethod.Patch, "users/ann"), (HttpMethod.Post, "users/ann/invitation"),
            (HttpMethod.Delete, "users/ann/sessions"), (HttpMethod.Delete, "sessions/x"), (HttpMethod.Post, "service-accounts"),
            (HttpMethod.Post, "service-accounts/x/secrets"), (HttpMethod.Delete, "service-accounts/x/secrets/y"),
            (HttpMethod.Put, "settings/sign-in"), (HttpMethod.Delete, "users/ann/factor-reset"),
        ];

        foreach (var (method, path) in changes)
            Assert.Equal((path, "fresh_sign_in_required"), (path, (await Admin(clinic, method, path, boss, new { })).Code));
        Assert.Equal(200, (await Admin(clinic, HttpMethod.Get, "users", boss)).Status);
        Assert.Equal(200, (await clinic.Post("/step-up", new { password = TestClinic.Password }, boss.AccessToken)).Status);
        Assert.Equal(204, (await Admin(clinic, HttpMethod.Put, "settings/sign-in", boss, new { idleMinutes = 10 })).Status);
    }

    [Fact]
    public async Task Proxies_and_invitations_name_the_patient_and_no_address()
    {
        await using var clinic = await Open();
        var boss = await clinic.Login("boss@example.org");

        await Patient(clinic, HttpMethod.Post, "p2/portal-invitation", boss, new { email = "pat@example.org" });
        var token = await clinic.Mails.NextToken("pat@example.org");
        var wrong = await Portal(clinic, "activate", new { token, birthDate = "1980-01-01", password = NewPassword });
        var activated = await Portal(clinic, "activate", new { token, birthDate = "1980-02-29", password = NewPassword });
        var pat = activated.Json.GetProperty("user").GetProperty("id").GetString();
        await Patient(clinic, HttpMethod.Post, "p1/proxies", boss, new { userId = pat, relationship = "spouse" });
        await Patient(clinic, HttpMethod.Delete, $"p1/proxies/{pat}", boss);

        Assert.Equal(400, wrong.Status);
        var log = (await Log(clinic)).Where(entry => entry.Patients.Count > 0).ToList();
        Assert.Equal(
            [
                $"patient-invite {Boss} p2 Success", "account-activate  p2 MinorFailure", $"account-activate {pat} p2 Success",
                $"proxy-grant {Boss} p1 Success", $"proxy-revoke {Boss} p1 Success",
            ],
            log.Select(entry => $"{entry.Action} {entry.User} {entry.Patients[0]} {entry.Outcome}"));
        Assert.All(await Log(clinic), entry => Assert.DoesNotContain("example.org", $"{entry}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_forgotten_password_is_recorded_without_its_address_and_the_reset_with_its_user()
    {
        await using var clinic = await Open();
        await clinic.Post("/forgot-password", new { email = "ann@example.org" });
        await clinic.Post("/forgot-password", new { email = "nobody@example.org" });
        var token = await clinic.Mails.NextToken("ann@example.org");
        await clinic.Post("/reset-password", new { token, password = "short" });
        await clinic.Post("/reset-password", new { token, password = NewPassword });

        var log = (await Log(clinic)).Where(entry => entry.Action.StartsWith("password", StringComparison.Ordinal)).ToList();
        var asked = await Log(clinic, AuditTrail.System);
        Assert.Equal(["password-forgotten", "password-reset", "password-reset"], log.Select(entry => entry.Action));
        Assert.Equal(("User/ann", AuditOutcome.MinorFailure), (log[0].On, log[1].Outcome));
        Assert.Equal((new UserId("ann"), "by=reset"), (log[2].User!.Value, log[2].Detail));
        Assert.Equal(["password-forgotten", "password-forgotten"], asked.Select(entry => entry.Action));
        Assert.All(asked, entry => Assert.StartsWith("identifier=", entry.Detail, StringComparison.Ordinal));
        Assert.NotEqual(asked[0].Detail, asked[1].Detail);
    }

    [Fact]
    public async Task A_password_that_its_user_changes_is_recorded_with_the_session_that_asked()
    {
        await using var clinic = await Open();
        var signedIn = await clinic.Login("ann@example.org");
        await clinic.Post("/password", new { currentPassword = "wrong", password = NewPassword }, signedIn.AccessToken);
        await clinic.Post("/password", new { currentPassword = TestClinic.Password, password = NewPassword }, signedIn.AccessToken);

        var log = (await Log(clinic)).Where(entry => entry.Action == AuditActions.ResetPassword).ToList();
        Assert.Equal(["invalid_credentials", null], log.Select(entry => entry.Reason));
        Assert.Equal((new UserId("ann"), "User/ann", "by=user"), (log[1].User!.Value, log[1].On, log[1].Detail));
        Assert.Equal(signedIn.SessionId.Split('.')[1], log[1].Session!.Value.Value);
    }

    [Fact]
    public async Task The_life_of_a_second_factor_is_in_the_log()
    {
        await using var clinic = await Open();
        var session = (await clinic.Login("ann@example.org")).AccessToken;
        var app = await clinic.EnrolApp(session);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        var owed = await clinic.Login("ann@example.org");
        await clinic.Post("/login/second-factor", new { challenge = owed.Challenge(), code = "000000" });
        var signedIn = await clinic.Post(
            "/login/second-factor", new { challenge = owed.Challenge(), code = app.CodeAt(clinic.Clock.GetUtcNow()) });
        await clinic.Post("/factors/recovery-codes", bearer: signedIn.AccessToken);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        await clinic.Post("/step-up", new { code = "000000" }, signedIn.AccessToken);
        await clinic.Post("/step-up", new { code = app.CodeAt(clinic.Clock.GetUtcNow()) }, signedIn.AccessToken);
        await clinic.Delete($"/factors/{app.Id}", signedIn.AccessToken);

        var log = (await Log(clinic)).Where(entry => entry.User == new UserId("ann")).ToList();
        Assert.Equal(
            [
                "sign-in ", "factor-enrol ", "sign-in second_factor_required", "factor-use invalid_factor", "factor-use ", "sign-in ",
                "recovery-codes-renew ", "step-up invalid_factor", "step-up ", "factor-remove ",
            ],
            log.Select(entry => $"{entry.Action} {entry.Reason}"));
        Assert.Equal($"factor={app.Id},kind=totp", log[1].Detail);
    }

    [Fact]
    public async Task A_reset_of_factors_is_recorded_when_it_is_asked_for_and_when_it_is_done()
    {
        await using var clinic = await Open();
        var boss = await clinic.Login("boss@example.org");
        await Admin(clinic, HttpMethod.Post, "users/ann/factor-reset", boss);
        await Admin(clinic, HttpMethod.Delete, "users/ann/factor-reset", boss);
        await Admin(clinic, HttpMethod.Post, "users/ann/factor-reset", boss);
        clinic.Clock.Advance(ResetFactors.Delay);
        await clinic.Get<ResetFactors>().ApplyDue(default);

        var resets = (await Log(clinic)).Where(entry => entry.Action == AuditActions.ResetFactors).ToList();
        Assert.Equal(
            [("reset=asked", Boss), ("reset=cancelled", Boss), ("reset=asked", Boss), ("reset=done", (UserId?)null)],
            resets.Select(entry => (entry.Detail, entry.User)));
        Assert.All(resets, entry => Assert.Equal("User/ann", entry.On));
    }

    [Fact]
    public async Task A_setting_is_recorded_by_the_hashes_of_its_values()
    {
        await using var clinic = await Open();
        var boss = await clinic.Login("boss@example.org");
        await Admin(clinic, HttpMethod.Put, "settings/sign-in", boss, new { idleMinutes = 10 });
        await Admin(clinic, HttpMethod.Put, "settings/sign-in", boss, new { idleMinutes = 11 });
        await Admin(clinic, HttpMethod.Put, "settings/sign-in", boss, new { idleMinutes = "many" });

        var changes = (await Log(clinic)).Where(entry => entry.Action == AuditActions.ChangeSetting).ToList();
        Assert.Equal(3, changes.Count);
        Assert.All(changes, entry => Assert.Equal(Boss, entry.User));
        Assert.StartsWith("before=none,after=", changes[0].Detail, StringComparison.Ordinal);
        Assert.StartsWith($"before={changes[0].Detail![18..]},after=", changes[1].Detail, StringComparison.Ordinal);
        Assert.Equal(("Setting/sign-in", AuditOutcome.MinorFailure), (changes[1].On, changes[2].Outcome));
    }

    private static Task<Answer> Admin(TestClinic clinic, HttpMethod method, string path, Answer by, object? body = null) =>
        clinic.Send(method, $"/api/admin/{path}", body, by.AccessToken);

    private static Task<Answer> Patient(TestClinic clinic, HttpMethod method, string path, Answer by, object? body = null) =>
        clinic.Send(method, $"/api/patients/{path}", body, by.AccessToken);

    private static Task<Answer> Portal(TestClinic clinic, string path, object body) =>
        clinic.Send(HttpMethod.Post, $"/api/patient-portal/auth/{path}", body);

    private static async Task<List<AuditEntry>> Log(TestClinic clinic, TenantId? tenant = null)
    {
        var of = tenant ?? TestClinic.North;
        var page = await clinic.Get<AuditReader>().Search(of, new AuditFilter(), before: null, count: 1000, default);
        return [.. page.Entries.Select(recorded => recorded.Entry).Reverse()];
    }

    private async Task<TestClinic> Open()
    {
        var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("boss@example.org", Role.Admin, id: "boss");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        foreach (var patient in new[] { "p1", "p2" }) clinic.Patients.Add(TestClinic.North, patient);
        return clinic;
    }
}

public sealed class AccountAuditOnSqlite() : AccountAuditTests(Engine.Sqlite);

public sealed class AccountAuditOnPostgres() : AccountAuditTests(Engine.Postgres);
