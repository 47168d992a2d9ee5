using Vagus.Fhir.Live;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Log;

/// <summary>What open searches are told of a change: the same that the rows of its version say.</summary>
public abstract class ChangedResourcesTests(FhirServer server)
{
    private const string Host = "another.name";
    private const string Absolute = $"http://{Host}/fhir/Patient/p1";

    [Fact]
    public async Task A_reference_below_the_address_by_which_a_version_came_names_its_patient_for_open_searches_too()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Observation/o", Sample.Observation(Absolute, id: "o"), ByOtherHost)).Is(201);
        (await provider.Put("Observation/o", Sample.Observation("Patient/p2", id: "o"))).Is(200);
        (await provider.Put("Observation/o", Sample.Observation(Absolute, id: "o"), ByOtherHost)).Is(200);
        (await provider.Delete("Observation/o")).Is(204);

        var moves = await MovesOf(clinic);

        Assert.Equal(["> p1 p1", "p1 p1 > p2 p2", "p2 p2 > p1 p1", "p1 p1 >"], moves);
    }

    private static void ByOtherHost(HttpRequestMessage request) => request.Headers.Host = Host;

    private async Task<List<string>> MovesOf(Clinic clinic)
    {
        var log = await clinic.Log();
        var moves = await server.Get<ChangedResources>().Of(
            clinic.Tenant, log, new HashSet<string> { "Observation" }, now: null, TestContext.Current.CancellationToken);
        return [.. moves.OrderBy(move => move.Key).Select(move => $"{Of(move.Value.Before)} > {Of(move.Value.After)}".Trim())];
    }

    // The target of the subject, and whose record it is.
    private static string Of(ResourceState? state) => state is null ? "" : string.Join(' ', state.Values.References
        .Where(reference => reference.Type == "Patient").Select(reference => reference.Id).Distinct()
        .Concat(state.Facts.Patients.Select(patient => patient.Value)));
}

public sealed class ChangedResourcesOnSqlite(SqliteFhirServer server) : ChangedResourcesTests(server);

public sealed class ChangedResourcesOnPostgres(PostgresFhirServer server) : ChangedResourcesTests(server);
