using System.Globalization;
using Vagus.Kernel;

namespace Vagus.Care.Alerts;

/// <summary>The refusals of alerts. The codes are part of the contract.</summary>
internal static class AlertRefusals
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "not_found", "There is no such alert.");

    public static readonly Refusal ReadBackDiffers = new(
        RefusalKind.Unprocessable, "read_back_differs", "The read-back does not name the value of the alert.");

    public static readonly Refusal CannotDelegate = new(
        RefusalKind.Unprocessable, "cannot_delegate", "There is no such colleague, or it is not somebody who may see the alert.");

    public static readonly Refusal DelegateAway = new(
        RefusalKind.Unprocessable, "delegate_away", "The colleague is away, and so is everybody who stands in.");

    public static readonly Refusal NotAcknowledged = new(
        RefusalKind.Conflict, "not_acknowledged", "The alert asks for a read-back: acknowledge it first.");

    public static readonly Refusal Restricted = new(
        RefusalKind.Forbidden, "restricted_record", "The record is restricted: delegate the alert, or open the record in an emergency.");

    public static readonly Refusal NotForRole = new(
        RefusalKind.Forbidden, "forbidden", "Alerts are answered by people who treat patients.");

    public static readonly Refusal Changed = new(RefusalKind.Conflict, "alert_changed", "The alert changed meanwhile: look at it again.");

    public static Refusal AlreadyAcknowledged(Alert alert) => Told(
        "already_acknowledged", "Somebody has acknowledged the alert.", alert.AcknowledgedBy ?? alert.ResolvedBy,
        alert.AcknowledgedAt ?? alert.ResolvedAt);

    public static Refusal AlreadyResolved(Alert alert) =>
        Told("already_resolved", "The alert is resolved.", alert.ResolvedBy, alert.ResolvedAt);

    private static Refusal Told(string code, string message, string? by, DateTimeOffset? at) =>
        new(RefusalKind.Conflict, code, message)
        {
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["by"] = by ?? "", ["at"] = (at ?? default).UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            },
        };
}
