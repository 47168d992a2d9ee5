using System.Net.Http.Headers;
using System.Text.Json;

namespace Vagus.Bench;

/// <summary>The server under load, over as many kept connections as there are workers.</summary>
internal sealed class Target : IDisposable
{
    private static readonly MediaTypeHeaderValue FhirJson = new("application/fhir+json");

    private readonly HttpClient http;

    public Target(Uri url, string token, int workers)
    {
        Url = url;
        Token = token;
        var sockets = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = workers,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        };
        http = new HttpClient(sockets) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/fhir+json"));
    }

    public Uri Url { get; }

    public string Token { get; }

    /// <summary>True when the server answered with success; the answer is read to its end either way.</summary>
    public async Task<bool> Ask(HttpMethod method, string path, byte[]? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = FhirJson;
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        await response.Content.CopyToAsync(Stream.Null, cancel);
        return response.IsSuccessStatusCode;
    }

    /// <summary>Creates a resource and tells its id; throws when it is refused, for then there is nothing to measure.</summary>
    public async Task<string> Create(string type, byte[] body, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = FhirJson;
        using var response = await http.PostAsync(new Uri($"fhir/{type}", UriKind.Relative), content, cancel);
        response.EnsureSuccessStatusCode();
        if (response.Headers.Location is { } location)
        {
            var words = location.ToString().Split('/');
            return words[Array.LastIndexOf(words, type) + 1];
        }

        using var document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel);
        return document.RootElement.GetProperty("id").GetString() ?? throw new InvalidDataException("the created resource has no id");
    }

    public void Dispose() => http.Dispose();
}
