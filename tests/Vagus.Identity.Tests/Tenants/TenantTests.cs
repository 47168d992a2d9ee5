using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Tenants;

public abstract class TenantTests(Engine engine)
{
    [Fact]
    public async Task A_new_installation_knows_nobody()
    {
        await using var clinic = await TestClinic.Open(engine);
        var users = await clinic.Get<Vagus.Storage.Database>().QueryOne(CountUsers, [], row => row.GetInt64(0), default);

        Assert.Equal(0, users);
    }

    [Theory]
    [InlineData("", "invalid_id")]
    [InlineData("North", "invalid_id")]
    [InlineData("a.b", "invalid_id")]
    [InlineData("-a", "invalid_id")]
    [InlineData("../x", "invalid_id")]
    [InlineData("north", "tenant_exists")]
    public async Task A_tenant_has_a_plain_id_of_its_own(string id, string code)
    {
        await using var clinic = await TestClinic.Open(engine);

        Assert.Equal(code, (await clinic.Get<AddTenant>().Add(id, "Name", default)).Refusal?.Code);
    }

    [Fact]
    public async Task A_password_is_made_when_none_is_given_and_works()
    {
        await using var clinic = await TestClinic.Open(engine);

        var added = await clinic.Get<AddUser>().Add(new NewUser(TestClinic.North, "ann@example.org", "Ann", Role.Nurse), default);

        Assert.Equal(24, added.Value.GeneratedPassword!.Length);
        Assert.Equal(200, (await clinic.Login("ann@example.org", added.Value.GeneratedPassword)).Status);
    }

    [Fact]
    public async Task A_user_that_cannot_be_is_refused()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var good = new NewUser(TestClinic.North, "new@example.org", "New", Role.Nurse) { Password = TestClinic.Password };

        Assert.Equal("invalid_email", await CodeOf(clinic, good with { Email = "nobody" }));
        Assert.Equal("invalid_name", await CodeOf(clinic, good with { DisplayName = " " }));
        Assert.Equal("invalid_id", await CodeOf(clinic, good with { Id = "a b" }));
        Assert.Equal("patient_mismatch", await CodeOf(clinic, good with { Role = Role.Patient }));
        Assert.Equal("patient_mismatch", await CodeOf(clinic, good with { Patient = new PatientId("p1") }));
        Assert.Equal("invalid_reference", await CodeOf(clinic, good with { Practitioner = "Practitioner/7" }));
        Assert.Equal("invalid_reference", await CodeOf(clinic, good with { Role = Role.Patient, Patient = new PatientId("") }));
        Assert.Equal("password_too_short", await CodeOf(clinic, good with { Password = "short" }));
        Assert.Equal("tenant_not_found", await CodeOf(clinic, good with { Tenant = new TenantId("nowhere") }));
        Assert.Equal("user_exists", await CodeOf(clinic, good with { Email = "ANN@example.org" }));
        Assert.Null(await CodeOf(clinic, good with { Id = "pharmacy-1" }));
        Assert.Equal("user_exists", await CodeOf(clinic, good with { Id = "pharmacy-1", Email = "other@example.org" }));
        Assert.Null(await CodeOf(clinic, good with { Tenant = TestClinic.South }));
    }

    [Fact]
    public async Task A_setting_belongs_to_its_tenant()
    {
        await using var clinic = await TestClinic.Open(engine);
        var settings = clinic.Get<TenantSettings>();

        await settings.Set(TestClinic.North, "critical-limits", JsonElement.Parse("{\"2823-3\":[2.5,6.0]}"), default);
        await settings.Set(TestClinic.North, "critical-limits", JsonElement.Parse("{\"2823-3\":[2.8,6.2]}"), default);

        Assert.Equal("{\"2823-3\":[2.8,6.2]}", (await settings.Read(TestClinic.North, "critical-limits", default))?.GetRawText());
        Assert.Null(await settings.Read(TestClinic.South, "critical-limits", default));
        Assert.Equal("tenant_not_found", (await settings.Set(new TenantId("nowhere"), "x", JsonElement.Parse("1"), default)).Refusal?.Code);
    }

    private static async Task<string?> CodeOf(TestClinic clinic, NewUser user) =>
        (await clinic.Get<AddUser>().Add(user, default)).Refusal?.Code;

    private static readonly Statement CountUsers = new("select count(*) from access_user");
}

public sealed class TenantsOnSqlite() : TenantTests(Engine.Sqlite);

public sealed class TenantsOnPostgres() : TenantTests(Engine.Postgres);
