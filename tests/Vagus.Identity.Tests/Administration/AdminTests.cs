using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Administration;

/// <summary>A tenant's administrator over HTTP: people, roles, sessions, service accounts of its own tenant.</summary>
public abstract class AdminTests(Engine engine)
{
    private const string NewPassword = "another long pass phrase";

    private static readonly Statement StoredSecrets = new("select secret_hash from access_service_secret");

    public static TheoryData<string, string> Doors => new()
    {
        { "GET", "users" },
        { "POST", "users" },
        { "GET", "users/boss" },
        { "PATCH", "users/boss" },
        { "POST", "users/boss/invitation" },
        { "GET", "users/boss/proxies" },
        { "DELETE", "users/boss/sessions" },
        { "GET", "sessions" },
        { "DELETE", "sessions/x" },
        { "POST", "service-accounts" },
        { "GET", "service-accounts/x/secrets" },
        { "POST", "service-accounts/x/secrets" },
        { "DELETE", "service-accounts/x/secrets/y" },
    };

    [Fact]
    public async Task Each_door_is_closed_to_every_other_role_and_to_strangers()
    {
        await using var clinic = await TestClinic.Open(engine);
        var others = Enum.GetValues<Role>().Where(role => role != Role.Admin);
        foreach (var role in others)
        {
            await clinic.AddUser($"{role}@example.org", role, patient: role == Role.Patient ? "p1" : null);
            var path = role == Role.Patient ? "/api/patient-portal/auth/login" : "/api/auth/login";
            var login = await clinic.Login($"{role}@example.org", path: path);
            foreach (var door in Doors)
            {
                var (method, at) = door.Data;
                Assert.Equal(403, (await clinic.Send(new HttpMethod(method), $"/api/admin/{at}", new { }, login.AccessToken)).Status);
                Assert.Equal(401, (await clinic.Send(new HttpMethod(method), $"/api/admin/{at}", new { })).Status);
            }
        }
    }

    [Fact]
    public async Task An_invited_member_of_staff_chooses_the_password_and_signs_in()
    {
        await using var clinic = await TestClinic.Open(engine);
        var boss = await Boss(clinic);

        var invited = await Invite(clinic, boss, new { email = "new@example.org", displayName = "New Nurse", role = "nurse" });
        var token = await clinic.Mails.NextToken("new@example.org");
        var chosen = await clinic.Send(HttpMethod.Post, "/api/auth/reset-password", new { token, password = NewPassword });

        Assert.Equal(201, invited.Status);
        Assert.Equal(204, chosen.Status);
        var login = await clinic.Login("new@example.org", NewPassword);
        Assert.Equal("nurse", login.Json.GetProperty("user").GetProperty("role").GetString());
    }

    [Fact]
    public async Task A_code_invites_a_new_user_and_a_later_invitation_goes_to_the_users_own_address_alone()
    {
        await using var clinic = await TestClinic.Open(engine);
        var boss = await Boss(clinic);
        var invited = await Invite(
            clinic, boss, new { email = "new@example.org", displayName = "New", role = "lab", deliver = "code", seesSensitive = true });
        var id = invited.Json.GetProperty("user").GetProperty("id").GetString();

        var again = await clinic.Send(HttpMethod.Post, $"/api/admin/users/{id}/invitation", bearer: boss.AccessToken);

        Assert.True(invited.Json.GetProperty("user").GetProperty("seesSensitive").GetBoolean());
        Assert.Equal((201, false), (again.Status, again.Json.TryGetProperty("code", out _)));
        var old = invited.Json.GetProperty("code").GetString();
        Assert.Equal(
            400, (await clinic.Send(HttpMethod.Post, "/api/auth/reset-password", new { token = old, password = NewPassword })).Status);
        var token = await clinic.Mails.NextToken("new@example.org");
        Assert.Equal(
            204, (await clinic.Send(HttpMethod.Post, "/api/auth/reset-password", new { token, password = NewPassword })).Status);
    }

    [Fact]
    public async Task A_user_holds_the_permission_for_the_categories_of_labels_that_are_named()
    {
        await using var clinic = await TestClinic.Open(engine);
        var boss = await Boss(clinic);
        var invited = await Invite(
            clinic, boss, new { email = "new@example.org", displayName = "New", role = "lab", deliver = "code", labels = new[] { "hiv" } });
        var id = invited.Json.GetProperty("user").GetProperty("id").GetString()!;
        string Labels(JsonElement user) => $"{user.GetProperty("labels")} {user.GetProperty("seesSensitive")}";

        Assert.Equal("""["Hiv"] False""", Labels(invited.Json.GetProperty("user")));
        var changed = await Change(clinic, boss, id, new { labels = new[] { "SubstanceUse", "Hiv" } });
        Assert.Equal("""["SubstanceUse","Hiv"] False""", Labels(changed.Json));
        Assert.Equal("""["SubstanceUse","Hiv"] False""", Labels((await Change(clinic, boss, id, new { role = "nurse" })).Json));
        var all = await Change(clinic, boss, id, new { seesSensitive = true });
        Assert.Equal(JsonSerializer.Serialize(Sensitivities.Names) + " True", Labels(all.Json));
        Assert.Equal("[] False", Labels((await Change(clinic, boss, id, new { labels = Array.Empty<string>() })).Json));
        Assert.Equal((422, "invalid_labels"), Facts(await Change(clinic, boss, id, new { labels = new[] { "Secret" } })));
        var both = await Change(clinic, boss, id, new { seesSensitive = true, labels = new[] { "Hiv" } });
        Assert.Equal((422, "invalid_labels"), Facts(both));
    }

    [Fact]
    public async Task Users_are_listed_page_by_page_and_found_by_role_and_address()
    {
        await using var clinic = await TestClinic.Open(engine);
        var boss = await Boss(clinic);
        for (var number = 0; number < 5; number++) await clinic.AddUser($"n{number}@example.org", Role.Nurse, id: $"n{number}");

        Assert.Equal(["boss", "n0"], Ids(await Get(clinic, boss, "users?limit=2")));
        Assert.Equal(["n1", "n2", "n3", "n4"], Ids(await Get(clinic, boss, "users?after=n0")));
        Assert.Equal(["boss"], Ids(await Get(clinic, boss, "users?role=admin")));
        Assert.Equal(["n3"], Ids(await Get(clinic, boss, "users?email=N3@example.org")));
        Assert.Equal(422, (await Get(clinic, boss, "users?role=king")).Status);
        Assert.DoesNotContain("assword", (await Get(clinic, boss, "users")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_role_ends_the_users_sessions_and_a_disabled_user_does_not_come_back()
    {
        await using var clinic = await TestClinic.Open(engine);
        var boss = await Boss(clinic);
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        var ann = await clinic.Login("ann@example.org");

        var changed = await Change(clinic, boss, "ann", new { role = "billing" });

        Assert.Equal((200, "billing"), (changed.Status, changed.Json.GetProperty("role").GetString()));
        Assert.Equal(401, (await clinic.Get("/caller", ann.AccessToken)).Status);
        Assert.Equal(200, (await Change(clinic, boss, "ann", new { disabled = true })).Status);
        Assert.Equal(401, (await clinic.Login("ann@example.org")).Status);
        Assert.Equal(200, (await Change(clinic, boss, "ann", new { disabled = false })).Status);
        Assert.Equal(200, (await clinic.Login("ann@example.org")).Status);
    }

    [Fact]
    public async Task No_administrator_changes_itself_and_none_makes_patients_or_services_of_staff()
    {
        await using var clinic = await TestClinic.Open(engine);
        var boss = await Boss(clinic);
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1", id: "pat");

        Assert.Equal((409, "own_account"), Facts(await Change(clinic, boss, "boss", new { seesSensitive = true })));
        Assert.Equal((409, "own_account"), Facts(await Change(clinic, boss, "boss", new { role = "nurse" })));
        Assert.Equal((422, "invalid_role"), Facts(await Change(clinic, boss, "ann", new { role = "service" })));
        Assert.Equal((422, "invalid_role"), Facts(await Change(clinic, boss, "ann", new { role = "patient" })));
        Assert.Equal((422, "invalid_role"), Facts(await Change(clinic, boss, "pat", new { role = "admin" })));
        Assert.Equal((422, "not_staff"), Facts(await Change(clinic, boss, "pat", new { seesSensitive = true })));
        Assert.Equal((400, "unknown_field"), Facts(await Change(clinic, boss, "ann", new { tenant = "south" })));
        Assert.Equal(
            (422, "invalid_role"),
            Facts(await Invite(clinic, boss, new { email = "x@example.org", displayName = "X", role = "service" })));
        Assert.Equal(
            (409, "user_exists"),
            Facts(await Invite(clinic, boss, new { email = "ann@example.org", displayName = "X", role = "nurse" })));
    }

    [Fact]
    public async Task Two_administrators_who_take_the_role_from_each_other_at_once_leave_one()
    {
        await using var clinic = await TestClinic.Open(engine);
        await using var second = await TestClinic.Open(engine, besides: clinic);
        for (var round = 0; round < 5; round++)
        {
            var (one, two) = ($"one{round}", $"two{round}");
            await clinic.AddUser($"{one}@example.org", Role.Admin, id: one);
            await clinic.AddUser($"{two}@example.org", Role.Admin, id: two);
            foreach (var left in round == 0 ? Array.Empty<string>() : [$"one{round - 1}", $"two{round - 1}"])
                await clinic.Get<ChangeUser>().Disable(TestClinic.North, new UserId(left), default);
            var (asOne, asTwo) = (CallerOf(one), CallerOf(two));

            var outcomes = await Task.WhenAll(
                clinic.Get<ChangeUserAsAdmin>().Change(
                    By(asOne), asOne, new UserId(two), new UserChange(Role.Nurse, null, null), default).AsTask(),
                second.Get<ChangeUserAsAdmin>().Change(
                    By(asTwo), asTwo, new UserId(one), new UserChange(null, null, true), default).AsTask());

            Assert.Equal("last_admin", Assert.Single(outcomes, outcome => outcome.IsRefused).Refusal?.Code);
        }
    }

    [Fact]
    public async Task Sessions_of_the_tenant_are_listed_and_ended_one_by_one_or_all_of_a_user()
    {
        await using var clinic = await TestClinic.Open(engine);
        var boss = await Boss(clinic);
        await clinic.AddUser("ann@example.org", id: "ann");
        await clinic.AddUser("sue@example.org", tenant: TestClinic.South, id: "sue");
        var logins = new[] { await clinic.Login("ann@example.org"), await clinic.Login("ann@example.org") };
        var sue = await clinic.Login("sue@example.org");

        var listed = await Get(clinic, boss, "sessions?userId=ann");
        Assert.Equal(2, Ids(listed).Count);
        Assert.Equal(3, Ids(await Get(clinic, boss, "sessions")).Count);
        Assert.Single(Ids(await Get(clinic, boss, "sessions?limit=1")));
        var first = logins[0].SessionId.Split('.')[1];
        Assert.Equal(204, (await Delete(clinic, boss, $"sessions/{first}")).Status);
        Assert.Equal(404, (await Delete(clinic, boss, $"sessions/{first}")).Status);
        Assert.Equal(404, (await Delete(clinic, boss, $"sessions/{sue.SessionId.Split('.')[1]}")).Status);
        Assert.Equal(new[] { 401, 200 }, await Statuses(clinic, logins));
        Assert.Equal(204, (await Delete(clinic, boss, "users/ann/sessions")).Status);
        Assert.Equal(new[] { 401, 401, 200 }, await Statuses(clinic, [.. logins, sue]));
    }

    [Fact]
    public async Task A_service_account_has_secrets_that_are_shown_once_replaced_and_revoked()
    {
        await using var clinic = await TestClinic.Open(engine);
        var boss = await Boss(clinic);

        var made = await Post(clinic, boss, "service-accounts", new { name = "Lab machine", id = "lab-machine" });
        var second = await Post(clinic, boss, "service-accounts/lab-machine/secrets", new { });

        Assert.Equal([201, 201], new[] { made.Status, second.Status });
        var secret = made.Json.GetProperty("clientSecret").GetString()!;
        Assert.Equal(43, secret.Length);
        Assert.Equal(["lab-machine"], Ids(await Get(clinic, boss, "users?role=service")));
        var listed = await Get(clinic, boss, "service-accounts/lab-machine/secrets");
        Assert.Equal(2, listed.Json.GetProperty("items").GetArrayLength());
        Assert.DoesNotContain(secret, listed.Text, StringComparison.Ordinal);
        var stored = await clinic.Get<Database>().Query(StoredSecrets, [], row => row.GetString(0), default);
        Assert.DoesNotContain(secret, stored);
        var id = made.Json.GetProperty("secretId").GetString();
        Assert.Equal(204, (await Delete(clinic, boss, $"service-accounts/lab-machine/secrets/{id}")).Status);
        Assert.Equal(404, (await Delete(clinic, boss, $"service-accounts/lab-machine/secrets/{id}")).Status);
        for (var more = 1; more < ServiceAccounts.MaxSecrets; more++)
            Assert.Equal(201, (await Post(clinic, boss, "service-accounts/lab-machine/secrets", new { })).Status);
        Assert.Equal((409, "too_many_secrets"), Facts(await Post(clinic, boss, "service-accounts/lab-machine/secrets", new { })));
        Assert.Equal((404, "service_not_found"), Facts(await Post(clinic, boss, "service-accounts/boss/secrets", new { })));
        Assert.Equal(
            (422, "invalid_expiry"),
            Facts(await Post(clinic, boss, "service-accounts", new { name = "X", expiresAt = "2020-01-01T00:00:00Z" })));
        Assert.Equal(401, (await clinic.Login("lab-machine@service.invalid", secret)).Status);
    }

    [Fact]
    public async Task A_service_account_signs_in_with_any_of_its_secrets_until_it_is_revoked_or_over()
    {
        await using var clinic = await TestClinic.Open(engine);
        var boss = await Boss(clinic);
        var made = await Post(clinic, boss, "service-accounts", new { name = "Lab machine", id = "lab-machine" });
        var other = await Post(clinic, boss, "service-accounts", new { name = "Pump", id = "pump" });
        var end = clinic.Clock.GetUtcNow() + TimeSpan.FromMinutes(3);
        var second = await Post(clinic, boss, "service-accounts/lab-machine/secrets", new { expiresAt = end });
        Task<Answer> SignIn(Answer secret, string id = "lab-machine", string? tenant = null) => clinic.Send(
            HttpMethod.Post, "/api/auth/login", new { clientId = id, clientSecret = SecretOf(secret), tenant });

        var login = await SignIn(made);
        var caller = await clinic.Get("/caller", login.AccessToken);

        Assert.Equal((200, 200, 200), (login.Status, caller.Status, (await SignIn(second, tenant: "north")).Status));
        Assert.Equal("lab-machine", caller.Text);
        Assert.Equal(200, (await clinic.Refresh(login.RefreshToken)).Status);
        Assert.Equal((401, "invalid_credentials"), Facts(await SignIn(other)));
        Assert.Equal((401, "invalid_credentials"), Facts(await SignIn(made, tenant: "south")));
        Assert.Equal((401, "invalid_credentials"), Facts(await SignIn(made, id: "nobody")));
        Assert.Equal(400, (await clinic.Send(
            HttpMethod.Post, "/api/auth/login", new { clientId = "pump", clientSecret = "x", email = "boss@example.org" })).Status);
        Assert.Equal(401, (await clinic.Send(
            HttpMethod.Post, "/api/patient-portal/auth/login", new { clientId = "pump", clientSecret = SecretOf(other) })).Status);
        clinic.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal((401, 200), ((await SignIn(second)).Status, (await SignIn(made)).Status));
        boss = await clinic.Login("boss@example.org");
        Assert.Equal(204, (await Delete(clinic, boss, $"service-accounts/lab-machine/secrets/{made.Json.GetProperty("secretId")}")).Status);
        Assert.Equal((401, "invalid_credentials"), Facts(await SignIn(made)));
        Assert.Equal(200, (await SignIn(other, "pump")).Status);
        Assert.Equal(200, (await Change(clinic, boss, "pump", new { disabled = true })).Status);
        Assert.Equal(401, (await SignIn(other, "pump")).Status);
    }

    private static string SecretOf(Answer made) => made.Json.GetProperty("clientSecret").GetString()!;

    [Theory]
    [InlineData("north", "south")]
    [InlineData("south", "north")]
    public async Task Nothing_of_the_other_tenant_is_seen_or_changed(string own, string other)
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("boss@example.org", Role.Admin, new TenantId(own), id: "boss");
        await clinic.AddUser("theirs@example.org", Role.Nurse, new TenantId(other), id: "theirs");
        await clinic.Get<ServiceAccounts>().Add(
            AuditActor.Operator, new TenantId(other), new NewServiceAccount("Theirs") { Id = "machine" }, default);
        var boss = await clinic.Login("boss@example.org");
        var theirs = await clinic.Login("theirs@example.org");
        var session = theirs.SessionId.Split('.')[1];

        Assert.Equal(["boss"], Ids(await Get(clinic, boss, "users")));
        Assert.Equal(404, (await Get(clinic, boss, "users/theirs")).Status);
        Assert.Equal(404, (await Change(clinic, boss, "theirs", new { role = "admin" })).Status);
        Assert.Equal(404, (await Post(clinic, boss, "users/theirs/invitation", new { })).Status);
        Assert.Empty(Ids(await Get(clinic, boss, "users/theirs/proxies")));
        Assert.Equal(404, (await Delete(clinic, boss, "users/theirs/sessions")).Status);
        Assert.Single(Ids(await Get(clinic, boss, "sessions")));
        Assert.Empty(Ids(await Get(clinic, boss, "sessions?userId=theirs")));
        Assert.Equal(404, (await Delete(clinic, boss, $"sessions/{session}")).Status);
        Assert.Empty((await Get(clinic, boss, "service-accounts/machine/secrets")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(404, (await Post(clinic, boss, "service-accounts/machine/secrets", new { })).Status);
        var secret = (await clinic.Get<ServiceAccounts>().Secrets(new TenantId(other), new UserId("machine"), default)).Single().SecretId;
        Assert.Equal(404, (await Delete(clinic, boss, $"service-accounts/machine/secrets/{secret}")).Status);

        Assert.Equal(200, (await clinic.Get("/caller", theirs.AccessToken)).Status);
    }

    private static (int Status, string Code) Facts(Answer answer) => (answer.Status, answer.Code);

    private static AuditActor By(Caller caller) => new(caller, AuditOrigin.Unknown);

    private static Caller CallerOf(string user) => new(TestClinic.North, new UserId(user), Role.Admin, new SessionId("s"));

    private static async Task<Answer> Boss(TestClinic clinic)
    {
        await clinic.AddUser("boss@example.org", Role.Admin, id: "boss");
        return await clinic.Login("boss@example.org");
    }

    private static List<string?> Ids(Answer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString())];

    private static async Task<int[]> Statuses(TestClinic clinic, Answer[] logins)
    {
        var statuses = new List<int>();
        foreach (var login in logins) statuses.Add((await clinic.Get("/caller", login.AccessToken)).Status);
        return [.. statuses];
    }

    private static Task<Answer> Get(TestClinic clinic, Answer by, string path) => clinic.Get($"/api/admin/{path}", by.AccessToken);

    private static Task<Answer> Post(TestClinic clinic, Answer by, string path, object body) =>
        clinic.Send(HttpMethod.Post, $"/api/admin/{path}", body, by.AccessToken);

    private static Task<Answer> Invite(TestClinic clinic, Answer by, object body) => Post(clinic, by, "users", body);

    private static Task<Answer> Change(TestClinic clinic, Answer by, string user, object body) =>
        clinic.Send(HttpMethod.Patch, $"/api/admin/users/{user}", body, by.AccessToken);

    private static Task<Answer> Delete(TestClinic clinic, Answer by, string path) =>
        clinic.Send(HttpMethod.Delete, $"/api/admin/{path}", bearer: by.AccessToken);
}

public sealed class AdminOnSqlite() : AdminTests(Engine.Sqlite);

public sealed class AdminOnPostgres() : AdminTests(Engine.Postgres);
