using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vagus.Fhir.Writing;

/// <summary>
/// What of a Subscription is not its author's: the server decides the status (R4 §2.46.5.3), and the values of headers are no content of a
/// record that colleagues read. They are kept apart and stand in the body as <see cref="Withheld"/>.
/// </summary>
internal static class SubscriptionBody
{
    public const string Type = "Subscription";

    /// <summary>What stands for the value of a header. One that is sent back so keeps the value that is known.</summary>
    public const string Withheld = "(withheld)";

    /// <summary>The channel whose receiver comes by itself: such a subscription is active from the create on (requirement 18).</summary>
    public const string WebSocket = "websocket";

    /// <summary>
    /// The extension of a channel that holds the secret by which notifications are signed. Among what is withheld it has a name that no
    /// header can have.
    /// </summary>
    public const string SecretExtension = "signature-secret";
    private const string SecretName = $"({SecretExtension})";

    public const string Requested = "requested";
    public const string Active = "active";
    public const string Error = "error";
    public const string Off = "off";

    /// <summary>The resource as it is stored, and its headers and its secret as they were sent.</summary>
    public static (JsonElement Resource, IReadOnlyList<string> Withheld) Of(JsonElement resource)
    {
        var body = ObjectOf(resource);
        var channel = body["channel"] as JsonObject;
        var begin = channel?["type"]?.GetValue<string>() == WebSocket ? Active : Requested;
        body["status"] = body["status"]?.GetValue<string>() == Off ? Off : begin;
        body.Remove("error");
        body.Remove("_error");
        // A header of the secret's name is none, and is refused as that.
        var headers = HeadersOf(channel).ConvertAll(header => IsSecret(header) ? "" : header);
        if (headers.Count > 0 && channel is not null)
            channel["header"] = new JsonArray([.. headers.Select(header => (JsonNode)$"{NameOf(header)}: {Withheld}")]);
        if (TakeSecret(channel) is { } secret) headers.Add($"{SecretName}: {secret}");
        return (JsonSerializer.SerializeToElement(body), headers);
    }

    /// <summary>The stored body in another status, with the text of what is wrong; null: nothing is.</summary>
    public static byte[] InStatus(ReadOnlySpan<byte> stored, string status, string? error)
    {
        var body = JsonNode.Parse(stored)?.AsObject() ?? throw new InvalidDataException("A Subscription has no body.");
        body["status"] = status;
        body.Remove("error");
        if (error is not null) body["error"] = error;
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    /// <summary>
    /// The body with the headers as they were sent, for the author alone: the answer to a create tells what every notification will carry.
    /// </summary>
    public static byte[] WithHeaders(byte[] stored, IReadOnlyList<string> withheld)
    {
        var headers = withheld.Where(each => !IsSecret(each)).ToList();
        if (headers.Count == 0) return stored;
        var body = JsonNode.Parse(stored)?.AsObject() ?? throw new InvalidDataException("A Subscription has no body.");
        if (body["channel"] is JsonObject channel) channel["header"] = new JsonArray([.. headers.Select(header => (JsonNode)header)]);
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    public static bool IsSecret(string withheld) => NameOf(withheld) == SecretName;

    public static string NameOf(string header) => header.Split(':', 2)[0].Trim();

    public static string ValueOf(string header) => header.Split(':', 2) is [_, var value] ? value.Trim() : "";

    private static List<string> HeadersOf(JsonObject? channel) =>
        channel?["header"] is JsonArray headers ? [.. headers.Select(header => header?.GetValue<string>() ?? "")] : [];

    /// <summary>The secret, which stands in the body no more; null: there is none.</summary>
    private static string? TakeSecret(JsonObject? channel)
    {
        var found = (channel?["extension"] as JsonArray)?.OfType<JsonObject>()
            .Where(each => each["url"]?.GetValue<string>() == SecretExtension).ToList() ?? [];
        // Of two, none is the secret: that is refused.
        var secret = found is [var one] ? one["valueString"]?.GetValue<string>() ?? "" : "";
        foreach (var each in found) each["valueString"] = Withheld;
        return found.Count == 0 ? null : secret;
    }

    private static JsonObject ObjectOf(JsonElement resource) =>
        JsonObject.Create(resource)?.DeepClone().AsObject() ?? throw new InvalidDataException("A Subscription is an object.");
}
