using System.Net.Http.Headers;
using System.Xml.Linq;

namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>The form of answers: XML, indented, a part of the resource. What is stored is the same JSON whatever came in.</summary>
public abstract class AnswerFormTests(FhirServer server)
{
    private const string Xml =
        """<Patient xmlns="http://hl7.org/fhir"><id value="x"/><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">T <b>b</b></div></text><extension url="urn:d"><valueDecimal value="1.50E2"/></extension><name><given value="A"/><given value="B"/></name></Patient>""";

    private const string Stored =
        ""","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">T <b>b</b></div>"},"extension":[{"url":"urn:d","valueDecimal":1.50E2}],"name":[{"given":["A","B"]}]}""";

    [Theory]
    [InlineData("application/fhir+xml")]
    [InlineData("application/xml; charset=utf-8")]
    [InlineData("text/xml")]
    public async Task What_comes_as_xml_is_stored_as_json_and_given_as_either(string media)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await Put(provider, Xml, media)).Is(201);

        var json = (await provider.Get("Patient/x")).Is(200);
        Assert.EndsWith(Stored, json.Text, StringComparison.Ordinal);
        var xml = (await provider.Get("Patient/x?_format=xml")).Is(200);
        Assert.Equal("application/fhir+xml", xml.ContentHeaders.ContentType?.MediaType);
        Assert.Contains("<valueDecimal value=\"1.50E2\" />", xml.Text, StringComparison.Ordinal);
        Assert.Contains("<div xmlns=\"http://www.w3.org/1999/xhtml\">T <b>b</b></div>", xml.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<Patient", "structure")]
    [InlineData("<!DOCTYPE Patient><Patient xmlns='http://hl7.org/fhir'/>", "structure")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'><id value='x'/><birthDate value='soon'/></Patient>", "value")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'><id value='y'/></Patient>", "invalid")]
    public async Task What_is_not_valid_is_refused_in_the_form_that_the_client_takes(string body, string code)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var refused = (await Put(provider, body, "application/fhir+xml", accept: "application/fhir+xml")).Is(400);

        XNamespace fhir = "http://hl7.org/fhir";
        var outcome = XDocument.Parse(refused.Text).Root!;
        Assert.Equal(fhir + "OperationOutcome", outcome.Name);
        Assert.Equal(code, outcome.Element(fhir + "issue")!.Element(fhir + "code")!.Attribute("value")!.Value);
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("Patient?name=a")]
    [InlineData("Patient/x/_history")]
    [InlineData("_history")]
    [InlineData("Patient/none")]
    public async Task Every_answer_is_xml_for_those_who_ask_for_it(string path)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await Put(provider, Xml, "application/fhir+xml")).Is(201);

        var answer = await provider.Get(path, request => request.Headers.TryAddWithoutValidation("Accept", "application/fhir+xml"));
        var head = await provider.Send(
            HttpMethod.Head, $"/fhir/{path}", (string?)null,
            request => request.Headers.TryAddWithoutValidation("Accept", "application/fhir+xml"));

        Assert.Equal("http://hl7.org/fhir", XDocument.Parse(answer.Text).Root!.Name.NamespaceName);
        Assert.Equal(answer.Body.LongLength, head.ContentHeaders.ContentLength);
    }

    [Theory]
    [InlineData("Patient/x")]
    [InlineData("Patient")]
    public async Task Pretty_answers_are_indented_and_say_the_same(string path)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await Put(provider, Xml, "application/fhir+xml")).Is(201);

        var pretty = (await provider.Get($"{path}?_pretty=true")).Is(200);

        Assert.Contains("\n  \"resourceType\"", pretty.Text, StringComparison.Ordinal);
        Assert.Contains("1.50E2", pretty.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\n  ", (await provider.Get($"{path}?_pretty=false")).Is(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_summary=true", "birthDate id meta name resourceType")]
    [InlineData("_summary=text", "id meta resourceType text")]
    [InlineData("_summary=data", "birthDate contact extension id maritalStatus meta name resourceType")]
    [InlineData("_elements=birthDate,contact", "birthDate contact id meta resourceType")]
    [InlineData("_summary=false", null)]
    public async Task A_part_of_a_resource_is_tagged_as_one(string query, string? elements)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/x", Sample.Patient("F", "x",
            ""","maritalStatus":{"text":"m"},"birthDate":"1930","contact":[{"name":{"text":"c"}}],"extension":[{"url":"urn:x","valueCode":"y"}],"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">T</div>"}""")))
            .Is(201);

        foreach (var path in new[] { "Patient/x", "Patient/x/_history/1" })
        {
            var part = (await provider.Get($"{path}?{query}")).Is(200);

            var names = string.Join(' ', part.Json.EnumerateObject().Select(each => each.Name).Order(StringComparer.Ordinal));
            if (elements is null) Assert.Equal((await provider.Get(path)).Text, part.Text);
            else Assert.Equal(elements, names);
            Assert.Equal(elements is not null, part.Text.Contains("SUBSETTED", StringComparison.Ordinal));
        }

        (await provider.Get("Patient/x?_summary=count")).IsRefused(400, "invalid");
    }

    private static Task<Answer> Put(Person person, string body, string media, string? accept = null) =>
        person.Put("Patient/x", body, request =>
        {
            request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(media);
            if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        });
}

public sealed class AnswerFormsOnSqlite(SqliteFhirServer server) : AnswerFormTests(server);

public sealed class AnswerFormsOnPostgres(PostgresFhirServer server) : AnswerFormTests(server);
