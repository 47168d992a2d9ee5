using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Storage.Migrations;

namespace Vagus.Server.Tests.Edge;

/// <summary>The security headers of pages, APIs and files, also of answers that were refused or failed.</summary>
public sealed class HeaderTests
{
    private const string Behind = "--urls http://127.0.0.1:0 --behind-proxy";

    [Theory]
    [InlineData("/")]
    [InlineData("/docs")]
    [InlineData("/health/live")]
    [InlineData("/fhir/metadata")]
    [InlineData("/fhir/Patient")]
    [InlineData("/api/auth/me")]
    [InlineData("/api/nothing-here")]
    [InlineData("/socket.io/?EIO=4&transport=polling")]
    [InlineData("/socket.io/?EIO=3&transport=carrier-pigeon")]
    [InlineData("/ws")]
    public async Task Every_answer_says_how_a_browser_has_to_treat_it(string path)
    {
        await using var server = await TestServer.Start(Behind);

        using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
        asked.Headers.Add("X-Forwarded-Proto", "https");
        using var answer = await server.Http.SendAsync(asked);

        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Equal("max-age=31536000", Header(answer, "Strict-Transport-Security"));
        Assert.Contains("camera=()", Header(answer, "Permissions-Policy"), StringComparison.Ordinal);
        var policy = Header(answer, "Content-Security-Policy");
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.Empty(Header(answer, "Server"));
        Assert.Empty(Header(answer, "X-Powered-By"));
    }

    [Theory]
    [InlineData("/fhir/metadata")]
    [InlineData("/fhir/Patient")]
    [InlineData("/api/auth/me")]
    [InlineData("/api/nothing-here")]
    public async Task Nothing_keeps_what_an_api_answers_and_a_browser_runs_nothing_of_it(string path)
    {
        await using var server = await TestServer.Start();

        using var answer = await EdgeClinic.Ask(server, path);

        Assert.Equal("no-store", Header(answer, "Cache-Control"));
        Assert.StartsWith("sandbox; default-src 'none'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Empty(Header(answer, "Content-Disposition"));
    }

    [Fact]
    public async Task A_failure_keeps_the_headers()
    {
        await using var server = await With("/api/failing", Fail);

        using var answer = await EdgeClinic.Ask(server, "/api/failing");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.StartsWith("sandbox;", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Binary_is_saved_and_not_shown()
    {
        await using var server = await TestServer.Start();
        var token = await EdgeClinic.SignIn(server);
        const string page = """{"resourceType":"Binary","id":"page","contentType":"text/html","data":"PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="}""";

        using var written = await EdgeClinic.Ask(server, "/fhir/Binary/page", token, HttpMethod.Put, page);
        using var read = await EdgeClinic.Ask(server, "/fhir/Binary/page", token);

        Assert.Equal("attachment", Header(read, "Content-Disposition"));
        Assert.StartsWith("sandbox; default-src 'none'", Header(read, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(read, "X-Content-Type-Options"));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/svg+xml")]
    [InlineData("application/pdf")]
    public async Task A_file_that_an_api_answers_is_saved_and_not_shown(string type)
    {
        await using var server = await With("/api/file", () => Results.Bytes("<script>alert(1)</script>"u8.ToArray(), type));

        using var answer = await EdgeClinic.Ask(server, "/api/file");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("attachment", Header(answer, "Content-Disposition"));
        Assert.StartsWith("sandbox; default-src 'none'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    private static async Task<TestServer> With(string path, Func<IResult> endpoint)
    {
        var server = TestServer.Build();
        server.App.MapGet(path, endpoint).AllowAnyone("a test").AuditsNothing("a test");
        await server.Get<Migrator>().Run(CancellationToken.None);
        await server.App.StartAsync();
        return server;
    }

    private static IResult Fail() => throw new InvalidOperationException("On purpose.");

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values)
            ? string.Join(",", values) : "";
}
