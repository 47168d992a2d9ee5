using Npgsql;

namespace Vagus.Storage.Sql;

/// <summary>Tells a connection that was refused or lost from a statement that failed.</summary>
internal static class LostConnection
{
    /// <summary>
    /// https://www.postgresql.org/docs/15/errcodes-appendix.html: class 08 connection, 57P01-57P03 shut down, crashed, starting up, 53300
    /// too many connections, 25P03 idle for too long in a transaction, 25006 read-only: the server is a standby, or has become one.
    /// </summary>
    public static bool Is(Exception cause) => cause switch
    {
        PostgresException postgres => postgres.SqlState.StartsWith("08", StringComparison.Ordinal)
            || postgres.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
                or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections or IdleInTransaction
                or PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException => true,
        // The driver has lost its place in what the server sends, or believes the connection busy: its exceptions then have no type of its
        // own, and the connection is of no more use.
        { Source: nameof(Npgsql) } => cause is InvalidOperationException || cause.GetType() == typeof(Exception),
        _ => false,
    };

    /// <summary>The server takes no writes: others of its connections are of no more use either.</summary>
    public static bool IsReadOnly(Exception cause) => cause is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>
    /// The server ended the session because nothing came for too long in a transaction, and rolled back. It reads no further command then:
    /// a commit that was on its way did not happen.
    /// </summary>
    public static bool StoodStill(Exception cause) => cause is PostgresException { SqlState: IdleInTransaction };

    private const string IdleInTransaction = "25P03";

    /// <summary>The SQLSTATE, or the type of what the driver met: a refused socket, a time limit.</summary>
    public static string CodeOf(Exception cause) =>
        cause is PostgresException postgres ? postgres.SqlState : (cause.InnerException ?? cause).GetType().Name;
}
