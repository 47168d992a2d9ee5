using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Access.Authorization;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.People;

/// <summary>Grants of proxies by those who may not open a record alone, and to accounts of the granter's own.</summary>
public abstract class ConfirmedProxyTests(Engine engine)
{
    private const string PatientLogin = "/api/patient-portal/auth/login";
    private static readonly UserId Mum = new("mum");

    [Theory]
    [InlineData(Role.FrontDesk)]
    [InlineData(Role.MedicalAssistant)]
    [InlineData(Role.Nurse)]
    public async Task A_grant_of_the_staff_opens_nothing_until_a_provider_confirms_it(Role role)
    {
        await using var clinic = await Open();
        await clinic.AddUser("staff@example.org", role, id: "staff");
        var (staff, doc) = (await clinic.Login("staff@example.org"), await clinic.Login("doc@example.org"));

        var granted = (await Grant(clinic, staff)).Is(201);
        var before = (await Seen(clinic), await Acting(clinic));
        var byThemselves = await Confirm(clinic, staff);
        var confirmed = (await Confirm(clinic, doc)).Is(200);

        Assert.Equal(JsonValueKind.Null, granted.Json.GetProperty("confirmedAt").ValueKind);
        Assert.Equal(("m1", 0), before);
        Assert.Equal(403, byThemselves.Status);
        Assert.Equal(("staff", "doc"), (Text(confirmed, "grantedBy"), Text(confirmed, "confirmedBy")));
        Assert.Equal(("m1 child", 1), (await Seen(clinic), await Acting(clinic)));
        Assert.Equal((409, "proxy_confirmed"), Facts(await Confirm(clinic, doc)));
        Assert.Equal(["proxy-grant staff", "proxy-confirm doc", "proxy-confirm doc proxy_confirmed"], await Log(clinic));
    }

    [Fact]
    public async Task A_later_grant_of_the_staff_takes_the_place_of_one_in_force_and_waits()
    {
        await using var clinic = await Open();
        await clinic.AddUser("staff@example.org", Role.Nurse, id: "staff");
        (await Grant(clinic, await clinic.Login("doc@example.org"))).Is(201);
        var before = await Seen(clinic);

        (await Grant(clinic, await clinic.Login("staff@example.org"))).Is(201);

        Assert.Equal(("m1 child", "m1"), (before, await Seen(clinic)));
    }

    [Fact]
    public async Task Who_granted_it_does_not_confirm_it_in_a_later_role_either()
    {
        await using var clinic = await Open();
        await clinic.AddUser("staff@example.org", Role.Nurse, id: "staff");
        (await Grant(clinic, await clinic.Login("staff@example.org"))).Is(201);
        Assert.False((await clinic.Get<ChangeUser>().SetRole(TestClinic.North, new UserId("staff"), Role.Provider, default)).IsRefused);

        var refused = await Confirm(clinic, await clinic.Login("staff@example.org"));

        Assert.Equal((403, "second_person_required"), Facts(refused));
        Assert.Equal("m1", await Seen(clinic));
    }

    [Theory]
    [InlineData("Doc@Example.org")]
    [InlineData("doc+family@example.org")]
    public async Task An_account_with_the_mailbox_of_the_granter_or_the_confirmer_is_refused(string own)
    {
        await using var clinic = await Open();
        await clinic.AddUser(own, Role.Patient, patient: "d1", id: "own");
        await clinic.AddUser("staff@example.org", Role.FrontDesk, id: "staff");
        var (staff, doc) = (await clinic.Login("staff@example.org"), await clinic.Login("doc@example.org"));

        var granted = await Grant(clinic, doc, "own");
        (await Grant(clinic, staff, "own")).Is(201);

        Assert.Equal((403, "own_account"), Facts(granted));
        Assert.Equal((403, "own_account"), Facts(await Confirm(clinic, doc, "own")));
        (await Confirm(clinic, await clinic.Login("boss@example.org"), "own")).Is(200);
    }

    [Theory]
    [InlineData("doc@example.org")]
    [InlineData("DOC+2@example.org")]
    public async Task Nobody_invites_the_own_mailbox_to_a_patients_record(string own)
    {
        await using var clinic = await Open();
        var doc = await clinic.Login("doc@example.org");

        var refused = await clinic.Send(
            HttpMethod.Post, "/api/patients/child/portal-invitation", new { email = own, deliver = "code" }, doc.AccessToken);

        Assert.Equal((403, "own_account"), Facts(refused));
    }

    private async Task<TestClinic> Open()
    {
        var clinic = await TestClinic.Open(engine);
        clinic.Patients.Add(TestClinic.North, "child", "2020-05-05");
        await clinic.AddUser("mum@example.org", Role.Patient, patient: "m1", id: Mum.Value);
        await clinic.AddUser("doc@example.org", Role.Provider, id: "doc");
        await clinic.AddUser("boss@example.org", Role.Admin, id: "boss");
        return clinic;
    }

    private static (int Status, string Code) Facts(Answer answer) => (answer.Status, answer.Code);

    private static string Text(Answer answer, string field) => answer.Json.GetProperty(field).GetString()!;

    private static async Task<string> Seen(TestClinic clinic)
    {
        var login = await clinic.Login("mum@example.org", path: PatientLogin);
        var admission = await clinic.Sessions.AuthenticateToken(login.AccessToken, default);
        return string.Join(' ', admission.Value.Caller.OwnPatients);
    }

    private static async Task<int> Acting(TestClinic clinic) => (await clinic.Get<IFindUsers>().ActingFor(
        clinic.Get<Database>(), TestClinic.North, new PatientId("child"), clinic.Clock.GetUtcNow(), default)).Count;

    private static async Task<IEnumerable<string>> Log(TestClinic clinic)
    {
        var page = await clinic.Get<AuditReader>().Search(TestClinic.North, new AuditFilter(), before: null, count: 1000, default);
        return page.Entries.Select(recorded => recorded.Entry).Reverse()
            .Where(entry => entry.Action is AuditActions.GrantProxy or AuditActions.ConfirmProxy)
            .Select(entry => $"{entry.Action} {entry.User} {entry.Reason}".TrimEnd());
    }

    private static Task<Answer> Grant(TestClinic clinic, Answer by, string to = "mum") => clinic.Send(
        HttpMethod.Post, "/api/patients/child/proxies", new { userId = to, relationship = "parent" }, by.AccessToken);

    private static Task<Answer> Confirm(TestClinic clinic, Answer by, string proxy = "mum") => clinic.Send(
        HttpMethod.Post, $"/api/patients/child/proxies/{proxy}/confirmation", bearer: by.AccessToken);
}

public sealed class ConfirmedProxiesOnSqlite() : ConfirmedProxyTests(Engine.Sqlite);

public sealed class ConfirmedProxiesOnPostgres() : ConfirmedProxyTests(Engine.Postgres);
