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
