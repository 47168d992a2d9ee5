using Vagus.Care.Deriving;
using Vagus.Events;

namespace Vagus.Care.Alerts;

/// <summary>What the alert of a laboratory value is called, in alerts and in charts.</summary>
internal static class LabAlertWords
{
    public static string TitleOf(LabCriticalAlert lab) => IsJudged(lab) ? "CRITICAL LAB VALUE" : "LAB VALUE NOT JUDGED";

    public static string MessageOf(LabCriticalAlert lab, string value) =>
        $"{(IsJudged(lab) ? "CRITICAL" : "NOT JUDGED")}: {lab.TestName} = {value}";

    private static bool IsJudged(LabCriticalAlert lab) => lab.CriticalReason != CriticalValue.Unjudged;
}
