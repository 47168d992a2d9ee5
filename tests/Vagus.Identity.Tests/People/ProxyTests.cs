using System.Text.Json;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.People;

/// <summary>Who acts for a patient, and from when until when. The clinic's clock begins at 2026-03-01 08:00 UTC.</summary>
public abstract class ProxyTests(Engine engine)
{
    private const string PatientLogin = "/api/patient-portal/auth/login";

    [Fact]
    public async Task A_proxy_by_address_is_listed_and_its_revocation_ends_sessions_at_once()
    {
        await using var clinic = await Open();
        var doc = await clinic.Login("doc@example.org");

        var granted = await Grant(clinic, doc, new { email = "Mum@example.org", relationship = "parent" });
        var mum = await clinic.Login("mum@example.org", path: PatientLogin);

        Assert.Equal(201, granted.Status);
        var listed = Assert.Single((await List(clinic, doc)).Json.GetProperty("items").EnumerateArray());
        Assert.Equal("mum", listed.GetProperty("id").GetString());
        Assert.Equal("parent", listed.GetProperty("relationship").GetString());
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("until").ValueKind);
        Assert.Equal(["m1", "child"], await Seen(clinic, mum));
        var ends = new List<SessionEnd>();
        clinic.Sessions.Ended += ends.Add;

        Assert.Equal(204, (await Revoke(clinic, doc, "mum")).Status);

        Assert.Equal(EndReason.RoleChanged, Assert.Single(ends).Reason);
        Assert.Equal(401, (await clinic.Get("/caller", mum.AccessToken)).Status);
        Assert.Equal(["m1"], await Seen(clinic, await clinic.Login("mum@example.org", path: PatientLogin)));
        Assert.Equal(404, (await Revoke(clinic, doc, "mum")).Status);
    }

    [Fact]
    public async Task A_proxy_begins_and_ends_at_its_instants_within_one_session()
    {
        await using var clinic = await Open(new IdentityOptions { PasswordIterations = 10, AccessTokenLifetime = TimeSpan.FromHours(1) });
        var doc = await clinic.Login("doc@example.org");
        var (from, until) = (clinic.Clock.GetUtcNow().AddMinutes(10), clinic.Clock.GetUtcNow().AddMinutes(20));
        await Grant(clinic, doc, new { userId = "mum", relationship = "caregiver", from, until });
        var mum = await clinic.Login("mum@example.org", path: PatientLogin);

        Assert.Equal(["m1"], await Seen(clinic, mum));
        Assert.Equal(from, (await Admission(clinic, mum)).RightsUntil);
        clinic.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["m1", "child"], await Seen(clinic, mum));
        Assert.Equal(until, (await Admission(clinic, mum)).RightsUntil);
        clinic.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.Equal(["m1", "child"], await Seen(clinic, mum));
        clinic.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["m1"], await Seen(clinic, mum));
        Assert.Equal(DateTimeOffset.MaxValue, (await Admission(clinic, mum)).RightsUntil);
    }

    [Fact]
    public async Task A_birthday_within_a_session_narrows_what_a_proxy_sees_and_ends_it_at_eighteen()
    {
        await using var clinic = await Open(new IdentityOptions { PasswordIterations = 10, AccessTokenLifetime = TimeSpan.FromHours(1) });
        await clinic.Get<TenantSettings>().Set(
            TestClinic.North, SignInPolicy.Setting, JsonElement.Parse("""{ "patientIdleMinutes": 60 }"""), default);
        clinic.Clock.Advance(TimeSpan.FromHours(15.5));
        clinic.Patients.Add(TestClinic.North, "child", "2014-03-02");
        var doc = await clinic.Login("doc@example.org");
        await Grant(clinic, doc, new { userId = "mum", relationship = "parent" });
        var mum = await clinic.Login("mum@example.org", path: PatientLogin);
        Assert.Equal(["m1", "child"], await Seen(clinic, mum));

        clinic.Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(["m1"], await Seen(clinic, mum));
        Assert.Equal(["child"], (await Admission(clinic, mum)).Caller.LimitedPatients.Select(patient => patient.Value));
        clinic.Patients.Add(TestClinic.North, "child", "2008-03-02");
        clinic.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty((await Admission(clinic, mum)).Caller.LimitedPatients);
        Assert.Equal(["m1"], await Seen(clinic, mum));
    }

    [Fact]
    public async Task An_adult_who_agreed_and_a_legal_representative_are_not_touched_by_ages()
    {
        await using var clinic = await Open();
        var doc = await clinic.Login("doc@example.org");

        clinic.Patients.Add(TestClinic.North, "child", "1990-01-01");
        await Grant(clinic, doc, new { userId = "mum", relationship = "spouse" });
        Assert.Equal(["m1", "child"], await Seen(clinic, await clinic.Login("mum@example.org", path: PatientLogin)));

        clinic.Patients.Add(TestClinic.North, "child", "2010-01-01");
        await Grant(clinic, doc, new { userId = "mum", relationship = "legal_representative" });
        Assert.Equal(["m1", "child"], await Seen(clinic, await clinic.Login("mum@example.org", path: PatientLogin)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_proxy_of_a_patient_whose_age_is_not_known_sees_a_part_until_it_is(bool isRecorded)
    {
        await using var clinic = await Open();
        clinic.Patients.Add(TestClinic.North, "child", birthDate: null);
        var doc = await clinic.Login("doc@example.org");
        await Grant(clinic, doc, new { userId = "mum", relationship = "parent" });
        if (!isRecorded) clinic.Patients.Remove(TestClinic.North, "child");
        var mum = await clinic.Login("mum@example.org", path: PatientLogin);

        Assert.Equal(["m1"], await Seen(clinic, mum));
        Assert.Equal(["child"], (await Admission(clinic, mum)).Caller.LimitedPatients.Select(patient => patient.Value));

        clinic.Patients.Add(TestClinic.North, "child", "2020-05-05");
        clinic.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(["m1", "child"], await Seen(clinic, mum));
    }

    [Fact]
    public async Task A_tenant_sets_its_own_ages()
    {
        await using var clinic = await Open();
        clinic.Patients.Add(TestClinic.North, "child", "2012-01-01");
        var doc = await clinic.Login("doc@example.org");
        await Grant(clinic, doc, new { userId = "mum", relationship = "parent" });
        Assert.Equal(["m1"], await Seen(clinic, await clinic.Login("mum@example.org", path: PatientLogin)));

        await Set(clinic, TestClinic.South, """{ "limitedFrom": 16, "endsAt": 18 }""");
        Assert.Equal(["m1"], await Seen(clinic, await clinic.Login("mum@example.org", path: PatientLogin)));
        await Set(clinic, TestClinic.North, """{ "limitedFrom": 16, "endsAt": 18 }""");

        Assert.Equal(["m1", "child"], await Seen(clinic, await clinic.Login("mum@example.org", path: PatientLogin)));
        var refused = await clinic.Get<TenantSettings>().Set(
            TestClinic.North, ProxyAges.Setting, JsonElement.Parse("""{ "limitedFrom": 19, "endsAt": 18 }"""), default);
        Assert.Equal("invalid_proxy_ages", refused.Refusal?.Code);
    }

    [Fact]
    public async Task A_grant_is_refused_where_something_about_it_is_wrong()
    {
        await using var clinic = await Open();
        clinic.Patients.Add(TestClinic.North, "labelled", labelled: true);
        var doc = await clinic.Login("doc@example.org");
        var now = clinic.Clock.GetUtcNow();

        Assert.Equal((404, "user_not_found"), Facts(await Grant(clinic, doc, new { userId = "nobody", relationship = "parent" })));
        Assert.Equal((404, "user_not_found"), Facts(await Grant(clinic, doc, new { userId = "desk", relationship = "parent" })));
        Assert.Equal((404, "user_not_found"), Facts(await Grant(clinic, doc, new { email = "desk@example.org", relationship = "parent" })));
        Assert.Equal((422, "invalid_relationship"), Facts(await Grant(clinic, doc, new { userId = "mum", relationship = "friend" })));
        Assert.Equal(
            (422, "invalid_period"), Facts(await Grant(clinic, doc, new { userId = "mum", relationship = "parent", until = now })));
        Assert.Equal((400, "invalid_field"), Facts(await Grant(clinic, doc, new { userId = "mum", relationship = "parent", from = "today" })));
        Assert.Equal((400, "unknown_field"), Facts(await Grant(clinic, doc, new { userId = "mum", relationship = "parent", tenant = "x" })));
        Assert.Equal((400, "invalid_request"), Facts(await Grant(clinic, doc, new { relationship = "parent" })));
        Assert.Equal((404, "patient_not_found"), Facts(await Grant(clinic, doc, new { userId = "mum", relationship = "parent" }, "none")));
        Assert.Equal(
            (404, "patient_not_found"), Facts(await Grant(clinic, doc, new { userId = "mum", relationship = "parent" }, "labelled")));
        Assert.Equal(
            (400, "own_patient"), Facts(await Grant(clinic, doc, new { userId = "mum", relationship = "parent" }, "m1")));
    }

    [Theory]
    [InlineData("north", "south")]
    [InlineData("south", "north")]
    public async Task Proxies_of_the_other_tenant_are_neither_seen_nor_made_nor_revoked(string own, string other)
    {
        await using var clinic = await TestClinic.Open(engine);
        foreach (var tenant in new[] { own, other }) await Fill(clinic, new TenantId(tenant), $"{tenant}.");
        var here = await clinic.Login($"{own}.doc@example.org");
        var there = await clinic.Login($"{other}.doc@example.org");
        clinic.Patients.Add(new TenantId(other), "theirs");
        Assert.Equal(201, (await Grant(clinic, there, new { userId = "mum", relationship = "parent" })).Status);
        Assert.Equal(201, (await Grant(clinic, there, new { userId = "mum", relationship = "parent" }, "theirs")).Status);
        var mum = await clinic.Login($"{other}.mum@example.org", path: PatientLogin);

        Assert.Empty((await List(clinic, here)).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(404, (await List(clinic, here, "theirs")).Status);
        Assert.Equal(404, (await Revoke(clinic, here, "mum")).Status);
        Assert.Equal(404, (await Revoke(clinic, here, "mum", "theirs")).Status);
        Assert.Equal(
            404, (await Grant(clinic, here, new { email = $"{other}.mum@example.org", relationship = "parent" })).Status);

        Assert.Equal(["m1", "child", "theirs"], await Seen(clinic, mum));
    }

    [Theory]
    [InlineData(Role.Patient)]
    [InlineData(Role.Lab)]
    [InlineData(Role.Service)]
    [InlineData(Role.Driver)]
    public async Task Other_roles_neither_list_nor_grant_nor_revoke(Role role)
    {
        await using var clinic = await Open();
        await clinic.AddUser("x@example.org", role, patient: role == Role.Patient ? "child" : null);
        var login = await clinic.Login("x@example.org", path: role == Role.Patient ? PatientLogin : "/api/auth/login");

        Assert.Equal(403, (await List(clinic, login)).Status);
        Assert.Equal(403, (await Grant(clinic, login, new { userId = "mum", relationship = "parent" })).Status);
        Assert.Equal(403, (await Revoke(clinic, login, "mum")).Status);
    }

    private async Task<TestClinic> Open(IdentityOptions? identity = null)
    {
        var clinic = await TestClinic.Open(engine, identity);
        await Fill(clinic, TestClinic.North, "");
        return clinic;
    }

    private static async Task Fill(TestClinic clinic, TenantId tenant, string prefix)
    {
        clinic.Patients.Add(tenant, "child", "2020-05-05");
        clinic.Patients.Add(tenant, "m1");
        await clinic.AddUser($"{prefix}mum@example.org", Role.Patient, tenant, "m1", id: "mum");
        await clinic.AddUser($"{prefix}desk@example.org", Role.FrontDesk, tenant, id: "desk");
        await clinic.AddUser($"{prefix}doc@example.org", Role.Provider, tenant, id: "doc");
    }

    private static (int Status, string Code) Facts(Answer answer) => (answer.Status, answer.Code);

    private static async Task<Admission> Admission(TestClinic clinic, Answer login) =>
        (await clinic.Sessions.AuthenticateToken(login.AccessToken, default)).Value;

    private static async Task<IEnumerable<string>> Seen(TestClinic clinic, Answer login) =>
        (await Admission(clinic, login)).Caller.OwnPatients.Select(patient => patient.Value);

    private static async Task Set(TestClinic clinic, TenantId tenant, string ages) => Assert.False(
        (await clinic.Get<TenantSettings>().Set(tenant, ProxyAges.Setting, JsonElement.Parse(ages), default)).IsRefused);

    private static Task<Answer> List(TestClinic clinic, Answer by, string patient = "child") =>
        clinic.Get($"/api/patients/{patient}/proxies", by.AccessToken);

    private static Task<Answer> Grant(TestClinic clinic, Answer by, object body, string patient = "child") =>
        clinic.Send(HttpMethod.Post, $"/api/patients/{patient}/proxies", body, by.AccessToken);

    private static Task<Answer> Revoke(TestClinic clinic, Answer by, string proxy, string patient = "child") =>
        clinic.Send(HttpMethod.Delete, $"/api/patients/{patient}/proxies/{proxy}", bearer: by.AccessToken);
}

public sealed class ProxiesOnSqlite() : ProxyTests(Engine.Sqlite);

public sealed class ProxiesOnPostgres() : ProxyTests(Engine.Postgres);

public sealed class ProxyAgesTests
{
    private static readonly DateTimeOffset Granted = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2020-02-29", "2032-02-29", "2038-02-28")]
    [InlineData("2020-05", "2032-05-01", "2038-05-01")]
    [InlineData("2020", "2032-01-01", "2038-01-01")]
    public void The_instants_are_birthdays_the_earliest_that_can_be(string born, string limited, string ends)
    {
        var (limitedFrom, until) = ProxyAges.Default.Of(born, Granted);

        Assert.Equal((limited, ends), ($"{limitedFrom:yyyy-MM-dd}", $"{until:yyyy-MM-dd}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("9999-12-31")]
    public void Without_a_birth_date_a_part_is_seen_and_no_age_ends_a_proxy(string? born) =>
        Assert.Equal((DateTimeOffset.MinValue, DateTimeOffset.MaxValue), ProxyAges.Default.Of(born, Granted));

    [Fact]
    public void Of_age_when_it_was_granted_no_age_ends_a_proxy() =>
        Assert.Equal((DateTimeOffset.MaxValue, DateTimeOffset.MaxValue), ProxyAges.Default.Of("2008-03-01", Granted));
}
