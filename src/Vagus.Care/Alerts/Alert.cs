using Vagus.Care.Seeing;

namespace Vagus.Care.Alerts;

/// <summary>The states of an alert; each is the last <c>alert.*</c> event. The names are in databases and on the wire.</summary>
internal static class AlertState
{
    public const string Raised = "raised";
    public const string Acknowledged = "acknowledged";
    public const string Escalated = "escalated";
    public const string Resolved = "resolved";

    public static readonly IReadOnlyList<string> All = [Raised, Acknowledged, Escalated, Resolved];
}

/// <summary>
/// An alert as it stands. A change is a new record, which <see cref="AlertStore"/> writes over the one that it was made from.
/// </summary>
internal sealed record Alert
{
    public required string Id { get; init; }

    public required string Type { get; init; }

    /// <inheritdoc cref="AlertMark"/>
    public required string Subject { get; init; }

    /// <inheritdoc cref="AlertMark.Sample"/>
    public string? Sample { get; init; }

    /// <summary>What it says of its subject.</summary>
    public required string Said { get; init; }

    public required SourceFacts Source { get; init; }

    public required AlertContent Content { get; init; }

    public AlertContent? Open { get; init; }

    /// <summary>The Practitioner who ordered or prescribed.</summary>
    public string? Provider { get; init; }

    public required AlertPolicy Policy { get; init; }

    public required string State { get; init; }

    /// <summary>From 1; an index into the policy's levels.</summary>
    public required int Level { get; init; }

    /// <summary>Null only where the tenant has no member of staff at all.</summary>
    public AlertOwner? Owner { get; init; }

    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>When it goes on by itself. Null once it is resolved.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public string? ResolvedBy { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public string? Action { get; init; }

    /// <summary>How many steps its timeline has. Each change adds one at least, so it is also the version.</summary>
    public long Steps { get; init; }

    public AlertMark Mark => new(Subject, Said) { Sample = Sample, Resource = Source.Resource };

    public bool WaitsForAcknowledgement => State is AlertState.Raised or AlertState.Escalated;

    public bool IsOnThePhone => State != AlertState.Resolved && LevelNow.To == AlertLevel.Phone;

    /// <summary>What it says to those who see it in this form.</summary>
    public AlertContent ContentIn(SeenForm form) => form switch
    {
        SeenForm.Whole => Content,
        SeenForm.Open => Open ?? Content.WithoutPatient(),
        _ => Content.WithoutPatient(),
    };

    public AlertLevel LevelNow => Policy.Levels[Math.Min(Level, Policy.Levels.Count) - 1];
}

/// <param name="UserId">Whom it waits for.</param>
/// <param name="Name">The name to show.</param>
/// <param name="Role">The role that it came to the owner by.</param>
/// <param name="IsHidden">The owner may not see what it is about: no other user was found.</param>
internal sealed record AlertOwner(string UserId, string Name, string Role, bool IsHidden);

/// <summary>One thing that happened to an alert.</summary>
internal sealed record AlertStep(DateTimeOffset At, string What)
{
    public string? By { get; init; }

    public int? Level { get; init; }

    public string? To { get; init; }

    public StepDetail? Detail { get; init; }
}

/// <summary>What people said and did, in their words.</summary>
/// <param name="Source">The event that corrected what was told before.</param>
internal sealed record StepDetail(
    string? ReadBack = null, string? Note = null, string? Action = null, string? Called = null, bool? Reached = null,
    string? Reason = null, string? Source = null);
