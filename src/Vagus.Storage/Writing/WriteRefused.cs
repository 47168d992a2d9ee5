using Vagus.Kernel;

namespace Vagus.Storage.Writing;

/// <summary>The refusals of the write door itself.</summary>
internal static class WriteRefused
{
    public static readonly Refusal Full = new(RefusalKind.Unavailable, "busy", "Too many writes are waiting. Try again shortly.");

    public static readonly Refusal Stopping = new(RefusalKind.Unavailable, "stopping", "The server is stopping. Nothing was written.");

    public static readonly Refusal Failed = new(
        RefusalKind.Unavailable, "storage_failed", "Storage failed. Nothing is acknowledged until the server has restarted.");

    public static readonly Refusal Unreachable = new(
        RefusalKind.Unavailable, "database_unreachable", "The database cannot be reached. Nothing was written.");

    public static readonly Refusal Unrecorded = new(
        RefusalKind.Unavailable, "unrecorded",
        "The database refused the rows of the write or its entry in the audit. Nothing was written.");

    // The commit's answer was lost with the connection: it may have happened. Honest, and the client's retry is idempotent.
    public static readonly Refusal Unknown = new(
        RefusalKind.Unavailable, "outcome_unknown",
        "The connection to the database was lost at the commit. The write may or may not have happened.");
}
