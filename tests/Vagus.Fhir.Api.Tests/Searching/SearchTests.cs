namespace Vagus.Fhir.Api.Tests.Searching;

public abstract class SearchTests(FhirServer server)
{
    [Fact]
    public async Task A_unit_that_no_decimal_holds_is_compared_by_its_code()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        const string value = ""","valueQuantity":{"value":1,"system":"http://unitsofmeasure.org","code":"fm-2"}""";
        (await provider.Put("Observation/tiny", Sample.Observation("Patient/1", id: "tiny", more: value))).Is(201);

        Assert.Equal(["tiny"], (await provider.Get("Observation?value-quantity=1|http://unitsofmeasure.org|fm-2")).Is(200).Ids);
        Assert.Empty((await provider.Get("Observation?value-quantity=1|http://unitsofmeasure.org|pm3")).Is(200).Ids);
    }

    private const string Anna =
        """,  "active":true,"identifier":[{"system":"urn:mrn","value":"A1"},{"value":"plain"}],"gender":"female","birthDate":"1980-05-17","address":[{"city":"Zürich"}],"generalPractitioner":[{"reference":"Practitioner/dr1"}]""";
    private const string Ben =
        """,  "active":false,"identifier":[{"system":"urn:other","value":"A1"}],"birthDate":"1980-06","managingOrganization":{"reference":"http://elsewhere.example.org/fhir/Organization/1"}""";
    private const string Carl = """,  "birthDate":"1981","generalPractitioner":[{"reference":"Organization/dr1"}]""";

    [Theory]
    [InlineData("_id=a", "a")]
    [InlineData("_id=a,b,nobody", "a,b")]
    [InlineData("_id=a&_id=b", "")]
    [InlineData("_id=", "")]
    [InlineData("identifier=urn:mrn|A1", "a")]
    [InlineData("identifier=A1", "a,b")]
    [InlineData("identifier=|plain", "a")]
    [InlineData("identifier=|A1", "")]
    [InlineData("identifier=urn:other|", "b")]
    [InlineData("identifier=urn:mrn|A1,urn:other|A1", "a,b")]
    [InlineData("identifier:not=urn:mrn|A1", "b,c")]
    [InlineData("identifier:missing=true", "c")]
    [InlineData("identifier:missing=false", "a,b")]
    [InlineData("gender=female", "a")]
    [InlineData("gender:not=male", "a,b,c")]
    [InlineData("active=true", "a")]
    [InlineData("family=mull", "a")]
    [InlineData("family=MÜLLER", "a")]
    [InlineData("family=ller", "")]
    [InlineData("family:contains=LLER", "a")]
    [InlineData("family:exact=Müller", "a")]
    [InlineData("family:exact=muller", "")]
    [InlineData("family=mull,o'b", "a,b")]
    [InlineData("family=mull&active=true", "a")]
    [InlineData("family=mull&active=false", "")]
    [InlineData("address-city=zur", "a")]
    [InlineData("birthdate=1980", "a,b")]
    [InlineData("birthdate=1980-05-17", "a")]
    [InlineData("birthdate=eq1980-06", "b")]
    [InlineData("birthdate=ne1980", "c")]
    [InlineData("birthdate=gt1980", "c")]
    [InlineData("birthdate=lt1980-06", "a")]
    [InlineData("birthdate=ge1980-06", "b,c")]
    [InlineData("birthdate=le1980-05-17", "a")]
    [InlineData("birthdate=sa1980-05-17", "b,c")]
    [InlineData("birthdate=eb1980-06", "a")]
    [InlineData("birthdate=ge1980-05&birthdate=lt1980-06-15", "a,b")]
    [InlineData("birthdate=1980-05-17,1981", "a,c")]
    [InlineData("general-practitioner=Practitioner/dr1", "a")]
    [InlineData("general-practitioner=dr1", "a,c")]
    [InlineData("general-practitioner:Organization=dr1", "c")]
    [InlineData("general-practitioner:missing=true", "b")]
    [InlineData("organization=http://elsewhere.example.org/fhir/Organization/1", "b")]
    [InlineData("organization=Organization/1", "")]
    [InlineData("_lastUpdated=gt2000-01-01", "a,b,c")]
    [InlineData("_lastUpdated=lt2000-01-01", "")]
    [InlineData("_lastUpdated=ge2000&_lastUpdated=lt2999", "a,b,c")]
    [InlineData("_lastUpdated=ne2000", "a,b,c")]
    [InlineData("_lastUpdated=sa2000", "a,b,c")]
    [InlineData("_lastUpdated=eb2999", "a,b,c")]
    [InlineData("_lastUpdated=le2999", "a,b,c")]
    [InlineData("_lastUpdated=eq2000", "")]
    [InlineData("_summary=false", "a,b,c")]
    public async Task A_search_finds_what_R4_says(string query, string expected)
    {
        var provider = await Three();

        var found = (await provider.Get($"Patient?{query}")).Is(200);

        Assert.Equal(expected, string.Join(',', found.Ids.Order()));
        Assert.Equal(found.Ids.Count, found.Total);
        Assert.Equal(found.Ids, (await provider.Search("Patient", query.Replace("+", "%2B", StringComparison.Ordinal))).Is(200).Ids);
        Assert.Equal(
            found.Ids.Count,
            (await provider.Get(
            $"Patient?{query}{(query.Contains("_summary", StringComparison.Ordinal) ? "&_count=0" : "&_summary=count")}")).Is(200).Total);
        Assert.Equal("searchset", found.Json.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("'; drop table fhir_resource;--")]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("\\")]
    [InlineData("\"")]
    [InlineData("@p1")]
    [InlineData("$1")]
    [InlineData("a' or '1'='1")]
    [InlineData("😀")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("*")]
    [InlineData("?")]
    public async Task Odd_values_are_values_and_nothing_more(string value)
    {
        var provider = await Three();
        (await provider.Put(
            "Patient/odd",
            Sample.Patient($"x{value}x", "odd", $$$$""","identifier":[{"system":"urn:odd","value":{{{{Sample.Json(value)}}}}}]""")))
            .Is(201);
        var escaped = Uri.EscapeDataString(
            value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal));

        Assert.Equal(["odd"], (await provider.Get($"Patient?identifier={escaped}")).Is(200).Ids);
        Assert.Equal(["odd"], (await provider.Get($"Patient?family:contains={escaped}")).Is(200).Ids);
        Assert.Equal(["odd"], (await provider.Get($"Patient?family=x{escaped}")).Is(200).Ids);
        Assert.Equal(["odd"], (await provider.Get($"Patient?family:exact=x{escaped}x")).Is(200).Ids);
        (await provider.Get($"Patient?_id={escaped}")).Is(200);
        (await provider.Get($"Patient?general-practitioner={escaped}")).Is(value.Contains(':', StringComparison.Ordinal) ? 200 : 400);
        Assert.Equal(4, (await provider.Get("Patient?_summary=count")).Total);
    }

    [Theory]
    [InlineData("unknown=1")]
    [InlineData("_unknown=1")]
    [InlineData("family:unknown=1")]
    [InlineData("birthdate:exact=1980")]
    [InlineData("birthdate=yesterday")]
    [InlineData("birthdate=xx1980")]
    [InlineData("birthdate=")]
    [InlineData("identifier=a|b|c")]
    [InlineData("identifier:missing=perhaps")]
    [InlineData("_id:not=a")]
    [InlineData("_id:missing=true")]
    [InlineData("_lastUpdated:missing=true")]
    [InlineData("_lastUpdated=gt2000,lt1990")]
    [InlineData("_count=-1")]
    [InlineData("_count=many")]
    [InlineData("_count=99999999999")]
    [InlineData("_sort=starsign")]
    [InlineData("_sort=")]
    [InlineData("_total=some")]
    [InlineData("_summary=most")]
    [InlineData("_cursor=x")]
    [InlineData("_include=Patient:starsign")]
    [InlineData("_include=organization")]
    [InlineData("_revinclude=*:*")]
    [InlineData("_has:Observation:patient:starsign=x")]
    [InlineData("_has:Observation:device:code=x")]
    [InlineData("general-practitioner.starsign=x")]
    [InlineData("name.given=x")]
    [InlineData("_filter=name eq x")]
    [InlineData("_text=x")]
    [InlineData("_content=x")]
    [InlineData("_query=x")]
    [InlineData("_list=$current-problems")]
    [InlineData("gender:in=http://hl7.org/fhir/ValueSet/none")]
    [InlineData("gender:not-in=http://hl7.org/fhir/ValueSet/none")]
    [InlineData("gender:above=female")]
    [InlineData("gender:below=female")]
    [InlineData("family=a%00b")]
    [InlineData("_id=a%00b")]
    [InlineData("a%00b=1")]
    public async Task What_is_not_understood_is_refused(string query)
    {
        var provider = await Three();

        var refused = (await provider.Get($"Patient?{query}")).Is(400);

        Assert.Equal("OperationOutcome", refused.Json.GetProperty("resourceType").GetString());
        (await provider.Search("Patient", query)).Is(400);
    }

    [Fact]
    public async Task A_lenient_client_gets_the_search_without_what_is_unknown_and_is_told_in_the_self_link()
    {
        var provider = await Three();

        var found = (await provider.Get("Patient?family=mull&shoe-size=44", request => request.Headers.Add("Prefer", "handling=lenient")))
            .Is(200);

        Assert.Equal(["a"], found.Ids);
        var self = found.Json.GetProperty("link")[0].GetProperty("url").GetString();
        Assert.EndsWith("/fhir/Patient?family=mull", self, StringComparison.Ordinal);
        var outcome = found.Entries.Single(entry => entry.GetProperty("search").GetProperty("mode").GetString() == "outcome");
        Assert.Contains("shoe-size", outcome.GetProperty("resource").GetRawText(), StringComparison.Ordinal);
        (await provider.Get("Patient?_id:not=a", request => request.Headers.Add("Prefer", "handling=lenient"))).Is(400);
        (await provider.Get("Patient?family:unknown=a", request => request.Headers.Add("Prefer", "handling=lenient"))).Is(400);
    }

    [Fact]
    public async Task Parameters_that_cannot_be_searched_are_refused_or_left_out_for_the_lenient()
    {
        var provider = await Three();

        (await provider.Get("Location?_query=near")).IsRefused(400, "not-supported");
        (await provider.Get("Location?_query=near", request => request.Headers.Add("Prefer", "handling=lenient"))).Is(200);
    }

    [Fact]
    public async Task A_search_has_limits_of_parameters_and_values()
    {
        var provider = await Three();

        (await provider.Search("Patient", string.Join('&', Enumerable.Repeat("active=true", 65)))).IsRefused(422, "too-costly");
        (await provider.Search("Patient", string.Join('&', Enumerable.Repeat("a=1", 5_000)))).Is(400);
        (await provider.Search("Patient", $"_id={string.Join(',', Enumerable.Range(0, 9_000))}")).IsRefused(422, "too-costly");
        (await provider.Search(
            "Patient", string.Join('&', Enumerable.Repeat($"identifier={string.Join(',', Enumerable.Range(0, 100))}", 60))))
            .IsRefused(422, "too-costly");
        Assert.Equal(["a"], (await provider.Search("Patient", $"_id=a,{string.Join(',', Enumerable.Range(0, 199))}")).Is(200).Ids);
        Assert.Equal(
            ["a"], (await provider.Search("Patient", $"identifier=plain,{string.Join(',', Enumerable.Range(0, 199))}")).Is(200).Ids);
        Assert.Empty((await provider.Search("Patient", $"family={new string('z', 15_000)}")).Is(200).Ids);
        (await provider.Search("Patient", $"family={new string('z', 30_000)}")).Is(400);
        Assert.Equal(414, (await provider.Get($"Patient?family={new string('z', 10_000)}")).Status);
    }

    [Fact]
    public async Task An_update_and_a_delete_take_the_old_values_out_of_the_index()
    {
        var provider = await Three();

        (await provider.Put("Patient/a", Sample.Patient("Meier", "a"))).Is(200);
        Assert.Empty((await provider.Get("Patient?family=mull")).Ids);
        Assert.Empty((await provider.Get("Patient?identifier=urn:mrn|A1")).Ids);
        Assert.Empty((await provider.Get("Patient?general-practitioner=Practitioner/dr1")).Ids);
        Assert.Equal(["a"], (await provider.Get("Patient?family=meier")).Ids);
        Assert.Contains("a", (await provider.Get("Patient?birthdate:missing=true")).Ids);

        (await provider.Delete("Patient/a")).Is(204);
        Assert.Empty((await provider.Get("Patient?family=meier")).Ids);
        Assert.Empty((await provider.Get("Patient?_id=a")).Ids);
        Assert.DoesNotContain("a", (await provider.Get("Patient?family:missing=false")).Ids);
    }

    private async Task<Person> Three()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("Müller", "a", Anna))).Is(201);
        (await provider.Put("Patient/b", Sample.Patient("O'Brien", "b", Ben))).Is(201);
        (await provider.Put("Patient/c", Sample.Patient("Chen", "c", Carl))).Is(201);
        return provider;
    }
}

public sealed class SearchOnSqlite(SqliteFhirServer server) : SearchTests(server);

public sealed class SearchOnPostgres(PostgresFhirServer server) : SearchTests(server);
