using Vagus.Care.Deriving;
using Vagus.Events;

namespace Vagus.Care.Alerts;

/// <summary>What an alert and a chart say of a critical value that does not hold: also which number was told before.</summary>
internal static class CorrectedValue
{
    public static AlertContent ContentOf(LabCriticalCorrected lab)
    {
        var before = ValueSpelling.Of(lab.PreviousValue, lab.PreviousUnit, lab.PreviousValueText) ?? "the critical value";
        var now = ValueSpelling.Of(lab.Value, lab.Unit, lab.ValueText);
        var (title, message, reason) = lab.Correction switch
        {
            "corrected" when now is not null => (
                "CORRECTED LAB VALUE", $"CORRECTED: {lab.TestName} = {now}, was {before}", $"Corrected, not critical; was {before}"),
            "corrected" => ("CORRECTED LAB VALUE", $"CORRECTED: {lab.TestName}: {before} does not hold", $"Corrected; was {before}"),
            "entered-in-error" => (
                "LAB VALUE ENTERED IN ERROR", $"ENTERED IN ERROR: {lab.TestName}: {before} does not hold", $"Entered in error; was {before}"),
            "other-patient" => (
                "LAB VALUE OF ANOTHER PATIENT", $"ANOTHER PATIENT'S: {lab.TestName}: {before} is not of this patient",
                $"Of another patient; was {before}"),
            _ => ("LAB VALUE WITHDRAWN", $"WITHDRAWN: {lab.TestName}: {before} does not hold", $"Withdrawn; was {before}"),
        };
        var details = new CriticalAlertDetails(lab.TestName, lab.Value, lab.Unit, reason, lab.Value is null ? lab.ValueText : null);
        return new AlertContent(title, message, lab.PatientId, lab.PatientName, details);
    }
}
