using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Indexing.Reading;

/// <summary>What string parameters find: plain texts, and the parts of names and addresses.</summary>
internal static class Strings
{
    private static readonly byte[][] NameParts =
        [.. new[] { "family", "given", "text", "prefix", "suffix" }.Select(System.Text.Encoding.UTF8.GetBytes)];

    private static readonly byte[][] AddressParts =
        [.. new[] { "text", "line", "city", "district", "state", "postalCode", "country" }.Select(System.Text.Encoding.UTF8.GetBytes)];

    public static void Read(JsonElement element, TypeDefinition type, int parameter, IndexedValues values)
    {
        if (element.ValueKind is JsonValueKind.String)
        {
            Add(element, parameter, values);
            return;
        }

        if (element.ValueKind is not JsonValueKind.Object) return;
        var parts = type.Name switch { "HumanName" => NameParts, "Address" => AddressParts, _ => [] };
        foreach (var part in parts)
        {
            if (!element.TryGetProperty(part, out var text)) continue;
            foreach (var item in Elements.Items(text)) Add(item, parameter, values);
        }
    }

    private static void Add(JsonElement element, int parameter, IndexedValues values)
    {
        if (element.ValueKind is not JsonValueKind.String || element.GetString() is not { Length: > 0 } text) return;
        values.Add(new StringValue(parameter, SearchText.Normalize(text), text));
    }
}
