using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Access;

/// <summary>What a tenant takes away from a role holds at the FHIR doors, for that role and in that tenant only.</summary>
public abstract class PolicyTests(FhirServer server)
{
    [Fact]
    public async Task A_type_that_is_taken_away_is_closed_and_the_rest_is_as_before()
    {
        var (clinic, other) = (await Clinic.Open(server), await Clinic.Open(server));
        var settings = server.Get<TenantSettings>();
        var wrong = await settings.Set(clinic.Tenant, "policy", JsonElement.Parse("""{"nurse":{"read":["Observasion"]}}"""), default);
        await Set(clinic, """{"nurse":{"read":["Observation"],"write":["Patient"]}}""");
        var (nurse, provider, elsewhere) =
            (await clinic.Has(Role.Nurse), await clinic.Provider(), await other.Has(Role.Nurse));

        Assert.Equal("invalid_policy", wrong.Refusal?.Code);
        (await provider.Put("Patient/p", Sample.Patient("p", "p"))).Is(201);
        (await provider.Put("Observation/o", Sample.Observation("Patient/p", id: "o"))).Is(201);
        foreach (var path in new[] { "Observation/o", "Observation", "Observation/o/_history", "Observation/o/_history/1" })
        {
            (await nurse.Get(path)).Is(403);
        }

        (await nurse.Put("Observation/o2", Sample.Observation("Patient/p", id: "o2"))).Is(403);
        (await nurse.Put("Patient/p", Sample.Patient("p", "p"))).Is(403);
        (await nurse.Get("Patient/p")).Is(200);
        (await elsewhere.Put("Observation/o", Sample.Observation("Patient/p", id: "o"))).Is(201);
        (await elsewhere.Get("Observation/o")).Is(200);
    }

    [Fact]
    public async Task Labelled_records_are_hidden_from_the_role_and_keep_their_labels_when_it_writes_them()
    {
        var clinic = await Clinic.Open(server);
        await Set(clinic, """{"provider":{"sensitive":false}}""");
        var (admin, provider) = (await clinic.Admin(), await clinic.Provider(seesSensitive: true));
        (await admin.Put("Observation/o", Sample.Observation("Patient/p", id: "o", more: Sample.Labelled("R")))).Is(201);

        (await provider.Get("Observation/o")).Is(404);
        Assert.Empty((await provider.Get("Observation?_id=o")).Is(200).Ids);
        (await provider.Put("Observation/o", Sample.Observation("Patient/p", id: "o"))).Is(404);
        (await admin.Get("Observation/o")).Is(200);
    }

    private async Task Set(Clinic clinic, string policy) =>
        Assert.False((await server.Get<TenantSettings>().Set(clinic.Tenant, "policy", JsonElement.Parse(policy), default)).IsRefused);
}

public sealed class PoliciesOnSqlite(SqliteFhirServer server) : PolicyTests(server);

public sealed class PoliciesOnPostgres(PostgresFhirServer server) : PolicyTests(server);
