using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Tenants;

/// <summary>The administrator's door to the settings and the policy of its own tenant.</summary>
public abstract class SettingsTests(Engine engine)
{
    private const string Visibility = "/api/admin/settings/visibility";

    [Fact]
    public async Task A_setting_is_kept_shown_and_followed_at_once()
    {
        await using var clinic = await TestClinic.Open(engine);
        var admin = await SignIn(clinic, "admin@north.example", Role.Admin, TestClinic.North);

        Assert.Equal("null", (await clinic.Get(Visibility, admin)).Text);
        Assert.Contains("lab.critical.alert", await EventsOf(clinic, admin, "nurse"));
        var put = await clinic.Send(HttpMethod.Put, Visibility, new { nurse = new[] { "lab.*" } }, admin);
        Assert.Equal(204, put.Status);
        Assert.Equal("""{"nurse":["lab.*"]}""", (await clinic.Get(Visibility, admin)).Text);

        var events = await EventsOf(clinic, admin, "nurse");
        Assert.DoesNotContain("lab.critical.alert", events);
        Assert.Contains("patient.updated", events);
    }

    [Fact]
    public async Task Who_asks_at_the_same_time_gets_the_same_policy_and_keeps_it()
    {
        await using var clinic = await TestClinic.Open(engine);
        var admin = await SignIn(clinic, "admin@north.example", Role.Admin, TestClinic.North);
        await clinic.Send(HttpMethod.Put, Visibility, new { nurse = new[] { "lab.*" } }, admin);
        var policies = clinic.Get<TenantPolicies>();

        var first = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => policies.Of(TestClinic.North, default).AsTask()));
        var later = await policies.Of(TestClinic.North, default);

        Assert.All(first, policy => Assert.Same(later, policy));
    }

    [Fact]
    public async Task An_invalid_setting_changes_nothing()
    {
        await using var clinic = await TestClinic.Open(engine);
        var admin = await SignIn(clinic, "admin@north.example", Role.Admin, TestClinic.North);

        var wrong = await clinic.Send(HttpMethod.Put, Visibility, new { nurze = new[] { "lab.*" } }, admin);
        var unknown = await clinic.Send(HttpMethod.Put, "/api/admin/settings/colour", "blue", admin);
        var long_ = await clinic.Send(HttpMethod.Put, Visibility, new string('x', (TenantSettings.MaxBytes * 3) + 1), admin);
        var noJson = await clinic.Send(HttpMethod.Put, Visibility, body: null, admin);

        Assert.Equal((400, "invalid_visibility"), (wrong.Status, wrong.Code));
        Assert.Equal((404, "unknown_setting"), (unknown.Status, unknown.Code));
        Assert.Equal((413, "setting_too_large"), (long_.Status, long_.Code));
        Assert.Equal((400, "invalid_request"), (noJson.Status, noJson.Code));
        Assert.Equal("null", (await clinic.Get(Visibility, admin)).Text);
    }

    [Fact]
    public async Task Only_an_administrator_and_only_of_the_own_tenant_reads_and_changes_settings()
    {
        await using var clinic = await TestClinic.Open(engine);
        var north = await SignIn(clinic, "admin@north.example", Role.Admin, TestClinic.North);
        var south = await SignIn(clinic, "admin@south.example", Role.Admin, TestClinic.South);
        await clinic.Send(HttpMethod.Put, Visibility, "open", north);

        Assert.Equal("null", (await clinic.Get(Visibility, south)).Text);
        await clinic.Send(HttpMethod.Put, Visibility, new { nurse = new[] { "lab.*" } }, south);
        Assert.Equal("\"open\"", (await clinic.Get(Visibility, north)).Text);
        foreach (var role in Enum.GetValues<Role>().Where(role => role is not (Role.Admin or Role.Patient)))
        {
            var token = await SignIn(clinic, $"{role}@north.example", role, TestClinic.North);
            Assert.Equal(403, (await clinic.Get(Visibility, token)).Status);
            Assert.Equal(403, (await clinic.Get("/api/admin/policy", token)).Status);
            Assert.Equal(403, (await clinic.Send(HttpMethod.Put, Visibility, "open", token)).Status);
        }

        Assert.Equal(401, (await clinic.Get(Visibility)).Status);
    }

    private static async Task<string> SignIn(TestClinic clinic, string email, Role role, TenantId tenant)
    {
        await clinic.AddUser(email, role, tenant);
        return (await clinic.Login(email, tenant: tenant.Value)).AccessToken;
    }

    private static async Task<List<string?>> EventsOf(TestClinic clinic, string token, string role) =>
    [
        .. (await clinic.Get("/api/admin/policy", token)).Json.GetProperty("roles").GetProperty(role).GetProperty("events")
            .EnumerateArray().Select(name => name.GetString()),
    ];
}

public sealed class SettingsOnSqlite() : SettingsTests(Engine.Sqlite);

public sealed class SettingsOnPostgres() : SettingsTests(Engine.Postgres);
