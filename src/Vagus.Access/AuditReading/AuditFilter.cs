using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Access.AuditReading;

/// <summary>Which entries are asked for: all that are set must hold.</summary>
public sealed record AuditFilter
{
    public UserId? User { get; init; }

    public PatientId? Patient { get; init; }

    /// <summary><c>Observation/1</c>.</summary>
    public string? Resource { get; init; }

    /// <summary>Any of these; empty: every action.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    public AuditOutcome? Outcome { get; init; }

    public DateTimeOffset? From { get; init; }

    /// <summary>Up to this instant, which is not included.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Ranges of instants that are left out, each without its end (<c>ne</c> of a date).</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> NotWithin { get; init; } = [];

    internal bool Matches(RecordedEntry recorded)
    {
        var entry = recorded.Entry;
        return (User is null || entry.User == User)
            && (Patient is not { } patient || entry.Patients.Contains(patient))
            && (Resource is null || AuditTerms.ResourcesOf(entry).Contains(Resource, StringComparer.Ordinal))
            && (Actions.Count == 0 || Actions.Contains(entry.Action, StringComparer.Ordinal))
            && (Outcome is null || entry.Outcome == Outcome)
            && (From is null || recorded.RecordedAt >= From)
            && (To is null || recorded.RecordedAt < To)
            && !NotWithin.Any(range => recorded.RecordedAt >= range.From && recorded.RecordedAt < range.To);
    }

    /// <summary>The terms of which a bundle must have each.</summary>
    internal IEnumerable<(string Kind, string Value)> Terms()
    {
        if (User is { } user) yield return (AuditTerms.User, user.Value);
        if (Patient is { } patient) yield return (AuditTerms.Patient, patient.Value);
        if (Resource is not null) yield return (AuditTerms.Resource, Resource);
        if (Actions.Count == 1) yield return (AuditTerms.Action, Actions[0]);
        if (Outcome is { } outcome and not AuditOutcome.Success) yield return (AuditTerms.Outcome, AuditTerms.OutcomeOf(outcome));
    }
}
