namespace Vagus.Fhir.Api.Tests.Access;

/// <summary>A patient reads what is released, by every door.</summary>
public abstract class ReleaseTests(FhirServer server)
{
    private const string Withheld =
        ""","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"NOPAT"}]}""";

    [Theory]
    [InlineData("DiagnosticReport", "registered", false)]
    [InlineData("DiagnosticReport", "preliminary", false)]
    [InlineData("DiagnosticReport", "entered-in-error", false)]
    [InlineData("DiagnosticReport", "final", true)]
    [InlineData("DiagnosticReport", "amended", true)]
    [InlineData("DiagnosticReport", "corrected", true)]
    [InlineData("DiagnosticReport", "appended", true)]
    [InlineData("Observation", "preliminary", false)]
    [InlineData("Observation", "cancelled", false)]
    [InlineData("Observation", "final", true)]
    public async Task A_result_is_read_by_its_patient_once_it_is_signed_off(string type, string status, bool released)
    {
        var clinic = await Clinic.Open(server);
        var (provider, patient) = (await clinic.Provider(), await clinic.Patient("p1"));
        (await provider.Put($"{type}/x", Result(type, status))).Is(201);
        (await provider.Put($"{type}/y", Result(type, "final", id: "y"))).Is(201);

        await Shows(patient, type, "x", released, versions: 1);
        (await provider.Get($"{type}/x")).Is(200);
    }

    [Theory]
    [InlineData("DiagnosticReport")]
    [InlineData("Observation")]
    public async Task A_withheld_result_is_not_read_by_its_patient(string type)
    {
        var clinic = await Clinic.Open(server);
        var (provider, patient) = (await clinic.Provider(), await clinic.Patient("p1"));
        (await provider.Put($"{type}/x", Result(type, "final", Withheld))).Is(201);
        (await provider.Put($"{type}/y", Result(type, "final", id: "y"))).Is(201);

        await Shows(patient, type, "x", shown: false, versions: 1);
    }

    [Fact]
    public async Task Any_record_labelled_not_to_the_patient_is_hidden_from_it()
    {
        var clinic = await Clinic.Open(server);
        var (provider, patient) = (await clinic.Provider(), await clinic.Patient("p1"));
        (await provider.Put("Condition/x", $$"""{"resourceType":"Condition","id":"x","subject":{"reference":"Patient/p1"}{{Withheld}}}"""))
            .Is(201);
        (await provider.Put("Condition/y", """{"resourceType":"Condition","id":"y","subject":{"reference":"Patient/p1"}}""")).Is(201);

        await Shows(patient, "Condition", "x", shown: false, versions: 1);
    }

    [Fact]
    public async Task Of_a_released_result_the_versions_from_before_stay_hidden()
    {
        var clinic = await Clinic.Open(server);
        var (provider, patient) = (await clinic.Provider(), await clinic.Patient("p1"));
        (await provider.Put("DiagnosticReport/x", Result("DiagnosticReport", "preliminary"))).Is(201);
        (await provider.Put("DiagnosticReport/x", Result("DiagnosticReport", "final"))).Is(200);
        (await provider.Put("DiagnosticReport/y", Result("DiagnosticReport", "final", id: "y"))).Is(201);

        (await patient.Get("DiagnosticReport/x/_history/1")).IsRefused(404, "not-found");
        await Shows(patient, "DiagnosticReport", "x", shown: true, versions: 1);

        (await provider.Put("DiagnosticReport/x", Result("DiagnosticReport", "entered-in-error"))).Is(200);
        await Shows(patient, "DiagnosticReport", "x", shown: false, versions: 0);
        (await patient.Get("DiagnosticReport/x/_history/2")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task The_deletion_of_an_unreleased_result_is_hidden_and_that_of_a_released_one_is_told()
    {
        var clinic = await Clinic.Open(server);
        var (provider, patient) = (await clinic.Provider(), await clinic.Patient("p1"));
        (await provider.Put("Observation/x", Result("Observation", "preliminary"))).Is(201);
        (await provider.Put("Observation/y", Result("Observation", "final", id: "y"))).Is(201);
        (await provider.Delete("Observation/x")).Is(204);
        (await provider.Delete("Observation/y")).Is(204);

        (await patient.Get("Observation/x")).IsRefused(404, "not-found");
        (await patient.Get("Observation/y")).Is(410);
    }

    private static async Task Shows(Person patient, string type, string id, bool shown, int versions)
    {
        var read = await patient.Get($"{type}/{id}");
        if (shown) read.Is(200);
        else read.IsRefused(404, "not-found");

        string[] expected = shown ? [id, "y"] : ["y"];
        var all = (await patient.Get($"{type}?_total=accurate")).Is(200);
        Assert.Equal(expected, all.Ids.Order());
        Assert.Equal(expected.Length, all.Total);
        Assert.Equal(expected.Length, (await patient.Get($"{type}?_summary=count")).Is(200).Total);
        Assert.Equal(shown ? 1 : 0, (await patient.Get($"{type}?_id={id}")).Is(200).Ids.Count);
        Assert.Equal(shown ? "200" : "404", (await patient.Bundle("batch", Sample.Get($"{type}/{id}"))).Is(200).Statuses.Single());
        var history = await patient.Get($"{type}/{id}/_history");
        if (versions == 0 || !shown) history.IsRefused(404, "not-found");
        else Assert.Equal(versions, history.Is(200).Entries.Count);
    }

    private static string Result(string type, string status, string more = "", string id = "x") =>
        $$"""{"resourceType":"{{type}}","id":"{{id}}","status":"{{status}}","code":{"text":"T"},"subject":{"reference":"Patient/p1"}{{more}}}""";
}

public sealed class ReleaseOnSqlite(SqliteFhirServer server) : ReleaseTests(server);

public sealed class ReleaseOnPostgres(PostgresFhirServer server) : ReleaseTests(server);
