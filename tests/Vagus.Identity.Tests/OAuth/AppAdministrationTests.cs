using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Identity.OAuth;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.OAuth;

/// <summary>Registration, introspection and revocation; between tenants, applications and users in both directions.</summary>
public abstract class AppAdministrationTests(Engine engine)
{
    private static readonly Statement StoredSecrets = new("select secret_hash from access_app where secret_hash is not null");

    [Fact]
    public async Task Only_the_tenants_administrator_registers_and_disables_and_a_secret_is_shown_once()
    {
        await using var clinic = await Open();
        foreach (var role in new[] { Role.Admin, Role.Nurse, Role.Patient, Role.Driver })
        {
            await clinic.AddUser($"{role}@example.org", role, patient: role == Role.Patient ? "p1" : null);
            var door = role == Role.Patient ? "/api/patient-portal/auth/login" : "/api/auth/login";
            var bearer = (await clinic.Login($"{role}@example.org", path: door)).AccessToken;
            var made = await clinic.Send(HttpMethod.Post, "/api/admin/apps", New("confidential-symmetric"), bearer);
            Assert.Equal(role == Role.Admin ? 201 : 403, made.Status);
            if (role != Role.Admin) continue;

            var secret = made.Json.GetProperty("clientSecret").GetString()!;
            Assert.DoesNotContain(secret, (await clinic.Get("/api/admin/apps", bearer)).Text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, await clinic.Get<Database>().Query(StoredSecrets, [], row => row.GetString(0), default));
        }

        Assert.Equal(401, (await clinic.Send(HttpMethod.Post, "/api/admin/apps", New("public"))).Status);
    }

    [Fact]
    public async Task Registrations_and_changes_name_the_administrator_and_where_the_request_came_from()
    {
        await using var clinic = await Open();
        var boss = await clinic.AddUser("boss@example.org", Role.Admin);
        var bearer = (await clinic.Login("boss@example.org")).AccessToken;

        var made = await clinic.Send(HttpMethod.Post, "/api/admin/apps", New("public"), bearer);
        var id = made.Json.GetProperty("clientId").GetString();
        await clinic.Send(HttpMethod.Patch, $"/api/admin/apps/{id}", new { disabled = true }, bearer);

        var page = await clinic.Get<AuditReader>().Search(TestClinic.North, new AuditFilter(), before: null, count: 100, default);
        var log = page.Entries.Reverse().Select(each => each.Entry)
            .Where(entry => entry.Action is AuditActions.AddApp or AuditActions.ChangeApp).ToList();
        Assert.Equal(["app-add", "app-change"], log.Select(entry => entry.Action));
        Assert.All(log, entry => Assert.Equal(
            (boss, Role.Admin, "127.0.0.1", $"App/{id}"), (entry.User!.Value, entry.Role!.Value, entry.Address, entry.On)));
        Assert.All(log, entry => Assert.NotNull(entry.Request));
    }

    public static TheoryData<object> WrongApps =>
    [
        New("secret"),
        New("public", scopes: "patient/Observation.dus"),
        New("public", scopes: "patient/Observation.rs?_text=x"),
        New("public", scopes: "everything"),
        New("public", scopes: "system/*.rs"),
        New("public", redirect: "http://app.example/back"),
        New("public", redirect: "https://app.example/back#x"),
        New("public", redirect: "javascript:alert(1)"),
        New("public", redirect: "data:text/html,x"),
        New("confidential-asymmetric"),
        new { name = "X", type = "public", scopes = "patient/*.rs" },
        new { name = "", type = "public", scopes = "patient/*.rs", redirectUris = new[] { "https://app.example/back" } },
        new { name = "X", type = "public", scopes = "patient/*.rs", redirectUris = new[] { "https://app.example/back" }, tenant = "south" },
    ];

    [Fact]
    public async Task A_registration_that_is_wrong_or_names_more_than_there_is_is_refused()
    {
        await using var clinic = await Open();
        await clinic.AddUser("boss@example.org", Role.Admin);
        var boss = await clinic.Login("boss@example.org");
        foreach (var app in WrongApps)
        {
            var answer = await clinic.Send(HttpMethod.Post, "/api/admin/apps", app.Data, boss.AccessToken);
            Assert.True(answer.Status is 400 or 422, $"{app.Data}: {answer.Status} {answer.Text}");
        }

        Assert.Empty((await clinic.Get("/api/admin/apps", boss.AccessToken)).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("north", "south")]
    [InlineData("south", "north")]
    public async Task Nothing_of_the_other_tenants_applications_is_seen_changed_or_used(string own, string other)
    {
        await using var clinic = await Open();
        await clinic.AddUser("boss@example.org", Role.Admin, new TenantId(own));
        await clinic.AddUser("ann@example.org", Role.Nurse, new TenantId(own));
        await clinic.AddUser("sue@example.org", Role.Nurse, new TenantId(other), id: "sue");
        var mine = await Launching.Register(clinic, "user/*.rs", "confidential-symmetric", new TenantId(own));
        var theirs = await Launching.Register(clinic, "user/*.rs", "confidential-symmetric", new TenantId(other));
        var boss = (await clinic.Login("boss@example.org")).AccessToken;
        var token = Text(await theirs.Redeem(await theirs.Through("user/*.rs", "sue@example.org", "staff")), "access_token");
        var at = $"/api/admin/apps/{theirs.App.ClientId}";

        Assert.DoesNotContain(theirs.App.ClientId, (await clinic.Get("/api/admin/apps", boss)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await clinic.Get(at, boss)).Status);
        Assert.Equal(404, (await clinic.Send(HttpMethod.Patch, at, new { disabled = true }, boss)).Status);
        Assert.Equal(404, (await clinic.Send(
            HttpMethod.Post, "/api/auth/launch-context", new { clientId = theirs.App.ClientId, patient = "p1" }, boss)).Status);
        Assert.Equal("invalid_credentials", (await theirs.SignIn(await theirs.Begin("user/*.rs"), "ann@example.org")).Problem);
        Assert.False(Active(await mine.Ask("/oauth/introspect", token)));
        Assert.Equal(200, (await mine.Ask("/oauth/revoke", token)).Status);
        Assert.Equal("sue r", (await clinic.Get("/scoped", token)).Text);
        Assert.True(Active(await theirs.Ask("/oauth/introspect", token)));
    }

    [Fact]
    public async Task An_application_asks_about_its_own_living_access_tokens_and_gives_them_back()
    {
        await using var clinic = await Open();
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        var app = await Launching.Register(clinic, "user/*.rs offline_access", "confidential-symmetric");
        var other = await Launching.Register(clinic, "user/*.rs", "confidential-symmetric");
        var anybody = await Launching.Register(clinic, "user/*.rs");
        var tokens = await app.Redeem(await app.Through("user/*.rs offline_access", "ann@example.org", "staff", offline: true));
        var (token, refresh) = (Text(tokens, "access_token"), Text(tokens, "refresh_token"));
        var own = (await clinic.Login("ann@example.org")).AccessToken;

        var known = await app.Ask("/oauth/introspect", token);
        Assert.Equal((true, "ann", app.App.ClientId), (Active(known), Text(known, "sub"), Text(known, "client_id")));
        foreach (var unknown in new[] { own, "x", $"{token}x", $"{refresh[..^1]}A" })
            Assert.Equal("""{"active":false}""", (await app.Ask("/oauth/introspect", unknown)).Text);
        Assert.False(Active(await other.Ask("/oauth/introspect", token)));
        Assert.Equal(401, (await anybody.Ask("/oauth/introspect", token)).Status);
        Assert.Equal(401, (await BackendApp.Post(clinic, "/oauth/introspect", ("token", token))).Status);
        await other.Ask("/oauth/revoke", token);
        await other.Ask("/oauth/revoke", refresh);
        await app.Ask("/oauth/revoke", own);
        Assert.Equal(200, (await clinic.Get("/caller", own)).Status);
        Assert.Equal(200, (await clinic.Get("/scoped", token)).Status);

        Assert.Equal(200, (await app.Ask("/oauth/revoke", refresh)).Status);
        Assert.Equal(401, (await clinic.Get("/scoped", token)).Status);
        Assert.False(Active(await app.Ask("/oauth/introspect", token)));
        Assert.Equal(400, (await app.Refresh(refresh)).Status);
    }

    [Theory]
    [InlineData("pat", "kim")]
    [InlineData("kim", "pat")]
    public async Task A_patient_sees_and_revokes_the_own_applications_and_not_those_of_another(string one, string other)
    {
        await using var clinic = await Open();
        await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1", id: "pat");
        await clinic.AddUser("kim@example.org", Role.Patient, patient: "p2", id: "kim");
        var app = await Launching.Register(clinic, "patient/*.rs");
        var theirs = Text(await app.Redeem(await app.Through("patient/*.rs", $"{other}@example.org", "patient")), "access_token");
        var bearer = (await clinic.Login($"{one}@example.org", path: "/api/patient-portal/auth/login")).AccessToken;

        Assert.Empty((await clinic.Get("/api/patient-portal/apps", bearer)).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(404, (await clinic.Send(HttpMethod.Delete, $"/api/patient-portal/apps/{app.App.ClientId}", bearer: bearer)).Status);
        Assert.Equal($"{other} r", (await clinic.Get("/scoped", theirs)).Text);
    }

    private static object New(string type, string scopes = "patient/*.rs", string redirect = "https://app.example/back") =>
        new { name = "App", type, scopes, redirectUris = new[] { redirect } };

    private static bool Active(Answer answer) => answer.Json.GetProperty("active").GetBoolean();

    private static string Text(Answer answer, string name) => answer.Json.GetProperty(name).GetString()!;

    private Task<TestClinic> Open() => TestClinic.Open(engine, map: BackendServicesTests.MapScoped);
}

public sealed class AppAdministrationOnSqlite() : AppAdministrationTests(Engine.Sqlite);

public sealed class AppAdministrationOnPostgres() : AppAdministrationTests(Engine.Postgres);
