namespace Vagus.Fhir.Api.Tests.Terminology;

/// <summary>Operations on single codes: what they mean, whether they are there, what they are elsewhere.</summary>
public abstract class CodeTests(FhirServer server)
{
    [Fact]
    public async Task A_code_is_looked_up_with_its_names_and_relatives()
    {
        var admin = await Codes.Open(server);

        var found = (await admin.Get($"CodeSystem/$lookup?system={Codes.System}&code=dog")).Is(200).Text;

        foreach (var part in (string[])["\"valueString\":\"Pets\"", "\"valueString\":\"Dog\"", "\"Hund\"", "\"animal\"", "\"terrier\"", "\"poodle\""])
            Assert.Contains(part, found, StringComparison.Ordinal);
        Assert.DoesNotContain("\"cat\"", found, StringComparison.Ordinal);
        var some = (await admin.Get($"CodeSystem/$lookup?system={Codes.System}&code=dog&property=parent")).Is(200).Text;
        Assert.Contains("\"animal\"", some, StringComparison.Ordinal);
        Assert.DoesNotContain("\"poodle\"", some, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("system=http://codes.example/pets&code=none", 404)]
    [InlineData("system=http://nowhere.example&code=dog", 404)]
    [InlineData("system=http://codes.example/pets&code=dog&version=1", 404)]
    [InlineData("code=dog", 400)]
    [InlineData("system=http://codes.example/pets", 400)]
    [InlineData("system=http://hl7.org/fhir/administrative-gender&code=male", 200)]
    [InlineData("system=http://terminology.hl7.org/CodeSystem/v3-Confidentiality&code=R", 200)]
    public async Task What_is_looked_up_is_there_or_not(string query, int status) =>
        (await (await Codes.Open(server)).Get($"CodeSystem/$lookup?{query}")).Is(status);

    [Theory]
    [InlineData("ValueSet/$validate-code?url=http://codes.example/ValueSet/dogs&system=http://codes.example/pets&code=poodle", true)]
    [InlineData("ValueSet/$validate-code?url=http://codes.example/ValueSet/dogs&code=poodle", true)]
    [InlineData("ValueSet/$validate-code?url=http://codes.example/ValueSet/dogs&system=urn:other&code=poodle", false)]
    [InlineData("ValueSet/$validate-code?url=http://codes.example/ValueSet/dogs&system=http://codes.example/pets&code=cat", false)]
    [InlineData("ValueSet/$validate-code?url=http://codes.example/ValueSet/dogs&system=http://codes.example/pets&code=dog&display=hund", true)]
    [InlineData("ValueSet/$validate-code?url=http://codes.example/ValueSet/dogs&system=http://codes.example/pets&code=dog&display=Cat", false)]
    [InlineData("CodeSystem/$validate-code?url=http://codes.example/pets&code=cat", true)]
    [InlineData("CodeSystem/$validate-code?url=http://codes.example/pets&code=cow", false)]
    [InlineData("CodeSystem/$validate-code?url=http://hl7.org/fhir/administrative-gender&code=female&display=Female", true)]
    public async Task A_code_is_valid_where_it_is_and_by_its_name(string query, bool isValid)
    {
        var answer = (await (await Codes.Open(server)).Get(query)).Is(200);

        Assert.Equal(isValid, answer.Json.GetProperty("parameter")[0].GetProperty("valueBoolean").GetBoolean());
    }

    [Fact]
    public async Task One_coding_of_a_concept_will_do()
    {
        var admin = await Codes.Open(server);
        const string concept =
            """{"coding":[{"system":"http://codes.example/pets","code":"cat"},{"system":"http://codes.example/pets","code":"dog"}]}""";

        var answer = (await admin.Post("ValueSet/$validate-code", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"{{Codes.Set}}dogs"},{"name":"codeableConcept","valueCodeableConcept":{{concept}}}]}
            """)).Is(200);

        Assert.True(answer.Json.GetProperty("parameter")[0].GetProperty("valueBoolean").GetBoolean());
    }

    [Theory]
    [InlineData("dog", "terrier", "subsumes")]
    [InlineData("terrier", "animal", "subsumed-by")]
    [InlineData("dog", "dog", "equivalent")]
    [InlineData("cat", "dog", "not-subsumed")]
    public async Task One_code_subsumes_another(string a, string b, string outcome)
    {
        var answer = (await (await Codes.Open(server)).Get($"CodeSystem/$subsumes?system={Codes.System}&codeA={a}&codeB={b}")).Is(200);

        Assert.Equal(outcome, answer.Json.GetProperty("parameter")[0].GetProperty("valueCode").GetString());
    }

    [Theory]
    [InlineData("url=http://codes.example/map&system=http://codes.example/pets&code=dog", true, "canis")]
    [InlineData("system=http://codes.example/pets&code=terrier", true, "wider")]
    [InlineData("url=http://codes.example/map&system=http://codes.example/pets&code=robot", false, "unmatched")]
    [InlineData("url=http://codes.example/map&system=http://codes.example/pets&code=cat", false, "No map")]
    [InlineData("url=http://codes.example/map&system=http://codes.example/beasts&code=canis&reverse=true", true, "narrower")]
    [InlineData("url=http://codes.example/map&system=http://codes.example/pets&code=dog&targetsystem=urn:none", false, "No map")]
    public async Task A_code_is_translated_by_a_map(string query, bool result, string text)
    {
        var answer = (await (await Codes.Open(server)).Get($"ConceptMap/$translate?{query}")).Is(200);

        Assert.Equal(result, answer.Json.GetProperty("parameter")[0].GetProperty("valueBoolean").GetBoolean());
        Assert.Contains(text, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_map_that_is_not_there_is_not_found() =>
        (await (await Codes.Open(server)).Get("ConceptMap/$translate?url=urn:none&system=a&code=b")).IsRefused(404, "not-found");

    [Fact]
    public async Task The_statement_of_terminology_names_what_is_published()
    {
        var statement = (await new Person(server, token: null).Get("metadata?mode=terminology")).Is(200);

        Assert.Equal("TerminologyCapabilities", statement.Json.GetProperty("resourceType").GetString());
        Assert.Contains("http://hl7.org/fhir/administrative-gender", statement.Text, StringComparison.Ordinal);
        var provider = await (await Clinic.Open(server)).Provider();
        var outcome = (await provider.Post("TerminologyCapabilities/$validate", statement.Text)).Is(200);
        Assert.Equal("information", outcome.Json.GetProperty("issue")[0].GetProperty("severity").GetString());
    }
}

public sealed class CodesOnSqlite(SqliteFhirServer server) : CodeTests(server);

public sealed class CodesOnPostgres(PostgresFhirServer server) : CodeTests(server);
