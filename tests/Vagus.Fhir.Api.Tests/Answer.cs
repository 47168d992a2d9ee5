using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Vagus.Fhir.Api.Tests;

/// <summary>An HTTP answer, read to its end.</summary>
internal sealed record Answer(int Status, byte[] Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonElement.Parse(Text);

    public string Id => Json.GetProperty("id").GetString()!;

    public string VersionId => Json.GetProperty("meta").GetProperty("versionId").GetString()!;

    public string? ETag => Headers.ETag?.ToString();

    public long? Total => Json.TryGetProperty("total", out var total) ? total.GetInt64() : null;

    public string? Next =>
        Json.GetProperty("link").EnumerateArray().Where(link => link.GetProperty("relation").GetString() == "next")
        .Select(link => link.GetProperty("url").GetString()).SingleOrDefault();

    public IReadOnlyList<JsonElement> Entries => Json.TryGetProperty("entry", out var entries) ? [.. entries.EnumerateArray()] : [];

    /// <summary>The ids of a searchset, in its order.</summary>
    public IReadOnlyList<string> Ids =>
        [.. Entries.Where(entry => ModeOf(entry) != "outcome").Select(entry => entry.GetProperty("resource").GetProperty("id").GetString()!)];

    /// <summary>The resources that go with the matches, as references.</summary>
    public IReadOnlyList<string> Included => [.. Entries.Where(entry => ModeOf(entry) == "include").Select(entry => entry.GetProperty("resource"))
        .Select(resource => $"{resource.GetProperty("resourceType").GetString()}/{resource.GetProperty("id").GetString()}")];

    /// <summary>What a searchset says beside its entries.</summary>
    public string? Outcome => Entries.Where(entry => ModeOf(entry) == "outcome").Select(entry => entry.GetRawText()).SingleOrDefault();

    private static string? ModeOf(JsonElement entry) =>
        entry.TryGetProperty("search", out var search) ? search.GetProperty("mode").GetString() : null;

    /// <summary>The statuses of a batch-response or transaction-response.</summary>
    public IReadOnlyList<string> Statuses => [.. Entries.Select(entry => entry.GetProperty("response").GetProperty("status").GetString()!)];

    public static async Task<Answer> Of(HttpResponseMessage response) =>
        new((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response.Headers, response.Content.Headers);

    public Answer Is(int status)
    {
        Assert.True(Status == status, $"{status} was expected, not {Status}: {(Text.Length > 2000 ? Text[..2000] : Text)}");
        return this;
    }

    /// <summary>An OperationOutcome with this issue code, and nothing else.</summary>
    public Answer IsRefused(int status, string issue)
    {
        Is(status);
        Assert.Equal("application/fhir+json", ContentHeaders.ContentType?.MediaType);
        Assert.Equal("OperationOutcome", Json.GetProperty("resourceType").GetString());
        Assert.Equal(issue, Json.GetProperty("issue")[0].GetProperty("code").GetString());
        return this;
    }
}
