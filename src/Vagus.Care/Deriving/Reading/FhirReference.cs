using System.Text.Json;

namespace Vagus.Care.Deriving.Reading;

/// <summary>
/// A literal reference to a resource of this server, without its version: <c>Patient/1</c>. Rules see references below the server's own
/// addresses as relative ones, so an absolute URL names a resource of another server, whose ids mean nothing here.
/// </summary>
internal sealed record FhirReference(string Type, string Id)
{
    /// <summary>Null for contained resources, placeholders (<c>urn:uuid:</c>), other servers' resources and logical references.</summary>
    public static FhirReference? Of(JsonElement reference)
    {
        if (reference.Text("reference") is not { } text) return null;
        var history = text.IndexOf("/_history/", StringComparison.Ordinal);
        var parts = (history < 0 ? text : text[..history]).Split('/');
        return parts is [{ Length: > 0 } type, { Length: > 0 } id] && char.IsAsciiLetterUpper(type[0]) ? new(type, id) : null;
    }

    public override string ToString() => $"{Type}/{Id}";
}
