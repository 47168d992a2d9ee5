using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Validation;

/// <summary>
/// Checks a CodeableConcept with a required binding: one of its codings must be in the value set. No Coding of R4 has such a binding.
/// </summary>
internal static class ConceptCheck
{
    public static void Check(JsonElement concept, CodeSet codes, Findings findings)
    {
        if (concept.TryGetProperty("coding"u8, out var codings))
        {
            foreach (var coding in codings.EnumerateArray())
            {
                if (coding.TryGetProperty("system"u8, out var system) && coding.TryGetProperty("code"u8, out var code)
                    && codes.Has(JsonText.Decoded(system), JsonText.Decoded(code)))
                {
                    return;
                }
            }
        }
        else if (concept.TryGetProperty("extension"u8, out _) && !concept.TryGetProperty("text"u8, out _))
        {
            // Only an extension: why the value is absent.
            return;
        }

        findings.Add("code-invalid", $"No coding is in the required value set {codes.Name}");
    }
}
