using Vagus.Kernel;

namespace Vagus.Care.Alerts;

/// <summary>
/// The record, with its version, that a client showed when somebody answered an alert: <c>resource</c> of the alert. An answer to a value
/// that was corrected meanwhile is none to the new one.
/// </summary>
internal static class ShownRecord
{
    public const string Field = "resource";

    public const int Longest = 256;

    /// <summary>Older clients do not say what they showed.</summary>
    public static Refusal? Refuse(string? shown, Alert alert) =>
        shown is null || shown == alert.Source.Resource ? null : AlertRefusals.Changed;

    /// <summary>
    /// The same for what closes an alert that nobody has acknowledged since it was corrected: there a client has to say what it showed.
    /// </summary>
    public static Refusal? RefuseClosing(string? shown, Alert alert, IEnumerable<AlertStep> steps) =>
        shown is null && alert.WaitsForAcknowledgement && steps.Any(step => step.What == "corrected")
            ? AlertRefusals.Changed : Refuse(shown, alert);
}
