using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Labels;

/// <summary>
/// The one definition of what is released to the patient whose record it is in: what does not carry the label NOPAT and, for results, what
/// has been signed off. <c>appended</c> counts: R4 places it under <c>amended</c>, a change of a report that had been issued.
/// </summary>
public static class ReleaseToPatient
{
    /// <summary>True for a result that its author has signed off.</summary>
    public static bool IsSignedOff(string? status) => status is "final" or "amended" or "corrected" or "appended";

    public static bool Allows(JsonElement resource, string type)
    {
        if (type is "DiagnosticReport" or "Observation" && !IsSignedOff(PropertyText.Of(resource, "status"u8))) return false;
        return !SecurityLabels.WithholdFromPatient(resource);
    }
}
