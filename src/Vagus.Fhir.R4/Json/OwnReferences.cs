using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Json;

/// <summary>
/// A stored body as the server itself reads it: references below its own addresses are relative, so that index, compartments and rules
/// see one form. What is stored and served stays as it was sent.
/// </summary>
public static class OwnReferences
{
    public static JsonElement Read(ReadOnlySpan<byte> body, OwnBases own)
    {
        if (!MayHoldUrls(body)) return StoredBody.Read(body);
        using var copy = new BodyCopy(body.Length, (kind, link) => kind == LinkKind.Reference ? Relative(link, own) : null);
        copy.Resource(body);
        return StoredBody.Read(copy.ToArray());
    }

    /// <summary><c>Patient/1/_history/2</c> for a literal reference below an own address, null for every other text.</summary>
    private static string? Relative(ReadOnlySpan<char> link, OwnBases own) =>
        own.Relative(link) is { IsEmpty: false } rest && ReferenceText.TypeOf(rest) is not null ? rest.ToString() : null;

    // Nearly all references are relative and begin with a capital. Stored bodies have no blanks, and validated ones no escaped names.
    private static bool MayHoldUrls(ReadOnlySpan<byte> body) =>
        body.IndexOf("\"reference\":\"h"u8) >= 0 || body.IndexOf("\"reference\":\"\\"u8) >= 0;
}
