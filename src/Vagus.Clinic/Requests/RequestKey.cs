using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Kernel;

namespace Vagus.Clinic.Requests;

/// <summary>
/// The header <c>Idempotency-Key</c>: a request that comes twice, by a double click or because its answer was lost, creates once. What it
/// created keeps the key as an identifier, so that both commit together. A key is the caller's own: another caller's is another one.
/// </summary>
internal sealed record RequestKey(string Value, string Content)
{
    public const string Header = "Idempotency-Key";

    /// <summary>Of identifiers that tell which request made a resource.</summary>
    public const string System = "urn:vagus:request";

    /// <summary>Of identifiers that tell what the request said.</summary>
    public const string ContentSystem = "urn:vagus:request-content";

    private const int LongestKey = 128;

    private static readonly Refusal Malformed = new(
        RefusalKind.Invalid, "invalid_request", $"{Header} is one text of 1 to {LongestKey} visible ASCII characters.");

    public static readonly Refusal Reused = new(
        RefusalKind.Unprocessable, "idempotency_key_reused", $"The {Header} came with another request before.");

    /// <summary>The condition that finds what the key has made.</summary>
    public string Query => $"identifier={Uri.EscapeDataString($"{System}|{Value}")}";

    /// <param name="request">The request.</param>
    /// <param name="by">Who sends it.</param>
    /// <param name="said">What it says: the same key with anything else is refused.</param>
    public static Result<RequestKey?> Of<T>(HttpRequest request, Caller by, T said)
    {
        if (!request.Headers.TryGetValue(Header, out var keys)) return (RequestKey?)null;
        if (keys is not [{ Length: >= 1 and <= LongestKey } key] || key.Any(letter => letter is <= ' ' or > '~')) return Malformed;
        return new RequestKey(HashOf($"{by.User.Value}\n{key}"), HashOf(JsonSerializer.Serialize(said, Answers.Form)));
    }

    public IEnumerable<JsonObject> ToIdentifiers() =>
    [
        new JsonObject { ["system"] = System, ["value"] = Value },
        new JsonObject { ["system"] = ContentSystem, ["value"] = Content },
    ];

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
