using System.Text.Json;
using System.Text.Unicode;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Json;

/// <summary>
/// The strict door for JSON from outside: what comes in is UTF-8, not too deep, names nothing twice, and holds only text that can be
/// stored.
/// </summary>
public static class FhirJson
{
    /// <summary>Containers inside each other. R4's own resources stay far below it.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Any JSON document. The caller bounds the bytes, keeps them unchanged and disposes the document.</summary>
    public static Result<JsonDocument> Parse(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            return JsonDefects.InvalidUtf8;
        }

        if (!JsonEscapes.AreStorable(utf8.Span))
        {
            return JsonDefects.UnstorableText;
        }

        try
        {
            return JsonDocument.Parse(utf8, Strict);
        }
        catch (JsonException)
        {
            return JsonDefects.Find(utf8.Span);
        }
    }

    /// <summary>A document that is an object with a <c>resourceType</c>; whether that is a type of R4 is for the validator.</summary>
    public static Result<JsonDocument> ParseResource(ReadOnlyMemory<byte> utf8)
    {
        var parsed = Parse(utf8);
        if (parsed.IsRefused || IsResource(parsed.Value.RootElement))
        {
            return parsed;
        }

        parsed.Value.Dispose();
        return JsonDefects.NotAResource;
    }

    private static bool IsResource(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("resourceType"u8, out var type)
            && type.ValueKind == JsonValueKind.String;
}
