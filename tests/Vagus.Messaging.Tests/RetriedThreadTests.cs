using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Messaging.Tests;

/// <summary>Retries of the first message of a thread, by an author whose rights have changed since.</summary>
public abstract class RetriedThreadTests(House house)
{
    private const string Staff = "/api/patient-messages";
    private const string Portal = "/api/patient-portal/messages";
    private const string Secret = "Rash since Monday";

    [Fact]
    public async Task A_proxy_that_ended_learns_nothing_by_a_retry()
    {
        var (clinic, proxy, _) = await Open();
        var revoked = await house.Get<ChangeUser>().RevokeProxy(clinic.Tenant, new UserId(proxy.Id), new PatientId("p1"), default);
        Assert.False(revoked.IsRefused);

        await LearnsNothing(await clinic.SignInAgain(proxy));
    }

    [Fact]
    public async Task A_proxy_that_became_limited_learns_nothing_by_a_retry()
    {
        var (clinic, proxy, doctor) = await Open();
        (await doctor.Put("/fhir/Patient/p1", new
        {
            resourceType = "Patient", id = "p1", birthDate = $"{DateTime.UtcNow.Year - 15}-01-01", name = new[] { new { family = "Doe" } },
        })).Is(200);
        var granted = await house.Get<ChangeUser>().GrantProxy(clinic.Tenant, new UserId(proxy.Id), new PatientId("p1"), default);
        Assert.False(granted.IsRefused);

        await LearnsNothing(await clinic.SignInAgain(proxy));
    }

    [Fact]
    public async Task Staff_learn_nothing_by_a_retry_for_another_patient()
    {
        var (_, _, doctor) = await Open();
        var begun = (await doctor.Post($"{Staff}/threads", Request("p1"))).Is(201);

        var retried = await doctor.Post($"{Staff}/threads", Request("p9"));

        retried.IsRefused(409, "conflict");
        Assert.DoesNotContain(begun["thread"].GetProperty("id").GetString()!, retried.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, retried.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_sees_no_threads_any_more_is_shown_none_by_a_retry()
    {
        var (clinic, proxy, _) = await Open();
        var taken = JsonElement.Parse("""{ "patient": ["message."] }""");
        Assert.False((await house.Get<TenantSettings>().Set(clinic.Tenant, TenantPolicy.VisibilitySetting, taken, default)).IsRefused);
        house.Get<TenantPolicies>().Forget(clinic.Tenant);

        var retried = await proxy.Post($"{Portal}/threads", Request("p1"));

        retried.IsRefused(409, "conflict");
        Assert.DoesNotContain(Secret, retried.Text, StringComparison.Ordinal);
    }

    private static async Task LearnsNothing(Person proxy)
    {
        foreach (var (patient, status) in new[] { ("p9", 409), ("p1", 404) })
        {
            var retried = (await proxy.Post($"{Portal}/threads", Request(patient))).Is(status);
            Assert.DoesNotContain(Secret, retried.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("p1", retried.Text, StringComparison.Ordinal);
        }
    }

    private static object Request(string patientId) =>
        new { patientId, subject = "A question", category = "general", content = Secret, clientMessageId = "same" };

    /// <summary>A proxy, with a record of its own, that has begun a thread for p1.</summary>
    private async Task<(Clinic Clinic, Person Proxy, Person Doctor)> Open()
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("p1", "p9");
        var proxy = await clinic.Has(Role.Patient, patient: "p9", dependants: ["p1"]);
        (await proxy.Post($"{Portal}/threads", Request("p1"))).Is(201);
        return (clinic, proxy, doctor);
    }
}

public sealed class RetriedThreadsOnSqlite(SqliteHouse house) : RetriedThreadTests(house);

public sealed class RetriedThreadsOnPostgres(PostgresHouse house) : RetriedThreadTests(house);
