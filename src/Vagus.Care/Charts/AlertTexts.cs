using Vagus.Care.Alerts;
using Vagus.Events;

namespace Vagus.Care.Charts;

/// <summary>How a chart says what an alert is about, by what the event holds of its own record.</summary>
internal static class AlertTexts
{
    public static ChartAlert Of(LabCriticalAlert critical) => new(
        "", "critical_lab_value", LabAlertWords.TitleOf(critical), LabAlertWords.MessageOf(critical, ValueOf(critical)))
    {
        Details = new AlertDetails(critical.TestName, critical.Value, critical.ValueText, critical.Unit, critical.CriticalReason),
    };

    public static ChartAlert Of(LabCriticalCorrected corrected)
    {
        var content = CorrectedValue.ContentOf(corrected);
        return new ChartAlert("", "critical_lab_value", content.Title, content.Message)
        {
            Details = new AlertDetails(
                corrected.TestName, corrected.Value, corrected.ValueText, corrected.Unit, content.Details?.CriticalReason),
        };
    }

    public static ChartAlert Of(RadiologyCriticalAlert critical) => new(
        "", "critical_radiology_finding", "CRITICAL IMAGING FINDING", critical.CriticalReason)
    {
        Details = new AlertDetails(critical.Finding, null, null, null, critical.CriticalReason),
    };

    /// <summary>For alerts whose cause the chart does not keep.</summary>
    public static ChartAlert Of(AlertRaised raised)
    {
        var title = raised.AlertType switch
        {
            "critical_lab_value" => "CRITICAL LAB VALUE",
            "critical_radiology_finding" => "CRITICAL IMAGING FINDING",
            "drug_interaction" => "Drug Interaction",
            "allergy_contraindication" => "Allergy Contraindication",
            "biopsy_result" => "Biopsy Result",
            _ => "Alert",
        };
        return new ChartAlert("", raised.AlertType, title, title);
    }

    /// <summary>An active allergy is an alert of the chart as long as it is active; it needs no acknowledgement.</summary>
    public static ChartAlert Of(ChartAllergy allergy) => new(
        $"allergy-{allergy.Id}", "allergy", "ALLERGY", $"ALLERGY: {allergy.Display ?? "substance not named"}")
    {
        Priority = allergy.Criticality == "high" ? "urgent" : "high",
        RequiresAcknowledgment = false,
    };

    private static string ValueOf(LabCriticalAlert critical) => AlertMark.ValueOf(critical) ?? critical.Interpretation ?? "critical";
}
