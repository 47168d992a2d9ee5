using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Vagus.Access.Policies;
using Vagus.Storage.Migrations;

namespace Vagus.Server.Tests.Edge;

/// <summary>How long a body may be at which door.</summary>
public sealed class BodyLimitTests
{
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public async Task A_body_has_one_mebibyte_in_fhir_sixteen_and_elsewhere_what_the_endpoint_says()
    {
        await using var server = TestServer.Build();
        server.App.MapPost("/api/small", Read).AllowAnyone("a test").AuditsNothing("a test");
        server.App.MapPost("/api/large", Read).AllowAnyone("a test").AuditsNothing("a test").WithMetadata(new RequestSizeLimitAttribute(4 * Mebibyte));
        await server.Get<Migrator>().Run(CancellationToken.None);
        await server.App.StartAsync();
        var token = await EdgeClinic.SignIn(server);

        Assert.Equal(HttpStatusCode.OK, await Send(server, "/api/small", Mebibyte));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await Send(server, "/api/small", Mebibyte + 1));
        Assert.Equal(HttpStatusCode.OK, await Send(server, "/api/large", 4 * Mebibyte));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await Send(server, "/api/large", (4 * Mebibyte) + 1));
        Assert.Equal(HttpStatusCode.BadRequest, await Send(server, "/fhir/Patient", 2 * Mebibyte, token));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await Send(server, "/fhir/Patient", (16 * Mebibyte) + 1, token));
    }

    private static Task Read(HttpContext context) => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);

    private static async Task<HttpStatusCode> Send(TestServer server, string path, int bytes, string? token = null)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, path));
        asked.Content = new ByteArrayContent(new byte[bytes]);
        asked.Content.Headers.ContentType = new("application/fhir+json");
        // The server may answer and close while the body is still under way.
        asked.Headers.ExpectContinue = true;
        if (token is not null) asked.Headers.Authorization = new("Bearer", token);
        using var answer = await server.Http.SendAsync(asked);
        return answer.StatusCode;
    }
}
