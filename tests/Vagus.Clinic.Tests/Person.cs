using System.Text;
using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

/// <summary>Somebody who has signed in.</summary>
public sealed class Person(House house, Role role, string token)
{
    public Role Role => role;

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path, null);

    public Task<Answer> Post(string path, object? body = null, string? ifMatch = null) => Send(HttpMethod.Post, path, body, ifMatch);

    public Task<Answer> Put(string path, object body, string? ifMatch = null) => Send(HttpMethod.Put, path, body, ifMatch);

    public Task<Answer> Delete(string path) => Send(HttpMethod.Delete, path, null);

    /// <summary>With an Idempotency-Key.</summary>
    public Task<Answer> PostOnce(string key, string path, object body) => Send(HttpMethod.Post, path, body, key: key);

    private async Task<Answer> Send(HttpMethod method, string path, object? body, string? ifMatch = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(house.Address, path));
        request.Headers.Authorization = new("Bearer", token);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (body is not null)
        {
            var text = body as string ?? JsonSerializer.Serialize(body);
            var media = path.StartsWith("/fhir", StringComparison.Ordinal) ? "application/fhir+json" : "application/json";
            request.Content = new StringContent(text, Encoding.UTF8, media);
        }

        using var answer = await house.Http.SendAsync(request);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()) { ETag = answer.Headers.ETag?.ToString() };
    }
}

/// <summary>What the server answered.</summary>
public sealed record Answer(int Status, string Text)
{
    public string? ETag { get; init; }

    public JsonElement Json => JsonElement.Parse(Text);

    public JsonElement this[string name] => Json.GetProperty(name);

    /// <summary>But for the id of the request's trace, which is another in each answer.</summary>
    public string WithoutTrace => Text.Replace(this["traceId"].GetString()!, "", StringComparison.Ordinal);

    public string Id => this["id"].GetString()!;

    public long Version => this["version"].GetInt64();

    public Answer Is(int status)
    {
        Assert.True(status == Status, $"{Status}: {Text}");
        return this;
    }

    public Answer IsRefused(int status, string code)
    {
        Is(status);
        Assert.Equal(code, this["code"].GetString());
        return this;
    }
}
