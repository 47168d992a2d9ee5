using System.Data.Common;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Migrations;

/// <summary>
/// Keeps a backup, which reads all tables for hours perhaps, and a migration, which needs some for itself, apart on PostgreSQL: a session
/// that waits for a table keeps all later readers waiting, so both give up at once. Held until the transaction ends. SQLite's copy is no
/// reader.
/// </summary>
internal static class SchemaLock
{
    /// <summary>False while a backup is being taken.</summary>
    public static ValueTask<bool> TryChange(SqlSession session, CancellationToken cancel) =>
        session.QueryOne(TakeAlone, [], IsTaken, cancel);

    /// <summary>False while the schema is being changed.</summary>
    public static ValueTask<bool> TryKeep(SqlSession session, CancellationToken cancel) =>
        session.QueryOne(TakeShared, [], IsTaken, cancel);

    private static bool IsTaken(DbDataReader row) => row.GetBoolean(0);

    private static readonly Statement TakeAlone = new(sqlite: "select true", postgres: "select pg_try_advisory_xact_lock(7246833)");

    private static readonly Statement TakeShared = new(
        sqlite: "select true", postgres: "select pg_try_advisory_xact_lock_shared(7246833)");
}
