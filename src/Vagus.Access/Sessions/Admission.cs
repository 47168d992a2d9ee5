using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Access.Sessions;

/// <summary>A verified credential: who it is, and until when it counts without being shown again.</summary>
public sealed record Admission(Caller Caller, DateTimeOffset ExpiresAt)
{
    /// <summary>What the credential grants beyond the role; empty for every credential so far.</summary>
    public IReadOnlyList<Grant> Grants { get; init; } = [];

    /// <summary>
    /// What the credential lets through of the role's grants: the scopes of a SMART token. Null: all of them. A credential with a ceiling
    /// opens only endpoints that say so (<see cref="Policies.RequirePolicy.AcceptScopes"/>), and no live connection.
    /// </summary>
    public IReadOnlyList<Grant>? Ceiling { get; init; }

    /// <summary>What the tenant takes away from its roles.</summary>
    public required TenantNarrowing Narrowing { get; init; }

    public Reach Reach => Reach.Of(Caller, Narrowing, Ceiling, Grants);
}
