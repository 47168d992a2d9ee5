namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>A read of what the client has already is answered without it (R4 §3.1.0.2.1, RFC 9110 §13.1).</summary>
public abstract class ConditionalReadTests(FhirServer server)
{
    [Theory]
    [InlineData("If-None-Match", "W/\"1\"", 304)]
    [InlineData("If-None-Match", "\"1\"", 304)]
    [InlineData("If-None-Match", "W/\"7\", W/\"1\"", 304)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "W/\"2\"", 200)]
    [InlineData("If-Modified-Since", "Tue, 31 Dec 2999 23:59:59 GMT", 304)]
    [InlineData("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT", 200)]
    [InlineData("If-Modified-Since", "nonsense", 200)]
    public async Task A_header_says_what_the_client_has(string header, string value, int status)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            var answer = await provider.Send(
                method, "/fhir/Patient/a", (string?)null, request => request.Headers.TryAddWithoutValidation(header, value));

            Assert.Equal("W/\"1\"", answer.Is(status).ETag);
            Assert.Equal(status == 200 && method == HttpMethod.Get, answer.Body.Length > 0);
        }
    }

    [Fact]
    public async Task The_instant_that_an_answer_names_is_one_that_the_client_has_and_the_tag_goes_before_it()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var created = (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);
        var since = created.ContentHeaders.LastModified!.Value.ToString("R");

        (await provider.Get("Patient/a", request => request.Headers.TryAddWithoutValidation("If-Modified-Since", since))).Is(304);
        (await provider.Get("Patient/a", request =>
        {
            request.Headers.TryAddWithoutValidation("If-Modified-Since", since);
            request.Headers.TryAddWithoutValidation("If-None-Match", "W/\"9\"");
        })).Is(200);
    }
}

public sealed class ConditionalReadsOnSqlite(SqliteFhirServer server) : ConditionalReadTests(server);

public sealed class ConditionalReadsOnPostgres(PostgresFhirServer server) : ConditionalReadTests(server);
