using System.Text.Json.Serialization;
using Vagus.Care.Seeing;
using Vagus.Events;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>An alert as it is answered: the fields of <c>critical_alert</c>, its state and its timeline.</summary>
internal sealed record AlertAnswer(string Id, string Type, string Priority, string Title, string Message)
{
    /// <summary>The event by whose visibility alerts are seen.</summary>
    public const string SeenAs = "alert.raised";

    public string? PatientId { get; init; }

    public string? PatientName { get; init; }

    public CriticalAlertDetails? Details { get; init; }

    public bool RequiresAcknowledgment { get; init; }

    public CriticalAlertOwner? Owner { get; init; }

    public int Level { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public required string State { get; init; }

    public DateTimeOffset RaisedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public string? ResolvedBy { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public string? Action { get; init; }

    public string? Resource { get; init; }

    /// <summary>Somebody is to be called on the telephone.</summary>
    public bool PhoneTask { get; init; }

    public IReadOnlyList<TimelineItem> Timeline { get; init; } = [];

    /// <summary>What went to owners who may not have looked at a screen.</summary>
    public IReadOnlyList<AlertDelivery> Deliveries { get; init; } = [];

    /// <summary>Within the write that has changed it, as the list tells it from then on.</summary>
    public static async ValueTask<AlertAnswer> Read(WriteTransaction write, Alert alert, SeenForm form, CancellationToken cancel)
    {
        var steps = await AlertStore.StepsOf(write, write.Tenant, [alert.Id], cancel);
        var deliveries = await AlertDeliveries.Of(write, write.Tenant, [alert.Id], cancel);
        return Of(alert, form, steps[alert.Id]) with { Deliveries = [.. deliveries[alert.Id]] };
    }

    public static AlertAnswer Of(Alert alert, SeenForm form, IEnumerable<AlertStep> steps)
    {
        var content = alert.ContentIn(form);
        return new AlertAnswer(alert.Id, alert.Type, AlertEvents.Urgent, content.Title, content.Message)
        {
            PatientId = content.PatientId,
            PatientName = content.PatientName,
            Details = content.Details,
            RequiresAcknowledgment = alert.WaitsForAcknowledgement,
            Owner = alert.Owner is { } owner ? new(owner.UserId, owner.Name, owner.Role) : null,
            Level = alert.Level,
            DueAt = alert.DueAt,
            State = alert.State,
            RaisedAt = alert.RaisedAt,
            AcknowledgedBy = alert.AcknowledgedBy,
            AcknowledgedAt = alert.AcknowledgedAt,
            ResolvedBy = alert.ResolvedBy,
            ResolvedAt = alert.ResolvedAt,
            Action = alert.Action,
            Resource = form == SeenForm.None ? null : alert.Source.Resource,
            PhoneTask = alert.IsOnThePhone,
            // What people wrote may name the patient.
            Timeline = [.. steps.Select(step => TimelineItem.Of(step, withWords: form == SeenForm.Whole))],
        };
    }
}

/// <summary>One thing that happened to an alert: <c>at</c>, <c>what</c>, and what belongs to it.</summary>
internal sealed record TimelineItem(DateTimeOffset At, string What)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Level { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? To { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReadBack { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Action { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Called { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Reached { get; init; }

    public static TimelineItem Of(AlertStep step, bool withWords) => new(step.At, step.What)
    {
        By = step.By,
        Level = step.Level,
        To = step.To,
        Reason = step.Detail?.Reason,
        ReadBack = withWords ? step.Detail?.ReadBack : null,
        Note = withWords ? step.Detail?.Note : null,
        Action = step.Detail?.Action,
        Called = withWords ? step.Detail?.Called : null,
        Reached = step.Detail?.Reached,
    };
}
