using System.Net.Http.Headers;
using System.Text.Json;

namespace Vagus.Server.Tests;

/// <summary>What routing itself refuses below /api is answered as every other refusal there.</summary>
public sealed class RoutingRefusalTests
{
    [Theory]
    [InlineData("DELETE", "/api/auth/login", null, 405, "method_not_allowed")]
    [InlineData("POST", "/api/events", "text/plain", 415, "unsupported_media_type")]
    public async Task A_method_or_a_media_type_that_an_address_does_not_take_is_a_problem_with_its_code(
        string method, string path, string? media, int status, string code)
    {
        await using var server = await TestServer.Start();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Address, path));
        if (media is not null) request.Content = new StringContent("x", MediaTypeHeaderValue.Parse(media));

        using var answer = await server.Http.SendAsync(request);

        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((code, status), (body.GetProperty("code").GetString(), body.GetProperty("status").GetInt32()));
        if (status == 405) Assert.Contains("POST", answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Elsewhere_routing_answers_as_before()
    {
        await using var server = await TestServer.Start();
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(server.Address, "/health/live"));

        using var answer = await server.Http.SendAsync(request);

        Assert.Equal((405, ""), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }
}
