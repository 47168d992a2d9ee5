using System.Text.Json;

namespace Vagus.Fhir.Api.Tests.Terminology;

/// <summary><c>ValueSet/$expand</c> over what a tenant has stored and what R4 publishes.</summary>
public abstract class ExpandTests(FhirServer server)
{
    [Theory]
    [InlineData("all", "animal,dog,terrier,poodle,cat,robot")]
    [InlineData("dogs", "dog,terrier,poodle")]
    [InlineData("breeds", "terrier,poodle")]
    [InlineData("upwards", "animal,dog,poodle")]
    [InlineData("no-dogs", "animal,cat,robot")]
    [InlineData("regex", "terrier,cat")]
    [InlineData("inactive", "robot")]
    [InlineData("listed", "cat")]
    [InlineData("elsewhere", "x")]
    [InlineData("both", "dog,terrier,poodle,x")]
    [InlineData("common", "terrier")]
    [InlineData("without", "animal,cat,robot")]
    public async Task A_stored_value_set_has_the_codes_that_it_says(string id, string codes)
    {
        var admin = await Codes.Open(server);

        var expanded = (await admin.Get($"ValueSet/$expand?url={Codes.Set}{id}")).Is(200);

        Assert.Equal(codes, CodesOf(expanded));
        Assert.Equal(codes.Split(',').Length, expanded.Json.GetProperty("expansion").GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("filter=oo", "poodle")]
    [InlineData("filter=robot", "robot")]
    [InlineData("filter=hund", "dog")]
    [InlineData("activeOnly=true&filter=o", "dog,poodle")]
    [InlineData("offset=1&count=2", "dog,terrier")]
    [InlineData("offset=99", "")]
    [InlineData("count=0", "")]
    public async Task An_expansion_is_filtered_and_paged(string query, string codes)
    {
        var admin = await Codes.Open(server);

        Assert.Equal(codes, CodesOf((await admin.Get($"ValueSet/$expand?url={Codes.Set}all&{query}")).Is(200)));
    }

    [Fact]
    public async Task A_value_set_that_a_call_sends_waits_for_its_turn_and_looks_at_so_many_concepts()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        var concepts = string.Join(',', Enumerable.Range(0, 2_000).Select(number => $$"""{"code":"c{{number}}"}"""));
        (await admin.Put("CodeSystem/many", $$"""
            {"resourceType":"CodeSystem","id":"many","url":"urn:many","status":"active","content":"complete","concept":[{{concepts}}]}
            """)).Is(201);

        (await Expand(admin, filters: 10)).Is(200);
        (await Expand(admin, filters: 2_000)).IsRefused(422, "too-costly");
        await using (await Bundles.BatchTurns.FillAll(clinic, admin))
            (await Expand(admin, filters: 1)).IsRefused(429, "throttled");

        static Task<Answer> Expand(Person person, int filters)
        {
            var filter = string.Join(',', Enumerable.Repeat("""{"property":"code","op":"regex","value":"c.*"}""", filters));
            return person.Post("ValueSet/$expand", $$"""
                {"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":{"resourceType":"ValueSet","compose":{"include":[
                 {"system":"urn:many","filter":[{{filter}}]} ]} } } ]}
                """);
        }
    }

    [Fact]
    public async Task A_value_set_is_expanded_by_its_id_too()
    {
        var admin = await Codes.Open(server);
        var stranger = await (await Clinic.Open(server)).Admin();

        Assert.Equal("dog,terrier,poodle", CodesOf((await admin.Get("ValueSet/dogs/$expand")).Is(200)));
        Assert.Equal("poodle", CodesOf((await admin.Get("ValueSet/dogs/$expand?filter=oo")).Is(200)));
        Assert.Equal("male,female,other,unknown", CodesOf((await stranger.Get("ValueSet/administrative-gender/$expand")).Is(200)));
        (await stranger.Get("ValueSet/dogs/$expand")).IsRefused(404, "not-found");
        (await admin.Get($"ValueSet/dogs/$expand?url={Codes.Set}all")).IsRefused(400, "invalid");
    }

    [Fact]
    public async Task Other_names_come_where_they_are_asked_for_and_the_names_of_a_list_go_first()
    {
        var admin = await Codes.Open(server);

        var plain = (await admin.Get($"ValueSet/$expand?url={Codes.Set}dogs")).Is(200);
        var named = (await admin.Get($"ValueSet/$expand?url={Codes.Set}dogs&includeDesignations=true")).Is(200);
        var listed = (await admin.Get($"ValueSet/$expand?url={Codes.Set}listed")).Is(200);

        Assert.DoesNotContain("Hund", plain.Text, StringComparison.Ordinal);
        Assert.Contains("\"designation\":[{\"language\":\"de\",\"value\":\"Hund\"}]", named.Text, StringComparison.Ordinal);
        Assert.Contains("Kitty", listed.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("url=http://hl7.org/fhir/ValueSet/administrative-gender", "male,female,other,unknown")]
    [InlineData("url=http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1&filter=male", "male,female")]
    public async Task The_value_sets_of_required_bindings_are_there(string query, string codes)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var expanded = (await provider.Get($"ValueSet/$expand?{query}")).Is(200);

        Assert.Equal(codes, CodesOf(expanded));
        Assert.Contains("\"display\":\"Male\"", expanded.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_set_that_is_sent_is_expanded_without_being_stored()
    {
        var admin = await Codes.Open(server);
        var sent = Codes.ValueSet("sent", Codes.Filtered("is-a", "cat"));

        var expanded = (await admin.Post(
            "ValueSet/$expand", $$"""{"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":{{sent}}}]}""")).Is(200);

        Assert.Equal("cat", CodesOf(expanded));
        (await admin.Get("ValueSet/sent")).Is(404);
    }

    [Fact]
    public async Task A_value_set_that_is_sent_in_another_shape_is_refused()
    {
        var admin = await Codes.Open(server);
        var sent = """{"resourceType":"ValueSet","status":"active","compose":{"include":[{"valueSet":[1]}]}}""";

        (await admin.Post(
            "ValueSet/$expand", $$"""{"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":{{sent}}}]}"""))
            .IsRefused(400, "invalid");
    }

    [Theory]
    [InlineData("url=http://nowhere.example", 404, "not-found")]
    [InlineData("url=http://hl7.org/fhir/ValueSet/administrative-gender|9", 404, "not-found")]
    [InlineData("url=http://codes.example/ValueSet/unknown", 404, "not-found")]
    [InlineData("url=http://codes.example/ValueSet/circle", 422, "processing")]
    [InlineData("url=http://codes.example/ValueSet/odd", 422, "not-supported")]
    [InlineData("url=http://codes.example/ValueSet/large", 422, "too-costly")]
    [InlineData("url=http://codes.example/ValueSet/all&count=many", 400, "invalid")]
    [InlineData("url=http://codes.example/ValueSet/all&profile=x", 400, "not-supported")]
    [InlineData("filter=x", 400, "invalid")]
    public async Task What_is_not_known_or_too_large_is_refused(string query, int status, string issue)
    {
        var admin = await Codes.Open(server);
        if (query.EndsWith("large", StringComparison.Ordinal))
        {
            var concepts = string.Join(',', Enumerable.Range(0, 10_001).Select(number => $$"""{"code":"c{{number}}"}"""));
            (await admin.Put(
                "CodeSystem/large",
                $$"""{"resourceType":"CodeSystem","id":"large","url":"urn:large","status":"active","content":"complete","concept":[{{concepts}}]}"""))
                .Is(201);
            (await admin.Put("ValueSet/large", Codes.ValueSet("large", """{"include":[{"system":"urn:large"}]}"""))).Is(201);
        }

        (await admin.Get($"ValueSet/$expand?{query}")).IsRefused(status, issue);
    }

    [Fact]
    public async Task Definitions_of_another_tenant_and_labelled_ones_are_not_used()
    {
        var clinic = await Clinic.Open(server);
        var (admin, blind) = (await clinic.Admin(), await clinic.Provider(seesSensitive: false));
        await Codes.Put(admin);
        (await admin.Put("CodeSystem/pets", Codes.CodeSystem.Replace(
            "\"id\":\"pets\"", $"\"id\":\"pets\"{Sample.Labelled("R")}", StringComparison.Ordinal))).Is(200);
        var stranger = await (await Clinic.Open(server)).Admin();

        (await admin.Get($"ValueSet/$expand?url={Codes.Set}dogs")).Is(200);
        (await blind.Get($"ValueSet/$expand?url={Codes.Set}dogs")).IsRefused(404, "not-found");
        (await blind.Get($"CodeSystem/$lookup?system={Codes.System}&code=dog")).IsRefused(404, "not-found");
        (await stranger.Get($"ValueSet/$expand?url={Codes.Set}dogs")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task The_stored_definitions_that_were_looked_at_are_in_the_audit()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        await Codes.Put(admin);

        (await admin.Get($"ValueSet/$expand?url={Codes.Set}dogs")).Is(200);

        var entry = (await Auditing.AuditedAccess.Of(clinic)).Single(each => each.Action == "operation");
        Assert.Equal("expand", entry.Text("detail"));
        Assert.Equal(["ValueSet/dogs/1", "CodeSystem/pets/1"], entry.Shown);
    }

    internal static string CodesOf(Answer expanded) =>
        !expanded.Json.GetProperty("expansion").TryGetProperty("contains", out var contains) ? ""
            : string.Join(',', contains.EnumerateArray().Select(each => each.GetProperty("code").GetString()));
}

public sealed class ExpansionsOnSqlite(SqliteFhirServer server) : ExpandTests(server);

public sealed class ExpansionsOnPostgres(PostgresFhirServer server) : ExpandTests(server);
