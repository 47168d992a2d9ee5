using System.Text.Json;
using Vagus.Fhir.Meaning;

namespace Vagus.Care.Deriving.Reading;

/// <summary>Which department an order, a report or an observation belongs to, by its category.</summary>
internal static class Disciplines
{
    // HL7 v2 table 0074 (diagnostic service section), observation-category, SNOMED CT "Laboratory procedure".
    // Pathology counts as laboratory unless a rule finds that it is about a biopsy.
    private static readonly HashSet<string> Laboratory =
        ["LAB", "CH", "HM", "MB", "MCB", "BLB", "SR", "IMM", "TX", "VR", "PAR", "MYC", "BG", "GE", "CG", "CP", "SP", "PAT", "CTH", "NIC",
            "URN", "laboratory", "108252007"];

    // The same three systems; SNOMED CT "Imaging".
    private static readonly HashSet<string> Imaging =
        ["RAD", "CT", "CUS", "NMR", "NMS", "OUS", "RUS", "RX", "VUS", "XRC", "imaging", "363679005"];

    private static readonly HashSet<string> VitalSigns = ["vital-signs"];

    private static readonly HashSet<string> LaboratoryWords = new(StringComparer.OrdinalIgnoreCase) { "laboratory", "lab" };
    private static readonly HashSet<string> ImagingWords = new(StringComparer.OrdinalIgnoreCase) { "imaging", "radiology" };

    private static readonly HashSet<string> ObservationCategories =
        [Systems.ObservationCategory, "http://hl7.org/fhir/observation-category"];

    // The second address of each table is that of earlier FHIR versions, which senders still use.
    private static readonly HashSet<string> CategorySystems =
    [
        Systems.DiagnosticSection, "http://hl7.org/fhir/v2/0074",
        Systems.ObservationCategory, "http://hl7.org/fhir/observation-category",
        Systems.Snomed,
    ];

    public static bool IsLaboratory(this JsonElement resource) => IsOf(resource, Laboratory, LaboratoryWords);

    public static bool IsImaging(this JsonElement resource) => IsOf(resource, Imaging, ImagingWords);

    public static bool IsVitalSign(this JsonElement observation) => IsOf(observation, VitalSigns, VitalSigns);

    /// <summary>
    /// A category of FHIR's own list says that it is no laboratory's: vital signs, an examination, a survey. What has none, or one that is
    /// not known here, may be one.
    /// </summary>
    public static bool IsOfAnotherKind(this JsonElement observation) =>
        !observation.IsLaboratory() && (observation.IsImaging() || observation.IsVitalSign()
            || observation.Codings("category").Any(coding => coding.System is { } system && ObservationCategories.Contains(system)));

    public static bool IsBiopsyOrder(this JsonElement resource) => BiopsyOrder.Is(resource);

    /// <summary>A request that somebody has to carry out, unlike a plan, a proposal or the order not to do something.</summary>
    public static bool IsOrder(this JsonElement request) =>
        request.Text("intent") is not ("proposal" or "plan" or "option" or "directive") && !request.Is("doNotPerform");

    // A category without a system, or in mere words, is taken at its word; one of a system that we do not know is not.
    private static bool IsOf(JsonElement resource, HashSet<string> codes, HashSet<string> words) =>
        resource.Codings("category")
            .Any(coding => codes.Contains(coding.Code) && (coding.System is null || CategorySystems.Contains(coding.System)))
        || resource.Items("category").Any(category => category.Text("text") is { } text && words.Contains(text));
}
