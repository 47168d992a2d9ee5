using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Indexing.Reading;

/// <summary>What token parameters find (FHIR R4 search, "token").</summary>
internal static class Tokens
{
    public static void Read(JsonElement element, TypeDefinition type, int parameter, IndexedValues values)
    {
        if (element.ValueKind is JsonValueKind.Object)
        {
            ReadObject(element, type, parameter, values);
        }
        else if (type.Kind is TypeKind.Primitive && Plain(element) is { Length: > 0 } code)
        {
            values.Add(new TokenValue(parameter, System: null, code));
        }
    }

    private static void ReadObject(JsonElement element, TypeDefinition type, int parameter, IndexedValues values)
    {
        switch (type.Name)
        {
            case "CodeableConcept":
                AddText(element, "text"u8, parameter, values);
                if (!element.TryGetProperty("coding"u8, out var codings) || codings.ValueKind is not JsonValueKind.Array) return;
                foreach (var coding in codings.EnumerateArray())
                {
                    if (coding.ValueKind is JsonValueKind.Object) ReadCoding(coding, parameter, values);
                }

                break;
            case "Coding":
                ReadCoding(element, parameter, values);
                break;
            case "Identifier":
                Add(element, "system"u8, "value"u8, parameter, values);
                ReadType(element, parameter, values);
                break;
            case "ContactPoint":
                if (Elements.Text(element, "value"u8) is { } address) values.Add(new TokenValue(parameter, System: null, address));
                break;
        }
    }

    private static void ReadCoding(JsonElement coding, int parameter, IndexedValues values)
    {
        Add(coding, "system"u8, "code"u8, parameter, values);
        AddText(coding, "display"u8, parameter, values);
    }

    /// <summary>The type of an identifier: its text for <c>:text</c>, its codings with the value for <c>:of-type</c>.</summary>
    private static void ReadType(JsonElement identifier, int parameter, IndexedValues values)
    {
        if (!identifier.TryGetProperty("type"u8, out var type) || type.ValueKind is not JsonValueKind.Object) return;
        AddText(type, "text"u8, parameter, values);
        if (KnownTexts.Text(identifier, "value"u8) is not { } value) return;
        if (!type.TryGetProperty("coding"u8, out var codings) || codings.ValueKind is not JsonValueKind.Array) return;
        foreach (var coding in codings.EnumerateArray())
        {
            if (coding.ValueKind is JsonValueKind.Object && KnownTexts.Text(coding, "code"u8) is { } code)
                values.Add(new TypedIdentifier(parameter, KnownTexts.Text(coding, "system"u8), code, value));
        }
    }

    private static void AddText(JsonElement element, ReadOnlySpan<byte> name, int parameter, IndexedValues values)
    {
        if (KnownTexts.Text(element, name) is { } text && SearchText.Normalize(text) is { Length: > 0 } normalized)
            values.Add(new TokenText(parameter, normalized));
    }

    public static void Add(
        JsonElement element, ReadOnlySpan<byte> systemName, ReadOnlySpan<byte> codeName, int parameter, IndexedValues values)
    {
        var system = KnownTexts.Text(element, systemName);
        var code = KnownTexts.Text(element, codeName);
        // A system without a code is found by "system|".
        if (system is not null || code is not null) values.Add(new TokenValue(parameter, system, code ?? ""));
    }

    private static string? Plain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => KnownTexts.Of(element),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => element.GetRawText(),
        _ => null,
    };
}
