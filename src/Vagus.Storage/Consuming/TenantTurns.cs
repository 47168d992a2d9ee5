using System.Runtime.ExceptionServices;
using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Storage.Consuming;

/// <summary>
/// The tenants in one turn of a duty over all of them. One of which nothing can be written now is left out until the next turn, and holds
/// up no other: the duty asks for further rows without it.
/// </summary>
public sealed class TenantTurns
{
    private readonly HashSet<string> leftOut = new(StringComparer.Ordinal);
    private ExceptionDispatchInfo? first;

    /// <summary>As a list of <see cref="Sql.ListSql"/>: the tenants whose rows are not asked for any more.</summary>
    public string LeftOut => JsonSerializer.Serialize(leftOut);

    /// <summary>Does what is to be done for one tenant, unless it is left out.</summary>
    /// <param name="tenant">Whose rows.</param>
    /// <param name="work">Null where it was done; else why not.</param>
    /// <param name="cancel">Ends the turn.</param>
    public async ValueTask Run(TenantId tenant, Func<ValueTask<Refusal?>> work, CancellationToken cancel)
    {
        if (leftOut.Contains(tenant.Value)) return;
        try
        {
            if (await work() is not null) leftOut.Add(tenant.Value);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one tenant's part: it is thrown when all others have had theirs.
            leftOut.Add(tenant.Value);
            first ??= ExceptionDispatchInfo.Capture(cause);
        }
    }

    /// <summary>At the end of the turn: it has failed where the part of a tenant has, and is logged so.</summary>
    public void End() => first?.Throw();
}
