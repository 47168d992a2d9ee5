using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Access.Sessions;

/// <summary>A verified credential: who it is, and until when it counts without being shown again.</summary>
public sealed record Admission(Caller Caller, DateTimeOffset ExpiresAt)
{
    /// <summary>
    /// When the caller's rights change by themselves, as a proxy's that runs out: a live connection ends then, to come back with those that
    /// hold from there on. Each admission of its own counts with what holds at its moment.
    /// </summary>
    public DateTimeOffset RightsUntil { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>What the credential grants beyond the role; empty for every credential so far.</summary>
    public IReadOnlyList<Grant> Grants { get; init; } = [];

    public Reach Reach => Reach.Of(Caller, Grants);
}
