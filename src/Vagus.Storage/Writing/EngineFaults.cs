using Microsoft.Data.Sqlite;
using Npgsql;

namespace Vagus.Storage.Writing;

/// <summary>Tells a refused statement from a disk that can no longer be trusted.</summary>
internal static class EngineFaults
{
    /// <summary>The disk is full, unreadable, read-only or corrupt: nothing more may be acknowledged.</summary>
    public static bool IsFatal(Exception cause) => cause switch
    {
        // https://sqlite.org/rescode.html: READONLY 8, IOERR 10, CORRUPT 11, FULL 13, CANTOPEN 14, NOTADB 26.
        SqliteException sqlite => sqlite.SqliteErrorCode is 8 or 10 or 11 or 13 or 14 or 26,
        // https://www.postgresql.org/docs/15/errcodes-appendix.html: class 58 system error, XX internal, 53100 disk_full.
        PostgresException postgres => postgres.SqlState.StartsWith("58", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("XX", StringComparison.Ordinal)
            || postgres.SqlState == PostgresErrorCodes.DiskFull,
        _ => false,
    };

    /// <summary>SQLite's writer is another process: it says nothing about what is written.</summary>
    public static bool IsBusy(Exception cause) => cause is SqliteException { SqliteErrorCode: 5 or 6 };

    public static string CodeOf(Exception cause) => cause switch
    {
        SqliteException sqlite => $"{sqlite.SqliteErrorCode}/{sqlite.SqliteExtendedErrorCode}",
        PostgresException postgres => postgres.SqlState,
        _ => "",
    };
}
