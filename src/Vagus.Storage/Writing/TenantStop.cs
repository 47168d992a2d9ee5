using System.Data.Common;
using Vagus.Kernel;

namespace Vagus.Storage.Writing;

/// <summary>How far the move of a tenant has come, as each of the two databases has it. The names are in databases.</summary>
internal static class StopState
{
    /// <summary>Where it was: no writes. What journals have acknowledged still goes into the log.</summary>
    public const string Stopping = "stopping";

    /// <summary>Where it was: nothing is written, and the rows are copied.</summary>
    public const string Stopped = "stopped";

    /// <summary>Where it was: the move is being given up.</summary>
    public const string Returning = "returning";

    /// <summary>Where it was: it is served elsewhere.</summary>
    public const string Moved = "moved";

    /// <summary>Where it was: the same, and its rows are gone.</summary>
    public const string Cleared = "cleared";

    /// <summary>Where it goes to: the rows are being copied.</summary>
    public const string Arriving = "arriving";

    /// <summary>Its rows are being removed: where it was, or where a move was given up.</summary>
    public const string Clearing = "clearing";
}

/// <summary>A tenant of which a database takes no writes.</summary>
/// <param name="Tenant">Which.</param>
/// <param name="State">One of <see cref="StopState"/>.</param>
/// <param name="Place">The address at which it is served from the switch on; empty where it goes to.</param>
/// <param name="Move">The same in both databases.</param>
internal sealed record TenantStop(string Tenant, string State, string Place, string Move)
{
    /// <summary>The other place has the same database of keys: the keys are not copied, and not removed here.</summary>
    public required bool SharesKeys { get; init; }

    /// <summary>The same for the contents of files.</summary>
    public required bool SharesFiles { get; init; }

    /// <summary>It is served by another installation.</summary>
    public bool IsElsewhere => State is StopState.Moved or StopState.Cleared;

    public Refusal Refusal => IsElsewhere || (State == StopState.Clearing && Place.Length > 0) ? Moved(Place) : Stopped;

    public static TenantStop Of(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3))
    {
        SharesKeys = row.GetBoolean(4), SharesFiles = row.GetBoolean(5),
    };

    private static readonly Refusal Stopped = new(
        RefusalKind.Unavailable, NotStopped.StoppedCode, "The organization is being moved to another database. Try again in a while.");

    private static Refusal Moved(string place) => new(
        RefusalKind.Unavailable, NotStopped.MovedCode, "The organization is served at another address.")
    {
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["place"] = place },
    };
}
