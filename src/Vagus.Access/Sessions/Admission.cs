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

    /// <summary>
    /// What the credential lets through of the role's grants: the scopes of a SMART token. Null: all of them. A credential with a ceiling
    /// opens only endpoints that say so (<see cref="Policies.RequirePolicy.AcceptScopes"/>), and no live connection.
    /// </summary>
    public IReadOnlyList<Grant>? Ceiling { get; init; }

    /// <summary>The application that the credential was issued to; null where that is our own.</summary>
    public string? Application => Caller.App?.Id;

    /// <summary>What the tenant takes away from its roles.</summary>
    public required TenantNarrowing Narrowing { get; init; }

    /// <summary>The records that the session has open in an emergency.</summary>
    public IReadOnlyList<BreakGlass> BreakGlass { get; init; } = [];

    public Reach Reach => Reach.Of(Caller, Narrowing, Ceiling, Grants).Opening(BreakGlass);
}
