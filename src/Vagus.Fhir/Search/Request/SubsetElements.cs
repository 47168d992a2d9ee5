using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Search.Request;

/// <summary>
/// Writes a resource with the elements of a <see cref="Subset"/>. What must be there, and what changes the meaning, always stays.
/// </summary>
internal static class SubsetElements
{
    public static byte[] Write(Subset subset, string type, byte[] body)
    {
        if (subset.Kind == SubsetKind.Whole || R4Definitions.Type(type) is not { } definition) return body;
        return SubsetBody.Write(body, name => definition.Field(name) is not { } field || Keeps(subset, type, field.Element));
    }

    private static bool Keeps(Subset subset, string type, ElementDefinition element) => subset.Kind switch
    {
        SubsetKind.Summary => element.IsSummary || element.Min > 0 || element.IsModifier,
        SubsetKind.Text => element.Name == "text" || element.Min > 0,
        SubsetKind.Data => element.Name != "text",
        _ => element.Min > 0 || element.IsModifier || subset.Names.Contains(element.Name)
            || subset.Names.Contains($"{type}.{element.Name}"),
    };
}
