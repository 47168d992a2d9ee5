namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary><c>Patient/1/*</c>: all of a compartment, in pages.</summary>
public abstract class WholeCompartmentTests(FhirServer server)
{
    [Theory]
    [InlineData("Patient/p/*", "d,e,o,p")]
    [InlineData("Patient/p/*?_type=Observation,Encounter", "e,o")]
    [InlineData("Patient/p/*?_id=o", "o")]
    [InlineData("Patient/none/*", "")]
    [InlineData("Encounter/e/*", "e,o")]
    public async Task All_types_of_a_compartment_are_found(string query, string expected)
    {
        var provider = await WithRecord();

        var found = (await provider.Get(query)).Is(200);

        Assert.Equal(expected, string.Join(',', found.Ids.Order(StringComparer.Ordinal)));
        Assert.Equal(expected.Length == 0 ? 0 : expected.Split(',').Length, found.Total);
    }

    [Theory]
    [InlineData("Device/v/Observation", "measured,of-device")]
    [InlineData("Device/v/Observation?subject=Patient/p", "measured")]
    [InlineData("Device/v/*", "measured,of-device,order")]
    [InlineData("Device/other/Observation", "")]
    [InlineData("RelatedPerson/r/Observation", "told")]
    [InlineData("RelatedPerson/r/Patient", "p")]
    [InlineData("RelatedPerson/r/*", "p,r,told")]
    [InlineData("RelatedPerson/r/*?_type=Observation,Patient", "p,told")]
    [InlineData("RelatedPerson/other/*", "")]
    public async Task Devices_and_related_persons_have_compartments_too(string query, string expected)
    {
        var provider = await WithDeviceAndMother(await Clinic.Open(server));
        var parts = query.Split('?');

        Assert.Equal(expected, Sorted((await provider.Get(query)).Is(200)));
        Assert.Equal(expected, Sorted((await provider.Search(parts[0], parts.Length > 1 ? parts[1] : "")).Is(200)));
    }

    [Fact]
    public async Task The_compartment_of_a_device_opens_nothing_that_its_caller_may_not_see()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithDeviceAndMother(clinic);
        (await provider.Put("Observation/closed", Sample.Observation(
            "Patient/p", id: "closed", more: $"{Device}{Sample.Labelled("R")}"))).Is(201);
        (await provider.Put("Observation/of-q", Sample.Observation("Patient/q", id: "of-q", more: Device))).Is(201);

        Assert.Equal("measured,of-device,of-q", Sorted((await (await clinic.Provider(seesSensitive: false)).Get("Device/v/Observation")).Is(200)));
        Assert.Equal("closed,measured,of-device,of-q", Sorted((await provider.Get("Device/v/Observation")).Is(200)));
        Assert.Equal("of-q", Sorted((await (await clinic.Patient("q")).Get("Device/v/Observation")).Is(200)));
        Assert.Equal("", Sorted((await (await (await Clinic.Open(server)).Provider()).Get("Device/v/Observation")).Is(200)));
    }

    [Fact]
    public async Task Pages_of_a_compartment_neither_repeat_nor_skip()
    {
        var provider = await WithRecord();
        var ids = new List<string>();

        for (var next = "Patient/p/*?_count=1"; next is not null;)
        {
            var page = (await provider.Get(next)).Is(200);
            ids.AddRange(page.Ids);
            next = page.Next;
        }

        Assert.Equal(["d", "o", "e", "p"], ids);
    }

    [Fact]
    public async Task What_a_type_does_not_have_and_what_the_caller_may_not_see_stays_out()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        (await admin.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await admin.Put("Observation/open", Sample.Observation("Patient/p", id: "open"))).Is(201);
        (await admin.Put("Observation/closed", Sample.Observation("Patient/p", id: "closed", more: Sample.Labelled("R")))).Is(201);

        Assert.Equal(["open", "p"], (await (await clinic.Provider(seesSensitive: false)).Get("Patient/p/*")).Is(200).Ids);
        Assert.Equal(["open", "p"], (await (await clinic.Patient("p")).Get("Patient/p/*")).Is(200).Ids);
        Assert.Empty((await (await clinic.Patient("q")).Get("Patient/p/*")).Is(200).Ids);
        (await admin.Get("Patient/p/*?code=x")).Is(400);
        (await admin.Get("Patient/p/*?_sort=_id")).IsRefused(400, "not-supported");
        (await admin.Get("Organization/p/*")).Is(404);
        (await (await clinic.Has(Kernel.Role.Driver)).Get("Patient/p/*?_type=Observation")).IsRefused(403, "forbidden");
    }

    private const string Device = ""","device":{"reference":"Device/v"}""";

    private static string Sorted(Answer found) => string.Join(',', found.Ids.Order(StringComparer.Ordinal));

    private static async Task<Person> WithDeviceAndMother(Clinic clinic)
    {
        var provider = await clinic.Provider();
        (await provider.Put(
            "Patient/p", Sample.Patient("P", "p", ""","link":[{"other":{"reference":"RelatedPerson/r"},"type":"seealso"}]"""))).Is(201);
        (await provider.Put("Device/v", """{"resourceType":"Device","id":"v"}""")).Is(201);
        (await provider.Put("RelatedPerson/r", """{"resourceType":"RelatedPerson","id":"r","patient":{"reference":"Patient/p"}}""")).Is(201);
        (await provider.Put("Observation/measured", Sample.Observation("Patient/p", id: "measured", more: Device))).Is(201);
        (await provider.Put("Observation/of-device", Sample.Observation("Device/v", id: "of-device"))).Is(201);
        (await provider.Put("Observation/told", Sample.Observation(
            "Patient/p", id: "told", more: ""","performer":[{"reference":"RelatedPerson/r"}]"""))).Is(201);
        (await provider.Put(
            "ServiceRequest/order",
            """
            {"resourceType":"ServiceRequest","id":"order","status":"active","intent":"order","subject":{"reference":"Patient/p"},
             "requester":{"reference":"Device/v"}}
            """)).Is(201);
        return provider;
    }

    private async Task<Person> WithRecord()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await provider.Put(
            "Encounter/e",
            """{"resourceType":"Encounter","id":"e","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p"}}""")).Is(201);
        (await provider.Put("Observation/o", Sample.Observation(
            "Patient/p", id: "o", more: ""","encounter":{"reference":"Encounter/e"}"""))).Is(201);
        (await provider.Put("Condition/d", """{"resourceType":"Condition","id":"d","subject":{"reference":"Patient/p"}}""")).Is(201);
        (await provider.Put("Observation/other", Sample.Observation("Patient/q", id: "other"))).Is(201);
        return provider;
    }
}

public sealed class WholeCompartmentsOnSqlite(SqliteFhirServer server) : WholeCompartmentTests(server);

public sealed class WholeCompartmentsOnPostgres(PostgresFhirServer server) : WholeCompartmentTests(server);
