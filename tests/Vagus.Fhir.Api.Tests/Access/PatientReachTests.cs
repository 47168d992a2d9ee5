using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Access;

public abstract class PatientReachTests(FhirServer server)
{
    [Fact]
    public async Task A_patient_finds_its_own_record_and_that_of_its_dependants_and_nobody_elses()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        foreach (var id in new[] { "anna", "ben", "child" })
        {
            (await provider.Put($"Patient/{id}", Sample.Patient(id, id))).Is(201);
            (await provider.Put($"Observation/of-{id}", Sample.Observation($"Patient/{id}", id: $"of-{id}"))).Is(201);
        }

        var anna = await clinic.Patient("anna", "child");

        foreach (var id in new[] { "anna", "child" })
        {
            (await anna.Get($"Patient/{id}")).Is(200);
            (await anna.Get($"Observation/of-{id}/_history/1")).Is(200);
            (await anna.Get($"Observation/of-{id}/_history")).Is(200);
        }

        foreach (var path in new[] { "Patient/ben", "Observation/of-ben", "Observation/of-ben/_history/1", "Observation/of-ben/_history",
            "Patient/ben/_history" })
        {
            (await anna.Get(path)).IsRefused(404, "not-found");
        }

        foreach (var search in new[] { "Observation", "Observation?code=718-7", "Observation?_total=accurate&_count=10",
            "Observation?code:not=nothing", "Observation?category:missing=true", "Observation?_lastUpdated=gt2000" })
        {
            var found = (await anna.Get(search)).Is(200);
            Assert.Equal(["of-anna", "of-child"], found.Ids.Order());
            Assert.Equal(2, found.Total);
        }

        Assert.Equal(2, (await anna.Get("Patient?_summary=count")).Is(200).Total);
        Assert.Equal(0, (await anna.Get("Observation?subject=Patient/ben&_summary=count")).Is(200).Total);
        Assert.Equal(
            ["404", "200"],
            (await anna.Bundle("batch", Sample.Get("Observation/of-ben"), Sample.Get("Observation/of-anna"))).Is(200).Statuses);
        (await anna.Bundle("transaction", Sample.Get("Observation/of-anna"), Sample.Get("Observation/of-ben"))).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task A_patient_writes_nothing_and_sees_no_staff_types()
    {
        var clinic = await Clinic.Open(server);
        (await (await clinic.Provider()).Put("Patient/anna", Sample.Patient("anna", "anna"))).Is(201);
        var anna = await clinic.Patient("anna");

        (await anna.Create(Sample.Observation("Patient/anna"))).IsRefused(403, "forbidden");
        (await anna.Put("Patient/anna", Sample.Patient("Changed", "anna"))).IsRefused(403, "forbidden");
        (await anna.Delete("Patient/anna")).IsRefused(403, "forbidden");
        (await anna.Bundle("transaction", Sample.Post(Sample.Observation("Patient/anna")))).IsRefused(403, "forbidden");
        Assert.Equal(
            ["403", "403"], (await anna.Bundle("batch", Sample.Post(Sample.Patient()), Sample.Get("Task"))).Is(200).Statuses);
        foreach (var type in new[] { "Task", "AuditEvent", "Claim" }) (await anna.Get(type)).IsRefused(403, "forbidden");
        (await anna.Get("Practitioner")).Is(200);
        (await anna.Get("Communication")).Is(200);
    }

    [Fact]
    public async Task A_resource_that_moved_to_another_patient_shows_it_no_version_from_before()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        var created = (await provider.Create(Sample.Observation("Patient/ben", "1111-1"))).Is(201);
        var path = $"Observation/{created.Id}";
        (await provider.Put(path, Sample.Observation("Patient/anna", "2222-2", created.Id))).Is(200);
        (await provider.Put(path, Sample.Observation("Patient/anna", "3333-3", created.Id))).Is(200);
        var (anna, ben) = (await clinic.Patient("anna"), await clinic.Patient("ben"));

        var history = (await anna.Get($"{path}/_history")).Is(200);

        Assert.Equal(
            ["W/\"3\"", "W/\"2\""], history.Entries.Select(entry => entry.GetProperty("response").GetProperty("etag").GetString()));
        Assert.DoesNotContain("ben", history.Text, StringComparison.Ordinal);
        (await anna.Get($"{path}/_history/1")).IsRefused(404, "not-found");
        (await anna.Get($"{path}/_history/2")).Is(200);
        (await ben.Get(path)).IsRefused(404, "not-found");
        (await ben.Get($"{path}/_history")).IsRefused(404, "not-found");
        (await ben.Get($"{path}/_history/1")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task A_patient_may_know_that_a_resource_of_its_own_is_gone_and_others_may_not()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        var created = (await provider.Create(Sample.Observation("Patient/anna"))).Is(201);
        (await provider.Delete($"Observation/{created.Id}")).Is(204);

        (await (await clinic.Patient("anna")).Get($"Observation/{created.Id}")).IsRefused(410, "deleted");
        (await (await clinic.Patient("ben")).Get($"Observation/{created.Id}")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task What_came_back_after_a_deletion_as_another_patients_shows_it_nothing_from_before()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        var created = (await provider.Create(Sample.Observation("Patient/ben", "1111-1"))).Is(201);
        (await provider.Delete($"Observation/{created.Id}")).Is(204);
        (await provider.Put($"Observation/{created.Id}", Sample.Observation("Patient/anna", "2222-2", created.Id))).Is(201);

        var history = (await (await clinic.Patient("anna")).Get($"Observation/{created.Id}/_history")).Is(200);

        Assert.Single(history.Entries);
        (await (await clinic.Patient("ben")).Get($"Observation/{created.Id}")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task A_proxy_ends_when_it_is_taken_away()
    {
        var clinic = await Clinic.Open(server);
        (await (await clinic.Provider()).Put("Patient/child", Sample.Patient("child", "child"))).Is(201);

        var without = await clinic.Patient("anna");

        (await without.Get("Patient/child")).IsRefused(404, "not-found");
        (await (await clinic.Has(Role.Patient, patient: "other", dependants: ["child"])).Get("Patient/child")).Is(200);
    }
}

public sealed class PatientReachOnSqlite(SqliteFhirServer server) : PatientReachTests(server);

public sealed class PatientReachOnPostgres(PostgresFhirServer server) : PatientReachTests(server);
