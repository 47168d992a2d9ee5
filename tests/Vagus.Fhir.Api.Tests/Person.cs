using System.Net.Http.Headers;
using System.Text;

namespace Vagus.Fhir.Api.Tests;

/// <summary>Somebody who calls the API, with or without a token.</summary>
internal sealed class Person(FhirServer server, string? token)
{
    public string? Token => token;

    public FhirServer Server => server;

    public Task<Answer> Get(string path, Action<HttpRequestMessage>? change = null) =>
        Send(HttpMethod.Get, Fhir(path), body: (string?)null, change);

    public Task<Answer> Create(string resource, Action<HttpRequestMessage>? change = null) => Post(TypeOf(resource), resource, change);

    public Task<Answer> Put(string path, string resource, Action<HttpRequestMessage>? change = null) =>
        Send(HttpMethod.Put, Fhir(path), resource, change);

    public Task<Answer> Put(string path, string resource, string ifMatch) =>
        Put(path, resource, request => request.Headers.TryAddWithoutValidation("If-Match", ifMatch));

    public Task<Answer> Delete(string path, Action<HttpRequestMessage>? change = null) =>
        Send(HttpMethod.Delete, Fhir(path), body: (string?)null, change);

    public Task<Answer> Post(string path, string body, Action<HttpRequestMessage>? change = null) =>
        Send(HttpMethod.Post, Fhir(path), body, change);

    /// <summary>Posts a Bundle to the base.</summary>
    public Task<Answer> Bundle(string type, params IEnumerable<string> entries) =>
        Post("", $$$$"""{"resourceType":"Bundle","type":"{{{{type}}}}","entry":[{{{{string.Join(',', entries)}}}}]}""");

    public Task<Answer> Search(string type, string form) => Send(
        HttpMethod.Post, Fhir($"{type}/_search"), form, request =>
            request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded"));

    /// <summary>A GET with the query to the letter, which a Uri would otherwise tidy up.</summary>
    public async Task<Answer> Raw(string path, string query)
    {
        var address = new Uri(
            $"{server.Address.GetLeftPart(UriPartial.Authority)}{path}?{query}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await server.Http.SendAsync(request);
        return await Answer.Of(response);
    }

    public Task<Answer> Send(HttpMethod method, string path, string? body, Action<HttpRequestMessage>? change = null) =>
        Send(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), change);

    public async Task<Answer> Send(HttpMethod method, string path, byte[]? body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Address, path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        }

        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        change?.Invoke(request);
        using var response = await server.Http.SendAsync(request);
        return await Answer.Of(response);
    }

    private static string Fhir(string path) => path.StartsWith("http", StringComparison.Ordinal) ? path : $"/fhir/{path}";

    private static string TypeOf(string resource) => System.Text.Json.JsonElement.Parse(resource).GetProperty("resourceType").GetString()!;
}
