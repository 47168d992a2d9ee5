using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.SigningIn;

public abstract class ReadProfileTests(Engine engine)
{
    private static readonly string[] Types =
    [
        "Account", "AllergyIntolerance", "Appointment", "AuditEvent", "Claim", "Communication", "Condition", "Coverage", "DiagnosticReport",
        "Encounter", "ImagingStudy", "MedicationDispense", "MedicationRequest", "Observation", "Patient", "Practitioner", "Provenance",
        "Specimen", "Task",
    ];

    [Fact]
    public async Task Me_tells_each_role_the_verbs_that_the_server_then_admits()
    {
        await using var clinic = await TestClinic.Open(engine);
        foreach (var role in Enum.GetValues<Role>().Where(role => role.IsStaff()))
        {
            await clinic.AddUser($"{role.Name()}@example.org", role);
            var login = await clinic.Login($"{role.Name()}@example.org");

            var permissions = (await clinic.Get("/api/auth/me", login.AccessToken)).Json.GetProperty("permissions");

            foreach (var type in Types)
            {
                var verbs = VerbsOn(permissions, type);
                Assert.Equal((role, type, RoleGrants.MayRead(role, type)), (role, type, verbs.Contains("read")));
                foreach (var verb in new[] { "create", "update", "delete" })
                {
                    Assert.Equal((role, type, verb, RoleGrants.MayWrite(role, type)), (role, type, verb, verbs.Contains(verb)));
                }
            }
        }
    }

    [Fact]
    public async Task A_kind_without_an_entry_has_the_verbs_of_the_star()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org", Role.Provider);
        await clinic.AddUser("lou@example.org", Role.Lab);

        var provider = await PermissionsOf(clinic, "ann@example.org");
        var lab = await PermissionsOf(clinic, "lou@example.org");

        Assert.Equal("""["read","create","update","delete"]""", provider.GetProperty("*").GetRawText());
        Assert.Equal("[]", provider.GetProperty("Claim").GetRawText());
        Assert.Equal("""["read"]""", provider.GetProperty("Practitioner").GetRawText());
        Assert.False(provider.TryGetProperty("Observation", out _));
        Assert.False(lab.TryGetProperty("*", out _));
        Assert.False(lab.TryGetProperty("Appointment", out _));
    }

    [Fact]
    public async Task A_patient_is_told_its_verbs_at_its_own_door()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1");
        var login = await clinic.Login("pat@example.org", path: "/api/patient-portal/auth/login");

        var me = await clinic.Get("/api/patient-portal/auth/me", login.AccessToken);

        Assert.Equal("""["read"]""", me.Json.GetProperty("permissions").GetProperty("Appointment").GetRawText());
    }

    private static async Task<JsonElement> PermissionsOf(TestClinic clinic, string email)
    {
        var login = await clinic.Login(email);
        return (await clinic.Get("/api/auth/me", login.AccessToken)).Json.GetProperty("permissions");
    }

    private static string[] VerbsOn(JsonElement permissions, string type)
    {
        if (!permissions.TryGetProperty(type, out var verbs) && !permissions.TryGetProperty("*", out verbs)) return [];
        return [.. verbs.EnumerateArray().Select(verb => verb.GetString()!)];
    }
}

public sealed class ShowMeOnSqlite() : ReadProfileTests(Engine.Sqlite);

public sealed class ShowMeOnPostgres() : ReadProfileTests(Engine.Postgres);
