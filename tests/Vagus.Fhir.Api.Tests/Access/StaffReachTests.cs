using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Access;

public abstract class StaffReachTests(FhirServer server)
{
    private const string Canary = "Kanarienvogel";

    [Theory]
    [InlineData(Role.FrontDesk, "Observation", "Patient")]
    [InlineData(Role.Billing, "Observation", "Claim")]
    [InlineData(Role.Lab, "Claim", "DiagnosticReport")]
    [InlineData(Role.Provider, "Claim", "Observation")]
    [InlineData(Role.Driver, "Patient", "Task")]
    public async Task A_role_reads_its_own_types_only(Role role, string closed, string open)
    {
        var person = await (await Clinic.Open(server)).Has(role);

        (await person.Get(closed)).IsRefused(403, "forbidden");
        (await person.Get($"{closed}/1")).IsRefused(403, "forbidden");
        (await person.Get($"{closed}/1/_history")).IsRefused(403, "forbidden");
        (await person.Get($"{closed}/1/_history/1")).IsRefused(403, "forbidden");
        (await person.Search(closed, "")).IsRefused(403, "forbidden");
        (await person.Bundle("transaction", Sample.Get($"{closed}?_summary=count"))).IsRefused(403, "forbidden");
        (await person.Get(open)).Is(200);
    }

    [Fact]
    public async Task A_condition_on_a_type_that_the_role_may_not_read_is_refused()
    {
        var clinic = await Clinic.Open(server);
        var desk = await clinic.Has(Role.FrontDesk);
        var appointment = Sample.Appointment("Patient/1")
            .Replace(
            "\"status\":\"booked\"", "\"status\":\"booked\",\"supportingInformation\":[{\"reference\":\"Observation?code=718-7\"}]",
            StringComparison.Ordinal);

        (await desk.Bundle("transaction", Sample.Post(appointment))).IsRefused(403, "forbidden");
    }

    [Theory]
    [InlineData("R")]
    [InlineData("V")]
    public async Task A_label_hides_a_record_on_every_way_from_those_who_may_not_see_it(string code)
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        var identifier = ""","identifier":[{"system":"urn:mrn","value":"5"}]""";
        (await trusted.Put("Patient/s", Sample.Patient(Canary, "s", identifier))).Is(201);
        (await other.Get("Patient/s")).Is(200);
        (await trusted.Put("Patient/s", Sample.Patient(Canary, "s", identifier + Sample.Labelled(code)))).Is(200);

        foreach (var path in new[] { "Patient/s", "Patient/s/_history", "Patient/s/_history/1", "Patient/s/_history/2" })
            (await other.Get(path)).IsRefused(404, "not-found");
        foreach (var search in new[] { "Patient?_total=accurate", "Patient?_id=s&_total=accurate", $"Patient?family={Canary}",
            "Patient?identifier=5", "Patient?_security=R,V", "Patient?family:missing=false" })
        {
            var found = (await other.Get(search)).Is(200);
            Assert.Empty(found.Entries);
            Assert.Equal(0, found.Total);
        }

        Assert.Equal(0, (await other.Get("Patient?_summary=count")).Total);
        (await other.Bundle("transaction", Sample.Post(Sample.Observation("Patient?identifier=5")))).IsRefused(412, "not-found");
        (await other.Put("Patient/s", Sample.Patient("Overwritten", "s"))).IsRefused(404, "not-found");
        (await other.Delete("Patient/s")).Is(204);
        Assert.Equal("2", (await trusted.Get("Patient/s")).Is(200).VersionId);
        Assert.Equal(["s"], (await trusted.Get("Patient")).Ids);
    }

    [Fact]
    public async Task A_label_that_was_taken_off_still_hides_the_versions_that_bore_it()
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await trusted.Put("Patient/s", Sample.Patient(Canary, "s", Sample.Labelled("R")))).Is(201);
        (await trusted.Put("Patient/s", Sample.Patient("Plain", "s", Sample.Labelled("N")))).Is(200);

        (await other.Get("Patient/s")).Is(200);
        (await other.Get("Patient/s/_history/1")).IsRefused(404, "not-found");
        var history = (await other.Get("Patient/s/_history")).Is(200);
        Assert.Single(history.Entries);
        Assert.DoesNotContain(Canary, history.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_a_labelled_record_was_deleted_is_hidden_too()
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await trusted.Put("Patient/s", Sample.Patient(Canary, "s", Sample.Labelled("R")))).Is(201);
        (await trusted.Delete("Patient/s")).Is(204);

        (await other.Get("Patient/s")).IsRefused(404, "not-found");
        (await other.Get("Patient/s/_history")).IsRefused(404, "not-found");
        (await trusted.Get("Patient/s")).IsRefused(410, "deleted");
        Assert.All(await clinic.Log(), logged => Assert.Equal(Sensitivity.Restricted, logged.Labels));
    }

    [Fact]
    public async Task Probing_with_If_Match_does_not_tell_a_hidden_record_from_none()
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await trusted.Put("Patient/s", Sample.Patient(Canary, "s", Sample.Labelled("R")))).Is(201);

        var hidden = await other.Put("Patient/s", Sample.Patient("x", "s"), "W/\"1\"");
        var absent = await other.Put("Patient/n", Sample.Patient("x", "n"), "W/\"1\"");

        Assert.Equal((absent.Status, absent.Text), (hidden.Status, hidden.Text));
        Assert.Equal(
            (await other.Get("Patient/n")).Text.Replace("/n", "/s", StringComparison.Ordinal), (await other.Get("Patient/s")).Text);
        Assert.Equal((await other.Delete("Patient/n")).Headers.ETag, (await other.Delete("Patient/s")).Headers.ETag);
    }

    [Fact]
    public async Task A_driver_sees_and_changes_only_the_tasks_that_name_it()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Task/mine", Sample.Task("Practitioner/d1", "mine"))).Is(201);
        (await provider.Put("Task/other", Sample.Task("Practitioner/d2", "other"))).Is(201);
        var driver = await clinic.Has(Role.Driver, practitioner: "d1");

        Assert.Equal(["mine"], (await driver.Get("Task?_total=accurate")).Is(200).Ids);
        Assert.Equal(1, (await driver.Get("Task?_summary=count")).Total);
        (await driver.Get("Task/other")).IsRefused(404, "not-found");
        (await driver.Get("Task/other/_history")).IsRefused(404, "not-found");
        (await driver.Put("Task/other", Sample.Task("Practitioner/d1", "other"))).IsRefused(404, "not-found");
        (await driver.Delete("Task/other")).Is(204);
        (await provider.Get("Task/other")).Is(200);
        (await driver.Put("Task/mine", Sample.Task("Practitioner/d1", "mine"))).Is(200);
        Assert.Empty((await (await clinic.Has(Role.Driver)).Get("Task")).Is(200).Ids);
    }

    [Fact]
    public async Task A_driver_writes_no_task_out_of_its_own_sight()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Task/mine", Sample.Task("Practitioner/d1", "mine"))).Is(201);
        var driver = await clinic.Has(Role.Driver, practitioner: "d1");
        var position = (await clinic.Log())[^1].Position;

        (await driver.Create(Sample.Task("Practitioner/d2"))).IsRefused(403, "forbidden");
        (await driver.Put("Task/mine", Sample.Task("Practitioner/d2", "mine"))).IsRefused(403, "forbidden");
        (await driver.Bundle("transaction", Sample.Post(Sample.Task("Practitioner/d1")), Sample.Post(Sample.Task("Practitioner/d2"))))
            .IsRefused(403, "forbidden");

        Assert.Empty(await clinic.Log(position));
        Assert.Equal(["mine"], (await driver.Get("Task")).Is(200).Ids);
        (await driver.Create(Sample.Task("Practitioner/d1"))).Is(201);
    }

    [Fact]
    public async Task A_record_may_be_labelled_as_closed_to_its_author()
    {
        var clinic = await Clinic.Open(server);
        var nurse = await clinic.Has(Role.Nurse);

        (await nurse.Put("Patient/p1", Sample.Patient("P", "p1", Sample.Labelled("R")))).Is(201);

        (await nurse.Get("Patient/p1")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task A_conditional_create_that_finds_its_resource_needs_the_right_to_create()
    {
        var clinic = await Clinic.Open(server);
        (await (await clinic.Admin()).Put("Location/l", """{"resourceType":"Location","id":"l","name":"Ward"}""")).Is(201);
        var nurse = await clinic.Has(Role.Nurse);

        var found = Sample.Post("""{"resourceType":"Location","name":"Ward"}""", ifNoneExist: "name=Ward");

        (await nurse.Bundle("transaction", found)).IsRefused(403, "forbidden");
        Assert.Equal(["200"], (await (await clinic.Admin()).Bundle("transaction", found)).Is(200).Statuses);
    }

    [Fact]
    public async Task The_audit_trail_is_written_by_nobody()
    {
        var clinic = await Clinic.Open(server);
        foreach (var person in new[] { await clinic.Admin(), await clinic.Provider(), await clinic.Has(Role.Service) })
        {
            (await person.Create(Sample.AuditEvent())).IsRefused(403, "forbidden");
            (await person.Put("AuditEvent/1", Sample.AuditEvent("1"))).IsRefused(403, "forbidden");
            (await person.Delete("AuditEvent/1")).IsRefused(403, "forbidden");
            (await person.Bundle("transaction", Sample.Post(Sample.AuditEvent()))).IsRefused(403, "forbidden");
            Assert.Equal(
                ["403", "403"],
                (await person.Bundle("batch", Sample.Post(Sample.AuditEvent()), Sample.Delete("AuditEvent/1"))).Is(200).Statuses);
        }
    }

    [Fact]
    public async Task A_signature_is_written_once_and_for_ever()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();

        (await provider.Create(Sample.Provenance("Encounter/1", signed: false))).IsRefused(403, "forbidden");
        var signed = (await provider.Create(Sample.Provenance("Encounter/1"))).Is(201);
        (await provider.Put($"Provenance/{signed.Id}", Sample.Provenance("Encounter/2", id: signed.Id))).IsRefused(403, "forbidden");
        (await provider.Delete($"Provenance/{signed.Id}")).IsRefused(403, "forbidden");
        (await provider.Bundle("transaction", Sample.Put(Sample.Provenance("Encounter/2", id: signed.Id), $"Provenance/{signed.Id}")))
            .IsRefused(403, "forbidden");
        Assert.Equal(
            ["403", "403", "201"],
            (await provider.Bundle(
                "batch", Sample.Put(Sample.Provenance("Encounter/2", id: signed.Id), $"Provenance/{signed.Id}"),
                Sample.Delete($"Provenance/{signed.Id}"), Sample.Post(Sample.Provenance("Encounter/3")))).Statuses);

        Assert.Equal("1", (await provider.Get($"Provenance/{signed.Id}")).Is(200).VersionId);
        (await (await clinic.Has(Role.FrontDesk)).Create(Sample.Provenance("Encounter/1"))).IsRefused(403, "forbidden");
    }
}

public sealed class StaffReachOnSqlite(SqliteFhirServer server) : StaffReachTests(server);

public sealed class StaffReachOnPostgres(PostgresFhirServer server) : StaffReachTests(server);
