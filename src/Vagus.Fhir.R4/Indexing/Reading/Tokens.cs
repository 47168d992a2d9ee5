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
                if (!element.TryGetProperty("coding"u8, out var codings) || codings.ValueKind is not JsonValueKind.Array) return;
                foreach (var coding in codings.EnumerateArray())
                {
                    if (coding.ValueKind is JsonValueKind.Object) Add(coding, "system"u8, "code"u8, parameter, values);
                }

                break;
            case "Coding":
                Add(element, "system"u8, "code"u8, parameter, values);
                break;
            case "Identifier":
                Add(element, "system"u8, "value"u8, parameter, values);
                break;
            case "ContactPoint":
                if (Elements.Text(element, "value"u8) is { } address) values.Add(new TokenValue(parameter, System: null, address));
                break;
        }
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
