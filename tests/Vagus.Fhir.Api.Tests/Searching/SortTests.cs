using System.Globalization;

namespace Vagus.Fhir.Api.Tests.Searching;

public abstract class SortTests(FhirServer server)
{
    [Theory]
    [InlineData("Patient?_sort=family", "c,e,a,b,d")]
    [InlineData("Patient?_sort=-family", "b,a,e,c,d")]
    [InlineData("Patient?_sort=birthdate", "a,c,b,d,e")]
    [InlineData("Patient?_sort=-birthdate", "b,c,a,d,e")]
    [InlineData("Patient?_sort=gender,-family", "b,c,a,e,d")]
    [InlineData("Patient?_sort=-_id", "e,d,c,b,a")]
    [InlineData("Patient?_sort=gender,_lastUpdated", "b,c,a,e,d")]
    [InlineData("Patient?gender=male&_sort=-family", "a,e")]
    [InlineData("Patient?_sort=general-practitioner", "a,b,c,d,e")]
    [InlineData("Observation?_sort=value-quantity", "o2,o3,o1,o4")]
    [InlineData("Observation?_sort=-value-quantity", "o1,o3,o2,o4")]
    [InlineData("Observation?_sort=code,value-quantity", "o2,o3,o1,o4")]
    [InlineData("RiskAssessment?_sort=probability", "r2,r1")]
    public async Task Matches_come_in_the_order_of_any_parameter_and_page_by_page(string query, string expected)
    {
        var provider = await Some();

        var all = (await provider.Get(query)).Is(200);
        var seen = new List<string>();
        for (var next = $"{query}&_count=1&_total=accurate"; next is not null;)
        {
            var page = (await provider.Get(next)).Is(200);
            Assert.Equal(expected.Split(',').Length, page.Total);
            seen.AddRange(page.Ids);
            next = page.Next;
        }

        Assert.Equal(expected, string.Join(',', all.Ids));
        Assert.Equal(all.Ids, seen);
    }

    [Theory]
    [InlineData("family", "bmp,pair,pair2")]
    [InlineData("-family", "pair2,pair,bmp")]
    public async Task Letters_beyond_those_of_sixteen_bits_are_in_the_order_of_the_database_on_every_page(string sort, string expected)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        // U+20BB7 is beyond U+FA11, and before it in UTF-16.
        (await provider.Put("Patient/pair", Sample.Patient("\U00020BB7\u7530", "pair"))).Is(201);
        (await provider.Put("Patient/bmp", Sample.Patient("\uFA11\u7530", "bmp"))).Is(201);
        (await provider.Put("Patient/pair2", Sample.Patient("\U00020BB8\u7530", "pair2"))).Is(201);

        foreach (var search in new[] { $"Patient?_sort={sort}", $"Patient?_id=pair,bmp,pair2&_sort={sort}" })
        {
            var seen = new List<string>();
            for (var next = $"{search}&_count=1"; next is not null && seen.Count < 10;)
            {
                var page = (await provider.Get(next)).Is(200);
                seen.AddRange(page.Ids);
                next = page.Next;
            }

            Assert.Equal(expected, string.Join(',', seen));
        }
    }

    [Fact]
    public async Task Equal_keys_are_in_the_order_of_creation_on_every_page_while_others_write()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        foreach (var id in Thirty) (await provider.Put($"Patient/{id}", Sample.Patient("Same", id))).Is(201);

        var seen = new List<string>();
        for (var next = "Patient?_sort=family&_count=7"; next is not null;)
        {
            var page = (await provider.Get(next)).Is(200);
            seen.AddRange(page.Ids);
            next = page.Next;
            (await provider.Create(Sample.Patient("Another"))).Is(201);
            (await provider.Put("Patient/p01", Sample.Patient("Same", "p01"))).Is(200);
        }

        Assert.Equal(Thirty, seen);
    }

    private static IEnumerable<string> Thirty =>
        Enumerable.Range(0, 30).Select(number => string.Create(CultureInfo.InvariantCulture, $"p{number:D2}"));

    [Theory]
    [InlineData("birthdate")]
    [InlineData("-birthdate")]
    [InlineData("family")]
    [InlineData("-family")]
    [InlineData("general-practitioner")]
    [InlineData("-general-practitioner")]
    public async Task A_walk_along_the_index_and_a_look_at_all_matches_give_one_order(string sort)
    {
        var admin = await (await Clinic.Open(server)).Admin();
        var random = new Random(7);
        var patients = Enumerable.Range(0, 1_300).Select(number => Sample.Put(Sample.Patient(
            $"Name{random.Next(40)}", $"p{number}", random.Next(5) == 0 ? "" : string.Create(
                CultureInfo.InvariantCulture,
                $$$""","birthDate":"{{{1950 + random.Next(60)}}}{{{(random.Next(2) == 0 ? "" : "-06-01")}}}","generalPractitioner":[{{{Doctors(random)}}}]""")),
            $"Patient/p{number}"));
        (await admin.Bundle("transaction", patients)).Is(200);

        // What leads names all of them.
        var all = (await admin.Get($"Patient?family=name&_sort={sort}&_count=1000")).Is(200);
        var expected = all.Ids.Concat((await admin.Get(all.Next!)).Is(200).Ids).ToList();
        var seen = new List<string>();
        for (var next = $"Patient?_sort={sort}&_count=170"; next is not null;)
        {
            var page = (await admin.Get(next)).Is(200);
            seen.AddRange(page.Ids);
            next = page.Next;
        }

        Assert.Equal(1_300, expected.Count);
        Assert.Equal(expected, seen);
    }

    private static string Doctors(Random random) => string.Join(',', Enumerable.Range(0, 2).Select(_ =>
        string.Create(CultureInfo.InvariantCulture, $$$"""{"reference":"Practitioner/d{{{random.Next(9)}}}"}""")));

    [Fact]
    public async Task A_page_that_ends_at_long_keys_has_a_link_that_is_taken()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        foreach (var id in new[] { "b", "c", "a" })
        {
            var value = id + new string('é', 500);
            await Put(provider, $$"""
                {"resourceType":"Patient","id":"{{id}}","identifier":[{"system":"urn:s","value":"{{value}}"}],"telecom":[
                 {"system":"phone","value":"{{value}}"},{"system":"email","value":"{{value}}"}]}
                """);
        }

        var ids = new List<string>();
        for (var next = "Patient?_sort=identifier,telecom,phone,-email&_count=1"; next is not null;)
        {
            var page = (await provider.Get(next)).Is(200);
            ids.AddRange(page.Ids);
            next = page.Next;
        }

        Assert.Equal(["a", "b", "c"], ids);
    }

    [Fact]
    public async Task A_link_holds_no_value_of_a_record_and_serves_its_caller_and_search_only()
    {
        var clinic = await Clinic.Open(server);
        var (provider, another) = (await clinic.Provider(), await clinic.Provider());
        foreach (var name in (string[])["Zaphod", "Ford", "Trillian"]) (await provider.Create(Sample.Patient(name))).Is(201);
        var next = (await provider.Get("Patient?_sort=family&_count=1")).Is(200).Next!;

        Assert.DoesNotContain("ford", next, StringComparison.OrdinalIgnoreCase);
        (await another.Get(next)).IsRefused(400, "invalid");
        (await provider.Get(next.Replace("_sort=family", "_sort=-family", StringComparison.Ordinal))).IsRefused(400, "invalid");
        (await provider.Get(next.Replace("Patient?", "Observation?", StringComparison.Ordinal))).Is(400);
        (await provider.Get($"{next}A")).IsRefused(400, "invalid");
        Assert.Equal(2, (await provider.Get(next.Replace("_count=1", "_count=2", StringComparison.Ordinal))).Is(200).Ids.Count);
    }

    [Theory]
    [InlineData("_sort=family,given,birthdate,gender,active,email", 422)]
    [InlineData("_sort=near", 400)]
    [InlineData("_sort=-", 400)]
    public async Task A_sort_that_is_none_is_refused(string query, int status) =>
        (await (await (await Clinic.Open(server)).Provider()).Get($"Patient?{query}")).Is(status);

    [Theory]
    [InlineData("_elements=birthDate", "active,birthDate,id,meta,resourceType")]
    [InlineData("_elements=Patient.gender,name", "active,gender,id,meta,name,resourceType")]
    [InlineData("_summary=true", "active,birthDate,gender,id,identifier,managingOrganization,meta,name,resourceType")]
    [InlineData("_summary=text", "id,meta,resourceType,text")]
    [InlineData("_summary=data",
        "active,birthDate,gender,generalPractitioner,id,identifier,managingOrganization,maritalStatus,meta,name,resourceType")]
    [InlineData("_summary=false",
        "active,birthDate,gender,generalPractitioner,id,identifier,managingOrganization,maritalStatus,meta,name,resourceType,text")]
    public async Task A_part_of_a_resource_says_that_it_is_one(string query, string expected)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a", """
            ,"meta":{"tag":[{"system":"urn:t","code":"kept"}]},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">A</div>"},
            "identifier":[{"value":"1"}],"active":true,"gender":"male","birthDate":"1980","maritalStatus":{"text":"m"},
            "generalPractitioner":[{"reference":"Practitioner/1"}],"managingOrganization":{"reference":"Organization/1"}
            """))).Is(201);

        var resource = (await provider.Get($"Patient?{query}")).Is(200).Entries[0].GetProperty("resource");

        Assert.Equal(expected, string.Join(',', resource.EnumerateObject().Select(each => each.Name).Order(StringComparer.Ordinal)));
        var isWhole = query == "_summary=false";
        var tags = resource.GetProperty("meta").GetProperty("tag").EnumerateArray().Select(tag => tag.GetProperty("code").GetString());
        Assert.Equal(isWhole ? ["kept"] : ["kept", "SUBSETTED"], tags);
    }

    private async Task<Person> Some()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        string[] patients =
        [
            Sample.Patient("Müller", "a", ""","gender":"male","birthDate":"1980-05-17","generalPractitioner":[{"reference":"Practitioner/1"}]"""),
            Sample.Patient("Ober", "b",
                ""","gender":"female","birthDate":"1990","generalPractitioner":[{"reference":"Practitioner/2"},{"reference":"Practitioner/9"}]"""),
            Sample.Patient("chen", "c", ""","gender":"female","birthDate":"1980-06" """),
            """{"resourceType":"Patient","id":"d"}""",
            Sample.Patient("Élan", "e", ""","gender":"male" """),
        ];
        foreach (var patient in patients) await Put(provider, patient);
        await Put(provider, Quantity("o1", "b", 2, "g"));
        await Put(provider, Quantity("o2", "a", 50, "mg"));
        await Put(provider, Quantity("o3", "b", 300, "mg"));
        await Put(provider, Sample.Observation("Patient/a", "c", "o4"));
        await Put(provider, Risk("r1", "0.25"));
        await Put(provider, Risk("r2", "0.0375"));
        return provider;
    }

    private static async Task Put(Person person, string resource)
    {
        var json = System.Text.Json.JsonElement.Parse(resource);
        (await person.Put($"{json.GetProperty("resourceType").GetString()}/{json.GetProperty("id").GetString()}", resource)).Is(201);
    }

    private static string Quantity(string id, string code, int value, string unit) => Sample.Observation(
        "Patient/a", code, id,
        string.Create(CultureInfo.InvariantCulture, $$$""","valueQuantity":{"value":{{{value}}},"system":"http://unitsofmeasure.org","code":"{{{unit}}}"}"""));

    private static string Risk(string id, string probability) =>
        $$$"""{"resourceType":"RiskAssessment","id":"{{{id}}}","status":"final","subject":{"reference":"Patient/a"},"prediction":[{"probabilityDecimal":{{{probability}}}}]}""";
}

public sealed class SortsOnSqlite(SqliteFhirServer server) : SortTests(server);

public sealed class SortsOnPostgres(PostgresFhirServer server) : SortTests(server);
