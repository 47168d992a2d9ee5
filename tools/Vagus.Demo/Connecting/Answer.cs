using System.Net;
using System.Text.Json.Nodes;

namespace Vagus.Demo.Connecting;

/// <summary>What the server answered.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonObject? Body, string? ETag)
{
    public bool Succeeded => (int)Status is >= 200 and < 300;

    public bool IsConflict => Status is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed;

    /// <summary>The server's own words for a refusal: an OperationOutcome's diagnostics, a problem's title, or the status.</summary>
    public string Reason
    {
        get
        {
            var issues = (Body?["issue"] as JsonArray)?.OfType<JsonObject>()
                .Select(issue => Text(issue["diagnostics"]) ?? Text(issue["details"]?["text"]) ?? Text(issue["code"]))
                .OfType<string>().Take(3).ToList() ?? [];
            var words = issues.Count > 0 ? string.Join("; ", issues) : Text(Body?["detail"]) ?? Text(Body?["title"]) ?? Status.ToString();
            return $"{(int)Status} {words}";
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
