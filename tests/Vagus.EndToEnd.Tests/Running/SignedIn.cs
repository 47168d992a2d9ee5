using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Vagus.EndToEnd.Tests.Running;

/// <summary>What the server answered.</summary>
internal sealed record Answer(HttpStatusCode Status, string Text)
{
    public bool Succeeded => (int)Status is >= 200 and < 300;

    public JsonNode Json => JsonNode.Parse(Text)!;
}

/// <summary>A user with a token, which is renewed by a new sign-in when the server does not take it any more.</summary>
internal sealed class SignedIn(RunningServer server, Person person) : IDisposable
{
    private static readonly TimeSpan RequestLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(500);
    private readonly HttpClient http = new(
        new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(server.Url), Timeout = RequestLimit };
    private readonly SemaphoreSlim turn = new(1, 1);
    private string? token;

    public Person Person => person;

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path, body: null);

    public Task<Answer> Post(string path, string body) => Send(HttpMethod.Post, path, body);

    public Task<Answer> Put(string path, string body) => Send(HttpMethod.Put, path, body);

    /// <summary>A token that was good a moment ago; <paramref name="refused"/> is one that the server did not take.</summary>
    public async Task<string> Token(string? refused = null)
    {
        await turn.WaitAsync();
        try
        {
            if (token is null || token == refused) token = await NewToken();
            return token;
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task<Answer> Send(HttpMethod method, string path, string? body)
    {
        var known = await Token();
        var answer = await Send(method, path, body, known);
        return answer.Status == HttpStatusCode.Unauthorized ? await Send(method, path, body, await Token(refused: known)) : answer;
    }

    public async Task<Answer> LogIn() =>
        await Send(
            HttpMethod.Post, "/api/auth/login",
            new JsonObject { ["email"] = person.Email, ["password"] = person.Password, ["tenant"] = person.Tenant }.ToJsonString(),
            bearer: null);

    public async Task<Answer> Send(HttpMethod method, string path, string? body, string? bearer)
    {
        using var request = new HttpRequestMessage(method, path);
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (body is not null)
            request.Content = new StringContent(
                body, Encoding.UTF8, path.StartsWith("/fhir", StringComparison.Ordinal) ? "application/fhir+json" : "application/json");
        using var answer = await http.SendAsync(request);
        return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public void Dispose()
    {
        http.Dispose();
        turn.Dispose();
    }

    private async Task<string> NewToken()
    {
        while (true)
        {
            var answer = await LogIn();
            if (answer.Succeeded) return (string)answer.Json["accessToken"]!;
            // A machine that is short of time makes PostgreSQL end a transaction that stood still: nothing was written then.
            if (answer.Status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
                throw new InvalidOperationException($"{person.Email} may not sign in: {(int)answer.Status} {answer.Text}");
            await Task.Delay(BusyPause);
        }
    }
}
