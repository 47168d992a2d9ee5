using System.Text.Json;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Patching;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>The patch in a body: a JSON Patch, or a Parameters resource with a FHIRPath Patch.</summary>
internal static class PatchBody
{
    private const string JsonPatchType = "application/json-patch+json";

    /// <summary>An array is a JSON Patch, whatever JSON type its media type names.</summary>
    public static Result<ResourcePatch> Of(ReadOnlyMemory<byte> body, TimeProvider clock)
    {
        var parsed = FhirJson.Parse(body);
        if (parsed.Refusal is { } malformed) return malformed;
        using var document = parsed.Value;
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? OfJson(document.RootElement.Clone()) : OfResource(document.RootElement.Clone(), clock);
    }

    /// <summary>A Parameters resource, or the Binary in which a Bundle has a JSON Patch (R4 §3.1.0.6).</summary>
    public static Result<ResourcePatch> OfResource(JsonElement resource, TimeProvider clock)
    {
        if (resource.ValueKind != JsonValueKind.Object) return FhirRefusals.UnsupportedPatch with { Kind = RefusalKind.Invalid };
        switch (PropertyText.Of(resource, "resourceType"u8))
        {
            case "Parameters":
                // The bytes of a Bundle are given back before the patch is applied.
                var patch = FhirPathPatch.Read(resource.Clone(), clock);
                return patch.Refusal is { } flawed ? flawed : patch.Value;
            case "Binary" when PropertyText.Of(resource, "contentType"u8) == JsonPatchType
                && resource.TryGetProperty("data"u8, out var data) && data.ValueKind == JsonValueKind.String
                && data.TryGetBytesFromBase64(out var bytes):
                var parsed = FhirJson.Parse(bytes);
                if (parsed.Refusal is { } malformed) return malformed;
                using (var document = parsed.Value) return OfJson(document.RootElement.Clone());
            default:
                return FhirRefusals.UnsupportedPatch with { Kind = RefusalKind.Invalid };
        }
    }

    private static Result<ResourcePatch> OfJson(JsonElement array)
    {
        var patch = JsonPatch.Read(array);
        return patch.Refusal is { } malformed ? malformed : patch.Value;
    }
}
