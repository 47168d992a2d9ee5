namespace Vagus.Care.Alerts;

/// <summary>The types of alerts. The names are in databases and on the wire.</summary>
internal static class AlertTypes
{
    public const string LabValue = "critical_lab_value";
    public const string RadiologyFinding = "critical_radiology_finding";
    public const string DrugInteraction = "drug_interaction";
    public const string AllergyContraindication = "allergy_contraindication";
    public const string BiopsyResult = "biopsy_result";

    public static readonly IReadOnlyList<string> All = [LabValue, RadiologyFinding, DrugInteraction, AllergyContraindication, BiopsyResult];
}
