namespace Vagus.Fhir.Api.Tests.Searching;

public abstract class IncludeTests(FhirServer server)
{
    [Theory]
    [InlineData("Observation?code=a&_include=Observation:patient", "Patient/p1")]
    [InlineData("Observation?code=a&_include=Observation:subject:Patient", "Patient/p1")]
    [InlineData("Observation?code=a&_include=Observation:subject:Group", "")]
    [InlineData("Observation?code=a&_include=Observation:*", "Encounter/e1,Patient/p1")]
    [InlineData("Observation?code=a&_include=*", "Encounter/e1,Patient/p1")]
    [InlineData("Observation?code=a&_include=Encounter:patient", "")]
    [InlineData("Observation?code=a&_include=Observation:patient&_include=Patient:organization", "Patient/p1")]
    [InlineData("Observation?code=a&_include=Observation:patient&_include:iterate=Patient:organization", "Organization/org,Patient/p1")]
    [InlineData("Observation?code=a&_include=Observation:patient&_include:iterate=*", 
        "Encounter/e1,Organization/org,Organization/whole,Patient/p1")]
    [InlineData("Patient?_id=p1&_revinclude=Observation:patient", "Observation/o1,Observation/o2")]
    [InlineData("Patient?_id=p1&_revinclude=Encounter:*", "Encounter/e1")]
    [InlineData("Patient?_id=p1&_revinclude=Observation:encounter", "")]
    [InlineData("Patient?_id=p1&_revinclude=*", "Encounter/e1,Observation/o1,Observation/o2")]
    [InlineData("Organization?_id=org&_revinclude:iterate=*", "Encounter/e1,Observation/o1,Observation/o2,Patient/p1")]
    [InlineData("Organization?_id=org&_revinclude=Patient:organization&_revinclude:iterate=Observation:patient",
        "Observation/o1,Observation/o2,Patient/p1")]
    public async Task A_page_brings_what_its_matches_refer_to_and_what_refers_to_them(string query, string expected)
    {
        var provider = await Some();

        var found = (await provider.Get(query)).Is(200);

        Assert.Equal(expected, string.Join(',', found.Included.Order(StringComparer.Ordinal)));
        Assert.Equal(1, found.Total);
        Assert.Null(found.Outcome);
    }

    [Fact]
    public async Task Included_resources_that_the_caller_may_not_see_stay_out()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        (await admin.Put("Patient/p1", Sample.Patient("Müller", "p1", Sample.Labelled("R")))).Is(201);
        (await admin.Put("Patient/p2", Sample.Patient("Chen", "p2"))).Is(201);
        (await admin.Put("Observation/o1", Sample.Observation("Patient/p1", "a", "o1"))).Is(201);
        (await admin.Put("Observation/o2", Sample.Observation("Patient/p2", "a", "o2", Sample.Labelled("HIV")))).Is(201);
        var nurse = await clinic.Provider(seesSensitive: false);

        var included = (await nurse.Get("Observation?_include=Observation:patient&_include=*")).Is(200);
        var reverse = (await nurse.Get("Patient?_revinclude=Observation:patient&_revinclude=Observation:*&_revinclude=*")).Is(200);

        Assert.Equal(["o1"], included.Ids);
        Assert.Equal(1, included.Total);
        Assert.Equal(["p2"], reverse.Ids);
        Assert.Equal(1, reverse.Total);
        Assert.Equal(["Patient/p1"], (await admin.Get("Observation?_id=o1&_include=Observation:patient")).Is(200).Included);
    }

    [Fact]
    public async Task What_goes_with_a_page_is_in_the_audit_under_its_own_type()
    {
        var admin = await Some();

        (await admin.Get("Observation?code=a&_include=Observation:patient&_include=Observation:encounter")).Is(200);

        foreach (var shown in (string[])["Observation/o1", "Patient/p1", "Encounter/e1"])
            Assert.NotEmpty((await admin.Get($"AuditEvent?entity={shown}&subtype=search-type")).Is(200).Entries);
        Assert.Empty((await admin.Get("AuditEvent?entity=Organization/org&subtype=search-type")).Is(200).Entries);
    }

    [Fact]
    public async Task A_storm_of_includes_is_cut_and_the_page_says_so()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p1", Sample.Patient("Müller", "p1"))).Is(201);
        foreach (var part in Enumerable.Range(0, 1_010).Chunk(505))
        {
            (await provider.Bundle("batch", part.Select(_ => Sample.Post(Sample.Observation("Patient/p1"))))).Is(200);
        }

        var found = (await provider.Get("Patient?_id=p1&_revinclude=Observation:patient")).Is(200);

        Assert.Equal(1_000, found.Included.Count);
        Assert.Contains("Not all", found.Outcome, StringComparison.Ordinal);
        (await provider.Get($"Patient?{string.Join('&', Enumerable.Repeat("_include=*", 17))}")).IsRefused(422, "too-costly");
    }

    [Fact]
    public async Task Organizations_that_are_parts_of_each_other_come_once()
    {
        var admin = await (await Clinic.Open(server)).Admin();
        foreach (var (id, whole) in new[] { ("a", "b"), ("b", "a") })
        {
            var part = $$$"""{"resourceType":"Organization","id":"{{{id}}}","name":"{{{id}}}","partOf":{"reference":"Organization/{{{whole}}}"}}""";
            (await admin.Put($"Organization/{id}", part)).Is(201);
        }

        var found = (await admin.Get(
            "Organization?_id=a&_include:iterate=Organization:partof&_revinclude:iterate=Organization:partof")).Is(200);

        Assert.Equal(["a", "b"], found.Ids);
        Assert.Null(found.Outcome);
    }

    private async Task<Person> Some()
    {
        var admin = await (await Clinic.Open(server)).Admin();
        (await admin.Bundle(
            "transaction",
            Sample.Put("""{"resourceType":"Organization","id":"whole","name":"Whole"}""", "Organization/whole"),
            Sample.Put(
                """{"resourceType":"Organization","id":"org","name":"North","partOf":{"reference":"Organization/whole"}}""", "Organization/org"),
            Sample.Put(Sample.Patient("Müller", "p1", ""","managingOrganization":{"reference":"Organization/org"}"""), "Patient/p1"),
            Sample.Put(
                """{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"}}""",
                "Encounter/e1"),
            Sample.Put(Sample.Observation("Patient/p1", "a", "o1", ""","encounter":{"reference":"Encounter/e1"}"""), "Observation/o1"),
            Sample.Put(Sample.Observation("Patient/p1", "b", "o2"), "Observation/o2"))).Is(200);
        return admin;
    }
}

public sealed class IncludesOnSqlite(SqliteFhirServer server) : IncludeTests(server);

public sealed class IncludesOnPostgres(PostgresFhirServer server) : IncludeTests(server);
