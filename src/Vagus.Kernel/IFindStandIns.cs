namespace Vagus.Kernel;

/// <summary>Who is away and who stands in, for rooms that do not keep absences. The room that keeps them implements it.</summary>
public interface IFindStandIns
{
    /// <summary>
    /// Null where the user is not away at that instant. An account that is disabled or unknown is away without a stand-in.
    /// </summary>
    ValueTask<Absence?> Of(TenantId tenant, UserId user, DateTimeOffset at, CancellationToken cancel);
}

/// <summary>A user is away.</summary>
/// <param name="StandIn">
/// Who has taken over at the end of the chain of stand-ins; null where nobody has, or the chain leads in a circle.
/// </param>
public sealed record Absence(UserId? StandIn);
