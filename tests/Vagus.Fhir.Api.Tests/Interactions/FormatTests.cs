namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>Answers are JSON or XML; a client that takes neither is told so before anything is done.</summary>
public abstract class FormatTests(FhirServer server)
{
    [Theory]
    [InlineData("application/fhir+json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/fhir+json; fhirVersion=4.0")]
    [InlineData("application/fhir+xml;q=0.9, application/fhir+json;q=0.1")]
    [InlineData("application/pdf, */*;q=0.1")]
    [InlineData("text/html, image/gif, *; q=.2, */*; q=.2")]
    [InlineData("APPLICATION/*")]
    [InlineData("text/json")]
    [InlineData("")]
    public async Task What_may_be_json_or_xml_is_answered(string accept)
    {
        var provider = await WithPatient();

        foreach (var path in Paths)
            (await provider.Get(path, request => request.Headers.TryAddWithoutValidation("Accept", accept))).Is(200);
    }

    [Theory]
    [InlineData("text/turtle")]
    [InlineData("application/foobar")]
    [InlineData("text/html")]
    [InlineData("application/fhir+xml; fhirVersion=3.0")]
    [InlineData("application/fhir+json;q=0, application/json;q=0, text/json;q=0, application/json+fhir;q=0, application/fhir+xml;q=0, application/xml;q=0, text/xml;q=0, application/xml+fhir;q=0, */*")]
    [InlineData("application/fhir+json; fhirVersion=3.0")]
    [InlineData("nonsense")]
    public async Task What_can_be_neither_is_not_acceptable(string accept)
    {
        var provider = await WithPatient();

        foreach (var path in Paths)
            (await provider.Get(path, request => request.Headers.TryAddWithoutValidation("Accept", accept)))
                .IsRefused(406, "not-supported");
        (await provider.Create(Sample.Patient("New"), request => request.Headers.TryAddWithoutValidation("Accept", accept)))
            .IsRefused(406, "not-supported");
        (await provider.Delete("Patient/f", request => request.Headers.TryAddWithoutValidation("Accept", accept)))
            .IsRefused(406, "not-supported");
        (await provider.Post(
            "", """{"resourceType":"Bundle","type":"batch"}""", request => request.Headers.TryAddWithoutValidation("Accept", accept)))
            .IsRefused(406, "not-supported");

        Assert.Equal(["f"], (await provider.Get("Patient")).Is(200).Ids);
    }

    [Theory]
    [InlineData("json", 200)]
    [InlineData("application/json", 200)]
    [InlineData("application/fhir+json", 200)]
    [InlineData("application/fhir%2Bjson", 200)]
    [InlineData("application/fhir%2Bjson;fhirVersion=4.0", 200)]
    [InlineData("", 200)]
    [InlineData("xml", 200)]
    [InlineData("application/fhir%2Bxml", 200)]
    [InlineData("text/turtle", 406)]
    [InlineData("application/foobar", 406)]
    [InlineData("json,xml", 406)]
    public async Task The_format_parameter_goes_before_the_header(string format, int status)
    {
        var provider = await WithPatient();
        var accept = format.Length == 0 ? "*/*" : status == 200 ? "text/turtle" : "application/fhir+json";

        foreach (var path in Paths)
        {
            (await provider.Get(
                $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}_format={format}", request =>
                request.Headers.TryAddWithoutValidation("Accept", accept))).Is(status);
        }

        (await provider.Search("Patient", $"_id=f&_format={format.Replace("fhir+json", "fhir%2Bjson", StringComparison.Ordinal)}"))
            .Is(status);
    }

    private static readonly string[] Paths = ["metadata", "Patient/f", "Patient/f/_history/1", "Patient/f/_history", "Patient?_id=f",
        "Binary/b"];

    private async Task<Person> WithPatient()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/f", Sample.Patient("F", "f"))).Is(201);
        (await provider.Put("Binary/b", """{"resourceType":"Binary","id":"b","contentType":"application/pdf","data":"AAAA"}""")).Is(201);
        return provider;
    }
}

public sealed class FormatsOnSqlite(SqliteFhirServer server) : FormatTests(server);

public sealed class FormatsOnPostgres(PostgresFhirServer server) : FormatTests(server);
