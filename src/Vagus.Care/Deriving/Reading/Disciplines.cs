using System.Text.Json;

namespace Vagus.Care.Deriving.Reading;

/// <summary>Which department an order, a report or an observation belongs to, by its category.</summary>
internal static class Disciplines
{
    // HL7 v2 table 0074, diagnostic service section. Pathology counts as laboratory unless a rule finds that it is about a biopsy.
    private static readonly HashSet<string> LaboratorySections =
        ["LAB", "CH", "HM", "MB", "MCB", "BLB", "SR", "IMM", "TX", "VR", "PAR", "MYC", "BG", "GE", "CG", "CP", "SP", "PAT", "CTH", "HLA", "NIC", "URN"];

    private static readonly HashSet<string> ImagingSections =
        ["RAD", "CT", "CUS", "NMR", "NMS", "OUS", "RUS", "RX", "VUS", "XRC"];

    private static readonly HashSet<string> LaboratoryCategory = ["laboratory"];
    private static readonly HashSet<string> ImagingCategory = ["imaging"];
    private static readonly HashSet<string> VitalSignsCategory = ["vital-signs"];
    private static readonly HashSet<string> LaboratoryProcedure = ["108252007"];
    private static readonly HashSet<string> ImagingProcedure = ["363679005"];

    // Biopsy; of skin, breast, colon, prostate. Other procedures are known by their words.
    private static readonly HashSet<string> BiopsyProcedures = ["86273004", "240977001", "122548005", "76164006", "65575008"];

    private static readonly HashSet<string> NoDisclosureToPatient = ["NOPAT"];

    public static bool IsLaboratory(this JsonElement resource) =>
        resource.HasCode("category", Systems.DiagnosticSection, LaboratorySections)
        || resource.HasCode("category", Systems.ObservationCategory, LaboratoryCategory)
        || resource.HasCode("category", Systems.Snomed, LaboratoryProcedure);

    public static bool IsImaging(this JsonElement resource) =>
        resource.HasCode("category", Systems.DiagnosticSection, ImagingSections)
        || resource.HasCode("category", Systems.ObservationCategory, ImagingCategory)
        || resource.HasCode("category", Systems.Snomed, ImagingProcedure);

    public static bool IsVitalSign(this JsonElement observation) =>
        observation.HasCode("category", Systems.ObservationCategory, VitalSignsCategory);

    public static bool IsBiopsyOrder(this JsonElement resource) =>
        resource.Text("resourceType") == "ServiceRequest"
        && (resource.HasCode("code", Systems.Snomed, BiopsyProcedures) || SaysBiopsy(resource, "code") || SaysBiopsy(resource, "category"));

    /// <summary>A request that somebody has to carry out, unlike a plan, a proposal or the order not to do something.</summary>
    public static bool IsOrder(this JsonElement request) =>
        request.Text("intent") is not ("proposal" or "plan" or "option" or "directive") && !request.Is("doNotPerform");

    /// <summary>The patient may see a signed-off result unless its author's label says no (v3-ActCode NOPAT).</summary>
    public static bool IsReleasedToPatient(this JsonElement resource) =>
        resource.Child("meta") is not { } meta || !meta.HasCode("security", Systems.ActCode, NoDisclosureToPatient);

    private static bool SaysBiopsy(JsonElement resource, string element) =>
        resource.Items(element).Any(concept => SaysBiopsy(concept.Text("text"))) || resource.Codings(element).Any(coding => SaysBiopsy(coding.Display));

    private static bool SaysBiopsy(string? words) => words?.Contains("biopsy", StringComparison.OrdinalIgnoreCase) == true;
}
