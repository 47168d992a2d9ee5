using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Access.Sessions;

/// <summary>A verified credential: who it is, and until when it counts without being shown again.</summary>
public sealed record Admission(Caller Caller, DateTimeOffset ExpiresAt)
{
    /// <summary>What the credential grants beyond the role; empty for every credential so far.</summary>
    public IReadOnlyList<Grant> Grants { get; init; } = [];

    public Reach Reach => Reach.Of(Caller, Grants);
}
