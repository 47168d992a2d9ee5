using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary>From one resource to another: chains, <c>_has</c>, lists, compartments.</summary>
public abstract class ChainTests(FhirServer server)
{
    [Theory]
    [InlineData("Observation?subject:Patient.name=müller", "o1,o2")]
    [InlineData("Observation?patient.name=muller", "o1,o2")]
    [InlineData("Observation?subject.name=muller", "o1,o2")]
    [InlineData("Observation?patient.identifier=urn:mrn|2", "o3")]
    [InlineData("Observation?patient.name:exact=Muller", "")]
    [InlineData("Observation?patient._id=p1&code=a", "o1")]
    [InlineData("Observation?code=a&patient.name=muller", "o1")]
    [InlineData("Observation?_id=o1,o3&patient.name=chen", "o3")]
    [InlineData("Observation?patient.birthdate=lt1990", "o1,o2")]
    [InlineData("Observation?patient.name=muller,chen", "o1,o2,o3")]
    [InlineData("Observation?patient.general-practitioner:Practitioner.name=house", "o3")]
    [InlineData("Observation?patient.organization.name=north", "o1,o2")]
    [InlineData("Observation?patient.organization.partof.name=whole", "o1,o2")]
    [InlineData("Observation?patient.active:missing=true&patient.name=chen", "o3")]
    [InlineData("Patient?_has:Observation:patient:code=a", "p1,p2")]
    [InlineData("Patient?_has:Observation:patient:code=b", "p1")]
    [InlineData("Patient?_has:Observation:subject:value-quantity=gt5", "p2")]
    [InlineData("Patient?_has:Observation:patient:code=a&_has:Observation:patient:code=b", "p1")]
    [InlineData("Patient?name=chen&_has:Observation:patient:code=a", "p2")]
    [InlineData("Patient?_has:Observation:patient:_has:Provenance:target:agent=Practitioner/1", "p1")]
    [InlineData("Organization?_has:Patient:organization:_has:Observation:patient:code=b", "org")]
    [InlineData("Organization?_has:Patient:organization:name=muller", "org")]
    [InlineData("Observation?patient._has:Group:member:_id=g1", "o3")]
    [InlineData("Patient?_list=l1", "p1")]
    [InlineData("Observation?_list=l1", "o3")]
    [InlineData("Patient/p1/Observation", "o1,o2")]
    [InlineData("Patient/p1/Observation?code=a", "o1")]
    [InlineData("Patient/nobody/Observation", "")]
    [InlineData("Encounter/e1/Observation", "o3")]
    [InlineData("Encounter/e1/Encounter", "e1")]
    [InlineData("Practitioner/d1/Patient", "p2")]
    [InlineData("?_type=Patient,Observation&_id=p1,o1", "o1,p1")]
    [InlineData("?_type=Patient,Organization&name=muller,north", "org,p1")]
    public async Task A_search_follows_references(string query, string expected)
    {
        var provider = await Some();

        var found = (await provider.Get(query)).Is(200);

        Assert.Equal(expected, string.Join(',', found.Ids.Order(StringComparer.Ordinal)));
        Assert.Equal(expected.Length == 0 ? 0 : expected.Split(',').Length, found.Total);
        if (!query.Contains('?', StringComparison.Ordinal)) query += "?";
        Assert.Equal(found.Total, (await provider.Get($"{query}&_summary=count")).Is(200).Total);
    }

    [Theory]
    [InlineData("Observation?patient.organization.partof.partof.name=a", 422)]
    [InlineData("Observation?patient.starsign=lion", 400)]
    [InlineData("Observation?patient:Device.name=a", 400)]
    [InlineData("Observation?code.name=a", 400)]
    [InlineData("Basic?subject.name=a", 400)]
    [InlineData("Patient?_has:Observation:patient=a", 400)]
    [InlineData("Patient?_has:Starship:patient:code=a", 400)]
    [InlineData("Patient?_has:Observation:encounter:code=a", 400)]
    [InlineData("?name=a", 400)]
    [InlineData("?_type=Patient,Starship", 404)]
    [InlineData("?_type=Patient,Observation&code=a", 400)]
    [InlineData("?_type=Patient,Observation&_sort=code", 400)]
    [InlineData("Patient/p1/Organization", 400)]
    [InlineData("Patient/p1/Starship", 404)]
    [InlineData("Patient/p1/AuditEvent", 400)]
    [InlineData("?_type=AuditEvent", 400)]
    [InlineData("Patient?_has:AuditEvent:entity:action=R", 400)]
    [InlineData("Patient?_revinclude=AuditEvent:entity", 400)]
    public async Task What_cannot_be_followed_is_refused(string query, int status)
    {
        var provider = await (await Clinic.Open(server)).Admin();

        Assert.Equal("OperationOutcome", (await provider.Get(query)).Is(status).Json.GetProperty("resourceType").GetString());
    }

    [Fact]
    public async Task A_chain_of_a_thousand_links_is_refused_at_its_fourth()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var chain = string.Concat(Enumerable.Repeat("partof.", 1_000));
        (await provider.Search("Patient", $"organization.{chain}name=x")).IsRefused(422, "too-costly");
        var has = string.Concat(Enumerable.Repeat("_has:Organization:partof:", 1000));
        (await provider.Search("Organization", $"{has}name=x")).IsRefused(422, "too-costly");
        (await provider.Search("Observation", $"patient.name={string.Join(',', Enumerable.Range(0, 4000))}")).Is(400);
        (await provider.Search("Observation", $"subject.name={string.Join(',', Enumerable.Range(0, 300))}")).IsRefused(422, "too-costly");
        (await provider.Get($"?_type={string.Join(',', Enumerable.Repeat("Patient,Observation,Encounter,Condition", 9))}")).Is(200);
    }

    [Fact]
    public async Task A_search_of_several_types_turns_pages_in_one_order()
    {
        var provider = await Some();
        var all = (await provider.Get("?_type=Patient,Observation,Organization")).Is(200).Ids;
        var changed = (await provider.Get("?_type=Patient,Observation,Organization&_sort=_lastUpdated")).Is(200).Ids;

        var seen = new List<string>();
        for (var next = "?_type=Patient,Observation,Organization&_count=2&_total=accurate"; next is not null;)
        {
            var page = (await provider.Get(next)).Is(200);
            Assert.Equal(all.Count, page.Total);
            seen.AddRange(page.Ids);
            next = page.Next;
        }

        Assert.Equal(all, seen);
        Assert.Equal(all.Reverse(), changed);
    }

    [Fact]
    public async Task A_type_that_the_caller_never_searches_decides_nothing()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Patient/p1", Sample.Patient("Müller", "p1"))).Is(201);
        (await provider.Put("Observation/o1", Sample.Observation("Patient/p1", "a", "o1"))).Is(201);
        var driver = await clinic.Has(Role.Driver, practitioner: "d1");

        (await driver.Get("Task?patient.name=muller")).Is(403);
        (await driver.Get("Task?_has:Observation:based-on:code=a")).Is(403);
        (await driver.Get("Patient/p1/Observation")).Is(403);
    }

    private async Task<Person> Some()
    {
        var provider = await (await Clinic.Open(server)).Admin();
        const string amount = ""","valueQuantity":{"value":7,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}""";
        string[] resources =
        [
            """{"resourceType":"Organization","id":"whole","name":"Whole"}""",
            """{"resourceType":"Organization","id":"org","name":"North","partOf":{"reference":"Organization/whole"}}""",
            """{"resourceType":"Practitioner","id":"d1","name":[{"family":"House"}]}""",
            Sample.Patient("Müller", "p1",
                ""","birthDate":"1980-05-17","active":true,"identifier":[{"system":"urn:mrn","value":"1"}],"managingOrganization":{"reference":"Organization/org"}"""),
            Sample.Patient("Chen", "p2",
                ""","identifier":[{"system":"urn:mrn","value":"2"}],"generalPractitioner":[{"reference":"Practitioner/d1"}]"""),
            """{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p2"}}""",
            Sample.Observation("Patient/p1", "a", "o1"), Sample.Observation("Patient/p1", "b", "o2"),
            Sample.Observation("Patient/p2", "a", "o3", $$""","encounter":{"reference":"Encounter/e1"}{{amount}}"""),
            Sample.Provenance("Observation/o2", id: "v1"),
            """{"resourceType":"Group","id":"g1","type":"person","actual":true,"member":[{"entity":{"reference":"Patient/p2"}}]}""",
            """{"resourceType":"List","id":"l1","status":"current","mode":"working","entry":[{"item":{"reference":"Patient/p1"}},{"item":{"reference":"Observation/o3"}}]}""",
        ];
        foreach (var resource in resources)
        {
            var type = System.Text.Json.JsonElement.Parse(resource).GetProperty("resourceType").GetString();
            var id = System.Text.Json.JsonElement.Parse(resource).GetProperty("id").GetString();
            (await provider.Put($"{type}/{id}", resource)).Is(201);
        }

        return provider;
    }
}

public sealed class ChainsOnSqlite(SqliteFhirServer server) : ChainTests(server);

public sealed class ChainsOnPostgres(PostgresFhirServer server) : ChainTests(server);
