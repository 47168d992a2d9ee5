using System.Globalization;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.Clinic.Tests;

/// <summary>A tenant of its own.</summary>
public sealed class Clinic(House house, TenantId tenant)
{
    private readonly AppTokens apps = new(house, tenant);
    private int people;

    public House House => house;

    public TenantId Tenant => tenant;

    /// <summary>Somebody new who has signed in.</summary>
    public async Task<Person> Has(Role role, string? patient = null, string? practitioner = null, bool seesLabels = false)
    {
        var number = Interlocked.Increment(ref people);
        var email = string.Create(CultureInfo.InvariantCulture, $"person{number}@{tenant.Value}.example");
        var user = new NewUser(tenant, email, $"Person {number}", role)
        {
            Patient = patient is null ? null : new PatientId(patient), Practitioner = practitioner,
            SeesLabels = seesLabels ? Sensitivity.All : Sensitivity.None,
        };
        await house.Add(user);
        return new Person(house, role, (await house.SignIn(email, role, tenant)).Token);
    }

    /// <summary>Somebody new by an application's token.</summary>
    public async Task<Person> HasApp(Role role, string scopes, string? patient = null, string? practitioner = null) =>
        new(house, role, await apps.OfUser(role, scopes, patient, practitioner));

    /// <summary>A provider, with a record in the directory, and records of patients.</summary>
    public async Task<Person> HasProvider(string practitioner, params string[] patients)
    {
        var admin = await Has(Role.Admin);
        (await admin.Put($"/fhir/Practitioner/{practitioner}", new
        {
            resourceType = "Practitioner", id = practitioner, name = new[] { new { family = "Okafor", given = new[] { "Maya" } } },
        })).Is(201);
        foreach (var id in patients)
        {
            (await admin.Put($"/fhir/Patient/{id}", new
            {
                resourceType = "Patient", id, birthDate = "1980-02-28", gender = "female",
                name = new[] { new { family = "Doe", given = new[] { id } } },
            })).Is(201);
        }

        return await Has(Role.Provider, practitioner: practitioner);
    }

    public async Task Sets(string setting, object value) => Assert.False((await house.Get<TenantSettings>().Set(
        tenant, setting, JsonSerializer.SerializeToElement(value), CancellationToken.None)).IsRefused);

    /// <summary>The types of the log's events after this position, and their data.</summary>
    public async Task<IReadOnlyList<(string Type, JsonElement Data)>> Events(string types)
    {
        var service = await Has(Role.Service);
        var answer = (await service.Get($"/api/events?since=0&limit=200&types={types}")).Is(200);
        return [.. answer["items"].EnumerateArray().Select(each => (each.GetProperty("type").GetString()!, each.GetProperty("data")))];
    }
}
