namespace Vagus.Fhir.Api.Tests.Interactions;

public abstract class HeadTests(FhirServer server)
{
    [Theory]
    [InlineData("metadata")]
    [InlineData("Patient/h")]
    [InlineData("Patient/h/_history/1")]
    [InlineData("Patient/h/_history")]
    [InlineData("Patient?_id=h")]
    [InlineData("Patient/nobody")]
    [InlineData("Patient?unknown=1")]
    public async Task Head_answers_what_get_answers_but_for_the_body(string path)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/h", Sample.Patient("H", "h"))).Is(201);

        var got = await provider.Get(path);
        var head = await provider.Send(HttpMethod.Head, $"/fhir/{path}", body: (string?)null);

        Assert.Equal(got.Status, head.Status);
        Assert.Empty(head.Body);
        Assert.Equal(
            (got.ETag, got.Body.LongLength, "application/fhir+json"),
            (head.ETag, head.ContentHeaders.ContentLength, head.ContentHeaders.ContentType?.MediaType));
    }
}

public sealed class HeadOnSqlite(SqliteFhirServer server) : HeadTests(server);

public sealed class HeadOnPostgres(PostgresFhirServer server) : HeadTests(server);
