using Vagus.Kernel;
using Vagus.Storage.Writing;

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
    /// The same for what closes an alert. An alert that was corrected, and not acknowledged since, is closed only by a client that says
    /// what it showed.
    /// </summary>
    public static async ValueTask<Refusal?> RefuseClosing(WriteTransaction write, string? shown, Alert alert, CancellationToken cancel)
    {
        if (shown is not null || !alert.WaitsForAcknowledgement) return Refuse(shown, alert);
        var steps = await AlertStore.StepsOf(write, write.Tenant, [alert.Id], cancel);
        return steps[alert.Id].Any(step => step.What == "corrected") ? AlertRefusals.Changed : null;
    }
}
