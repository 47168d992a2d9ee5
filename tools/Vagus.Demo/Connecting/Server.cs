using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vagus.Demo.Connecting;

/// <summary>
/// One request with its JSON. One that must not arrive twice (it POSTs new things) is not repeated after a broken
/// connection: nobody can tell whether the server had finished it.
/// </summary>
internal sealed record Ask(HttpMethod Method, string Path, string? Json = null, string? IfMatch = null)
{
    public bool Repeatable { get; init; } = true;
}

/// <summary>
/// The server's HTTP API. A server that restarts or is busy is asked again, with growing pauses, for at most
/// <see cref="Patience"/>; then the failure rises. What the demo writes is safe to repeat: fixed ids, or guarded by If-Match.
/// </summary>
internal sealed class Server(HttpClient http, TimeProvider clock)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    public TimeProvider Clock => clock;

    public async Task<Answer> Send(Ask ask, string? token, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(250);
        while (true)
        {
            var worthWaiting = clock.GetElapsedTime(began) + pause < Patience;
            try
            {
                var answer = await Once(ask, token, cancel);
                if (!IsBusy(answer.Status) || !worthWaiting) return answer;
            }
            catch (HttpRequestException) when (worthWaiting && ask.Repeatable)
            {
                // The server is away; the next round asks again.
            }
            catch (TaskCanceledException) when (worthWaiting && ask.Repeatable && !cancel.IsCancellationRequested)
            {
                // The request ran into its own time limit; the next round asks again.
            }

            await Task.Delay(pause, clock, cancel);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static bool IsBusy(HttpStatusCode status) => status is
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private async Task<Answer> Once(Ask ask, string? token, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(ask.Method, ask.Path);
        var isFhir = ask.Path.StartsWith("fhir", StringComparison.Ordinal);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(isFhir ? "application/fhir+json" : "application/json"));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (ask.IfMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ask.IfMatch);
        if (ask.Json is not null)
        {
            request.Content = new StringContent(ask.Json, Encoding.UTF8, isFhir ? "application/fhir+json" : "application/json");
        }

        using var response = await http.SendAsync(request, cancel);
        return new Answer(response.StatusCode, Parse(await response.Content.ReadAsStringAsync(cancel)), response.Headers.ETag?.ToString());
    }

    private static JsonObject? Parse(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{")) return null;
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null; // A proxy's or a broken answer; its status tells enough.
        }
    }
}
