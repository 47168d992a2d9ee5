using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Api.Tests;

/// <summary>A tenant of its own for one test, with the people that the test needs, each signed in at the real door.</summary>
internal sealed class Clinic(FhirServer server, TenantId tenant)
{
    public const string Password = House.Password;
    private int people;

    public FhirServer Server => server;

    public TenantId Tenant => tenant;

    public static async Task<Clinic> Open(FhirServer server)
    {
        return new Clinic(server, await server.House.AddTenant());
    }

    public Task<Person> Provider(bool seesSensitive = true) => Has(Role.Provider, seesSensitive: seesSensitive);

    public Task<Person> ProviderWith(Sensitivity labels) => Has(Role.Provider, labels: labels);

    public Task<Person> Admin() => Has(Role.Admin, seesSensitive: true);

    /// <summary>A patient's user; the Patient itself is written by somebody else.</summary>
    public Task<Person> Patient(string patient, params string[] dependants) => Has(Role.Patient, patient: patient, dependants: dependants);

    public async Task<Person> Has(
        Role role, string? patient = null, string? practitioner = null, bool seesSensitive = false, string[]? dependants = null,
        Sensitivity? labels = null)
    {
        var email = $"person{Interlocked.Increment(ref people)}@example.org";
        var user = new NewUser(tenant, email, "Somebody", role)
        {
            Patient = patient is null ? null : new PatientId(patient),
            Practitioner = practitioner,
            SeesLabels = labels ?? (seesSensitive ? Sensitivity.All : Sensitivity.None),
        };
        await server.House.Add(user, dependants);
        return new Person(server, (await server.House.SignIn(email, role, tenant)).Token);
    }

    public async Task<List<LoggedEvent>> Log(long after = 0)
    {
        var all = new List<LoggedEvent>();
        while (true)
        {
            var page = await server.Get<EventLog>().Read(tenant, after, 1000, CancellationToken.None);
            all.AddRange(page);
            if (page.Count < 1000) return all;
            after = page[^1].Position;
        }
    }
}
