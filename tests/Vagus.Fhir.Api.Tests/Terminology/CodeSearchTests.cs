namespace Vagus.Fhir.Api.Tests.Terminology;

/// <summary>
/// <c>:in</c>, <c>:not-in</c>, <c>:above</c> and <c>:below</c> of tokens: codes come from terminology, rows from the index.
/// </summary>
public abstract class CodeSearchTests(FhirServer server)
{
    [Theory]
    [InlineData("Condition?code:in=http://codes.example/ValueSet/dogs", "dog,terrier")]
    [InlineData("Condition?code:in=http://codes.example/ValueSet/elsewhere,http://codes.example/ValueSet/breeds", "terrier")]
    [InlineData("Condition?code:in=http://codes.example/ValueSet/breeds&patient=p", "terrier")]
    [InlineData("Condition?code:in=http://codes.example/ValueSet/breeds&patient=q", "")]
    [InlineData("Condition?code:not-in=http://codes.example/ValueSet/dogs", "animal,bare,cat,foreign")]
    [InlineData("Condition?code:below=http://codes.example/pets|dog", "dog,terrier")]
    [InlineData("Condition?code:below=http://codes.example/pets|animal", "animal,cat,dog,terrier")]
    [InlineData("Condition?code:above=http://codes.example/pets|terrier", "animal,dog,terrier")]
    [InlineData("Condition?code:above=http://codes.example/pets|cat&_sort=_id", "animal,cat")]
    [InlineData("Patient?_has:Condition:patient:code:in=http://codes.example/ValueSet/breeds", "p")]
    [InlineData("Condition?patient.gender:in=http://hl7.org/fhir/ValueSet/administrative-gender", "dog,terrier")]
    [InlineData("Patient?gender:in=http://hl7.org/fhir/ValueSet/administrative-gender", "p")]
    [InlineData("Patient?gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender", "q")]
    public async Task Codes_of_a_value_set_or_a_hierarchy_are_found(string query, string expected)
    {
        var admin = await Codes.Open(server);
        await Record(admin);

        var found = (await admin.Get(query)).Is(200);

        Assert.Equal(expected, string.Join(',', found.Ids.Order(StringComparer.Ordinal)));
        Assert.Equal(expected.Length == 0 ? 0 : expected.Split(',').Length, found.Total);
    }

    [Theory]
    [InlineData("code:in=http://nowhere.example", 400, "not-found")]
    [InlineData("code:in=http://codes.example/ValueSet/circle", 422, "processing")]
    [InlineData("code:in=", 400, "invalid")]
    [InlineData("code:below=dog", 400, "invalid")]
    [InlineData("code:below=http://nowhere.example|dog", 400, "not-found")]
    [InlineData("onset-date:in=http://codes.example/ValueSet/dogs", 400, "not-supported")]
    [InlineData("code:in=http://codes.example/ValueSet/large", 422, "too-costly")]
    public async Task What_cannot_be_expanded_is_refused_and_never_left_out(string query, int status, string issue)
    {
        var admin = await Codes.Open(server);
        await Record(admin);
        var codes = string.Join(',', Enumerable.Range(0, 1_001).Select(number => $$"""{"code":"c{{number}}"}"""));
        (await admin.Put("ValueSet/large", Codes.ValueSet("large", $$"""{"include":[{"system":"urn:large","concept":[{{codes}}]}]}"""))).Is(201);

        (await admin.Get($"Condition?{query}")).IsRefused(status, issue);
        (await admin.Get($"Condition?{query}", request => request.Headers.TryAddWithoutValidation("Prefer", "handling=lenient"))).Is(status);
        Assert.NotEqual(204, (await admin.Delete($"Condition?{query}")).Status);
    }

    [Fact]
    public async Task What_the_caller_may_not_see_is_not_found_by_its_codes()
    {
        var clinic = await Clinic.Open(server);
        var (admin, blind, own, other) = (
            await clinic.Admin(), await clinic.Provider(seesSensitive: false), await clinic.Patient("p"), await clinic.Patient("q"));
        await Codes.Put(admin);
        await Record(admin);
        (await admin.Put("Condition/secret", Condition("secret", "poodle", Sample.Labelled("R")))).Is(201);
        const string query = "Condition?code:in=http://hl7.org/fhir/ValueSet/observation-status,";

        foreach (var (person, expected) in new[] { (admin, "dog,secret,terrier"), (blind, "dog,terrier"), (own, "dog,terrier"), (other, "") })
        {
            var found = await person.Get($"Condition?code:below={Codes.System}|dog");
            // A patient reads no code systems, so that it has none to search by.
            if (person == own || person == other) Assert.True(found.Status is 200 or 400);
            if (found.Status == 200) Assert.Equal(expected, string.Join(',', found.Ids.Order(StringComparer.Ordinal)));
            (await person.Get(query)).Is(200);
        }
    }

    [Fact]
    public async Task A_conditional_write_takes_them_too()
    {
        var admin = await Codes.Open(server);
        await Record(admin);

        (await admin.Delete("Condition?code:below=http://codes.example/pets|terrier")).Is(204);

        Assert.Equal("animal,bare,cat,dog,foreign", string.Join(',', (await admin.Get("Condition")).Ids.Order(StringComparer.Ordinal)));
    }

    private static async Task Record(Person admin)
    {
        (await admin.Put("Patient/p", Sample.Patient("P", "p", ""","gender":"male" """))).Is(201);
        (await admin.Put("Patient/q", Sample.Patient("Q", "q"))).Is(201);
        foreach (var code in (string[])["dog", "terrier"]) (await admin.Put($"Condition/{code}", Condition(code, code))).Is(201);
        foreach (var code in (string[])["animal", "cat"])
            (await admin.Put($"Condition/{code}", Condition(code, code).Replace("Patient/p", "Patient/q", StringComparison.Ordinal))).Is(201);
        (await admin.Put("Condition/foreign", Condition("foreign", "dog").Replace("pets", "others", StringComparison.Ordinal)
            .Replace("Patient/p", "Patient/q", StringComparison.Ordinal))).Is(201);
        (await admin.Put("Condition/bare", """{"resourceType":"Condition","id":"bare","subject":{"reference":"Patient/q"}}""")).Is(201);
    }

    private static string Condition(string id, string code, string more = "") =>
        $$$$"""{"resourceType":"Condition","id":"{{{{id}}}}","code":{"coding":[{"system":"http://codes.example/pets","code":"{{{{code}}}}"}]},"subject":{"reference":"Patient/p"}{{{{more}}}}}""";
}

public sealed class CodeSearchesOnSqlite(SqliteFhirServer server) : CodeSearchTests(server);

public sealed class CodeSearchesOnPostgres(PostgresFhirServer server) : CodeSearchTests(server);
