using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Meaning;

/// <summary>Which orders are for biopsies, and what a pathology report says of one beyond its codes.</summary>
public static class BiopsyOrder
{
    public const string SnomedSystem = "http://snomed.info/sct";

    /// <summary>
    /// An extension of a DiagnosticReport, with a <c>valueBoolean</c>: the pathologist's word on whether it is malignant.
    /// </summary>
    public const string IsMalignantUrl = "urn:vagus:is-malignant";

    /// <summary>Biopsy; of skin, breast, colon, prostate. Other procedures are known by their words.</summary>
    public static IReadOnlyList<string> Procedures { get; } = ["86273004", "240977001", "122548005", "76164006", "65575008"];

    public static bool Is(JsonElement resource) =>
        PropertyText.Of(resource, "resourceType"u8) == "ServiceRequest"
        && (Codings(resource, "code").Any(IsProcedure) || SaysBiopsy(resource, "code") || SaysBiopsy(resource, "category"));

    /// <summary>Null where the report does not say.</summary>
    public static bool? IsMalignant(JsonElement report)
    {
        foreach (var extension in Items(report, "extension"))
        {
            if (PropertyText.Of(extension, "url"u8) == IsMalignantUrl && extension.TryGetProperty("valueBoolean"u8, out var value))
            {
                return value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
            }
        }

        return null;
    }

    private static bool IsProcedure(JsonElement coding) =>
        PropertyText.Of(coding, "system"u8) == SnomedSystem && PropertyText.Of(coding, "code"u8) is { } code && Procedures.Contains(code);

    private static bool SaysBiopsy(JsonElement resource, string element) =>
        Items(resource, element).Any(concept => SaysBiopsy(PropertyText.Of(concept, "text"u8)))
            || Codings(resource, element).Any(coding => SaysBiopsy(PropertyText.Of(coding, "display"u8)));

    private static bool SaysBiopsy(string? words) => words?.Contains("biopsy", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The codings of a CodeableConcept, a Coding or a list of either.</summary>
    private static IEnumerable<JsonElement> Codings(JsonElement resource, string element) =>
        Items(resource, element).SelectMany(concept => Items(concept, "coding").Prepend(concept));

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child)
            ? child.ValueKind switch
            {
                JsonValueKind.Array => child.EnumerateArray(),
                JsonValueKind.Object => [child],
                _ => [],
            }
            : [];
}
