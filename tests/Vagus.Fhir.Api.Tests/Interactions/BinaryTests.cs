using System.Net.Http.Headers;
using Vagus.Fhir.Api.Tests.Auditing;

namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>A Binary as its content, in its own type (R4 §5.3.2).</summary>
public abstract class BinaryTests(FhirServer server)
{
    private static readonly byte[] Content = [0, 1, 2, 0xFF, (byte)'<', (byte)'p'];

    [Theory]
    [InlineData("image/png", "image/png")]
    [InlineData("text/html", "text/html, */*;q=0.1")]
    [InlineData("text/html; charset=utf-8", "text/html")]
    [InlineData("image/png", "image/*")]
    public async Task A_content_is_written_and_read_in_its_own_type_and_comes_sandboxed(string media, string accept)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var created = (await Write(provider, HttpMethod.Post, "Binary", media)).Is(201);
        var read = (await provider.Get(
            $"Binary/{created.Id}", request => request.Headers.TryAddWithoutValidation("Accept", accept))).Is(200);

        Assert.Equal(Content, read.Body);
        Assert.Equal(media, read.ContentHeaders.ContentType?.ToString());
        Assert.Equal("W/\"1\"", read.ETag);
        Assert.Equal("attachment", read.ContentHeaders.ContentDisposition?.DispositionType);
        Assert.StartsWith(
            "sandbox; default-src 'none';", Assert.Single(read.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(read.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal(
            read.Body, (await provider.Get($"Binary/{created.Id}/_history/1", request => request.Headers.TryAddWithoutValidation("Accept", accept)))
                .Is(200).Body);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*/*")]
    [InlineData("application/fhir+json")]
    [InlineData("application/json, text/plain, */*")]
    public async Task Who_does_not_name_its_type_gets_the_resource(string? accept)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var created = (await Write(provider, HttpMethod.Post, "Binary", "text/html")).Is(201);

        var read = (await provider.Get($"Binary/{created.Id}", request =>
        {
            if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        })).Is(200);

        Assert.Equal(("text/html", Convert.ToBase64String(Content)),
            (read.Json.GetProperty("contentType").GetString(), read.Json.GetProperty("data").GetString()));
    }

    [Fact]
    public async Task An_update_by_content_makes_the_next_version()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await Write(provider, HttpMethod.Put, "Binary/b", "image/png")).Is(201);
        var second = (await Write(provider, HttpMethod.Put, "Binary/b", "image/gif")).Is(200);

        Assert.Equal("2", second.VersionId);
    }

    [Theory]
    [InlineData("PUT", "Binary/b", "image/png")]
    [InlineData("POST", "Binary", "image/png")]
    [InlineData("PUT", "Binary/b", "application/fhir+json")]
    public async Task A_security_context_that_would_not_decide_is_refused_and_nothing_is_stored(string method, string path, string media)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await Write(provider, new HttpMethod(method), path, media, context: "Patient/p")).IsRefused(400, "not-supported");

        (await provider.Get("Binary/b")).Is(404);
    }

    [Fact]
    public async Task Another_type_is_not_acceptable_and_what_is_hidden_is_not_there()
    {
        var clinic = await Clinic.Open(server);
        var (sees, blind) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await Write(sees, HttpMethod.Put, "Binary/b", "image/png")).Is(201);
        (await sees.Put(
            "Binary/h",
            $$$"""{"resourceType":"Binary","id":"h"{{{Sample.Labelled("R")}}},"contentType":"image/png","data":"AAAA"}""")).Is(201);

        (await sees.Get("Binary/b", request => request.Headers.TryAddWithoutValidation("Accept", "application/pdf")))
            .IsRefused(406, "not-supported");
        (await blind.Get("Binary/h", request => request.Headers.TryAddWithoutValidation("Accept", "image/png"))).IsRefused(404, "not-found");
        Assert.Equal(3, (await sees.Get("Binary/h", request => request.Headers.TryAddWithoutValidation("Accept", "image/png"))).Is(200).Body.Length);
        Assert.Contains("read Binary/h/_history/1 0", (await AuditedAccess.Of(clinic)).Select(entry => entry.Line));
        (await Write(sees, HttpMethod.Post, "Patient", "image/png")).IsRefused(415, "not-supported");
    }

    private static Task<Answer> Write(Person person, HttpMethod method, string path, string media, string? context = null) =>
        person.Send(method, $"/fhir/{path}", Content, request =>
        {
            request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(media);
            if (context is not null) request.Headers.TryAddWithoutValidation("X-Security-Context", context);
        });
}

public sealed class BinariesOnSqlite(SqliteFhirServer server) : BinaryTests(server);

public sealed class BinariesOnPostgres(PostgresFhirServer server) : BinaryTests(server);
