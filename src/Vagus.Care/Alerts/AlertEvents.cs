using Vagus.Events;
using Vagus.Storage.Log;

namespace Vagus.Care.Alerts;

/// <summary>
/// The events of an alert. Each is seen by those who may see what the alert came from; the one that tells the owner is for the owner alone.
/// </summary>
internal static class AlertEvents
{
    public const string Urgent = "urgent";

    public static EventData Raised(Alert alert) => new AlertRaised(
        alert.Id, alert.Type, Urgent, alert.Level, alert.Content.PatientId, alert.Source.Resource, alert.Owner?.UserId, alert.Owner?.Role,
        alert.DueAt, alert.Source.EventId);

    public static EventData Acknowledged(Alert alert) => new AlertAcknowledged(
        alert.Id, alert.Type, alert.AcknowledgedBy ?? "", alert.AcknowledgedAt ?? default, alert.Content.PatientId, alert.Source.Resource,
        alert.DueAt);

    public static EventData Escalated(Alert before, Alert after, string reason) => new AlertEscalated(
        after.Id, after.Type, after.Level, reason, after.Content.PatientId, after.Source.Resource, before.Owner?.UserId,
        after.Owner?.UserId, after.Owner?.Role, after.DueAt);

    public static EventData Resolved(Alert alert) => new AlertResolved(
        alert.Id, alert.Type, alert.ResolvedAt ?? default, alert.ResolvedBy, alert.Content.PatientId, alert.Source.Resource, alert.Action);

    /// <summary>Null where the alert has no owner to tell.</summary>
    public static NewEvent? ToOwner(Alert alert, string eventId)
    {
        if (alert is not { Owner: { } owner, DueAt: { } due }) return null;
        CriticalAlert Said(AlertContent content) => new(
            alert.Id, alert.Type, Urgent, content.Title, content.Message, RequiresAcknowledgment: true,
            new(owner.UserId, owner.Name, owner.Role), alert.Level, due, content.PatientId, content.PatientName, content.Details);

        var audience = new EventAudience(null, null, [owner.UserId]);
        if (owner.IsHidden)
        {
            var hidden = Said(alert.Content.WithoutPatient());
            return new NewEvent(eventId, EventCatalogue.Of(hidden).Name, EventCatalogue.Serialize(hidden)) { Audience = audience };
        }

        var open = Said(alert.Open ?? alert.Content.WithoutPatient());
        return alert.Source.Draft(eventId, Said(alert.Content), open) with { Audience = audience };
    }
}
