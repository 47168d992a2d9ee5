namespace Vagus.Fhir.Api.Tests.Input;

/// <summary>Resources and structures inside Parameters are not validated: whatever their form, no operation fails at them.</summary>
public abstract class SentResourceTests(FhirServer server)
{
    [Theory]
    [InlineData("ConceptMap/$translate", "conceptMap", """{"resourceType":"ConceptMap","group":[7]}""")]
    [InlineData("ConceptMap/$translate", "conceptMap", """{"resourceType":"ConceptMap","group":[{"element":["x"]}]}""")]
    [InlineData("ConceptMap/$translate", "conceptMap", """{"resourceType":"ConceptMap","group":[{"element":[{"code":"c","target":[[1]]}]}]}""")]
    [InlineData("ConceptMap/$translate", "conceptMap", """{"resourceType":"ConceptMap","group":[{"element":[{"code":"c","target":[{"code":7,"equivalence":[]}]}]}]}""")]
    [InlineData("ValueSet/$expand", "valueSet", """{"resourceType":"ValueSet","expansion":[7]}""")]
    [InlineData("ValueSet/$expand", "valueSet", """{"resourceType":"ValueSet","expansion":{"contains":[7,{"code":"a","contains":"x"}]}}""")]
    [InlineData("ValueSet/$expand", "valueSet", """{"resourceType":"ValueSet","compose":{"include":[{"system":"urn:s","concept":[{"code":"a","designation":[7,{"value":"v","use":3}]}]}]}}""")]
    [InlineData("ValueSet/$expand", "valueSet", """{"resourceType":"ValueSet","compose":{"include":[{"valueSet":[7]}]}}""")]
    [InlineData("ValueSet/$validate-code", "valueSet", """{"resourceType":"ValueSet","compose":{"include":[7]}}""")]
    [InlineData("ValueSet/$validate-code", "codeableConcept", """{"coding":[7,{"code":7}]}""")]
    [InlineData("CodeSystem/$lookup", "coding", """{"code":[]}""")]
    [InlineData("Patient/$match", "resource", """{"resourceType":"Patient","name":["x",{"family":7,"given":[[]]}],"identifier":[5],"telecom":"t","birthDate":7}""")]
    [InlineData("Patient/$match", "resource", """{"resourceType":"Patient","name":[{"family":"F"}],"birthDate":"soon"}""")]
    [InlineData("Patient/p/$meta-add", "meta", """{"tag":[7,[],{"system":7}],"profile":[{}],"security":"x"}""")]
    [InlineData("Patient/p/$meta-delete", "meta", """{"tag":[7,[],{"system":7}],"profile":[{}],"security":{}}""")]
    [InlineData("Observation/$stats", "period", """{"start":7,"end":[]}""")]
    [InlineData("Observation/$lastn", "patient", """{"reference":7}""")]
    [InlineData("Patient/$validate", "resource", """{"resourceType":"Patient","name":[7],"meta":{"profile":[7]}}""")]
    public async Task No_form_of_what_is_sent_is_a_failure_of_the_server(string path, string name, string value)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        var property = value.Contains("resourceType", StringComparison.Ordinal) ? "resource" : "valueThing";

        // Without a system every group of a map is looked at.
        var system = name == "conceptMap" ? "" : """,{"name":"system","valueUri":"urn:s"}""";

        var answer = await provider.Post(path, $$"""
            {"resourceType":"Parameters","parameter":[{"name":"{{name}}","{{property}}":{{value}}},{"name":"code","valueCode":"c"}{{system}}]}
            """);

        Assert.InRange(answer.Status, 200, 422);
    }
}

public sealed class SentResourcesOnSqlite(SqliteFhirServer server) : SentResourceTests(server);

public sealed class SentResourcesOnPostgres(PostgresFhirServer server) : SentResourceTests(server);
