using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Access.AuditReading;

/// <summary>A page of the audit, newest first. <c>Checkpoint</c> is the signed note that the proofs of its items lead to.</summary>
internal sealed record AuditAnswer(IReadOnlyList<AuditItem> Items, string? NextCursor, long Size, string? Checkpoint);

/// <summary>An entry as JSON. <c>Query</c> is opened for the tenant's administrator.</summary>
internal sealed record AuditItem(long Index, DateTimeOffset RecordedAt, string Action, string Outcome)
{
    public string? Reason { get; init; }

    public string? User { get; init; }

    public string? Role { get; init; }

    public string? Session { get; init; }

    public string? Client { get; init; }

    public string? On { get; init; }

    public IReadOnlyList<string> Shown { get; init; } = [];

    public IReadOnlyList<string> PatientIds { get; init; } = [];

    public string? Address { get; init; }

    public string? Request { get; init; }

    public string? Purpose { get; init; }

    public string? Query { get; init; }

    public string? Detail { get; init; }

    /// <summary>The hashes beside the way to the root, from below, base64 (RFC 6962 §2.1.1).</summary>
    public IReadOnlyList<string>? Proof { get; init; }

    public string? Checkpoint { get; init; }

    public static AuditItem Of(RecordedEntry recorded, AuditSeal seal, TenantId tenant)
    {
        var entry = recorded.Entry;
        return new AuditItem(recorded.Index, recorded.RecordedAt, entry.Action, AuditTerms.OutcomeOf(entry.Outcome))
        {
            Reason = entry.Reason,
            User = entry.User?.Value,
            Role = entry.Role?.Name(),
            Session = entry.Session?.Value,
            Client = entry.Client,
            On = entry.On,
            Shown = entry.Shown,
            PatientIds = [.. entry.Patients.Select(patient => patient.Value)],
            Address = entry.Address,
            Request = entry.Request,
            Purpose = entry.Purpose,
            Query = entry.SealedQuery is { } query ? seal.OpenQuery(tenant, query) : null,
            Detail = entry.Detail,
        };
    }
}
