using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Identity.OAuth;
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

    [Fact]
    public async Task A_patient_beyond_the_narrowed_reach_is_like_none_to_launches_portal_invitations_and_proxies()
    {
        var clinic = await Clinic.Open(server);
        var (admin, nurse) = (await clinic.Admin(), await clinic.Has(Role.Nurse, seesSensitive: true));
        (await admin.Put("Patient/open", Sample.Patient("open", "open"))).Is(201);
        (await admin.Put("Patient/hiv", Sample.Patient("hiv", "hiv", Sample.Labelled("HIV")))).Is(201);
        var smart = new NewApp("Chart", "public", "user/*.rs") { RedirectUris = ["https://app.example/back"] };
        var app = (await server.Get<Apps>().Add(clinic.Tenant, smart, by: null, default)).Value.ClientId;

        var before = (await Statuses("open"), await Statuses("hiv"), await Statuses("nobody"));
        await Set(clinic, """{"nurse":{"labels":["Hiv"]}}""");
        var labels = (await Statuses("open"), await Statuses("hiv"));
        await Set(clinic, """{"nurse":{"read":["Patient"]}}""");
        var types = (await Statuses("open"), await Statuses("hiv"));

        Assert.Equal(("201 422 200", "201 422 200", "404 404 404"), before);
        Assert.Equal(("201 422 200", "404 404 404"), labels);
        Assert.Equal(("404 404 404", "404 404 404"), types);

        // The invitation without a good address: of a patient within reach it is refused for that, and nothing is made.
        async Task<string> Statuses(string patient)
        {
            var launch = await Post("/api/auth/launch-context", $$"""{"clientId":"{{app}}","patient":"{{patient}}"}""");
            var invitation = await Post($"/api/patients/{patient}/portal-invitation", """{"email":"x"}""");
            var proxies = await nurse.Send(HttpMethod.Get, $"/api/patients/{patient}/proxies", (string?)null);
            return $"{launch.Status} {invitation.Status} {proxies.Status}";
        }

        Task<Answer> Post(string path, string body) => nurse.Send(
            HttpMethod.Post, path, body, request => request.Content!.Headers.ContentType!.MediaType = "application/json");
    }

    private async Task Set(Clinic clinic, string policy)
    {
        Assert.False((await server.Get<TenantSettings>().Set(clinic.Tenant, "policy", JsonElement.Parse(policy), default)).IsRefused);
        server.Get<TenantPolicies>().Forget(clinic.Tenant);
    }
}

public sealed class PoliciesOnSqlite(SqliteFhirServer server) : PolicyTests(server);

public sealed class PoliciesOnPostgres(PostgresFhirServer server) : PolicyTests(server);
