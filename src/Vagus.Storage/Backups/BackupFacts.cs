using Vagus.Storage.Sql;

namespace Vagus.Storage.Backups;

/// <summary>What the manifest tells of a database, read from the copy or in its snapshot.</summary>
internal static class BackupFacts
{
    public static ValueTask<List<BackupStep>> Steps(SqlSession session, CancellationToken cancel) => session.Query(
        ReadSteps, [], row => new BackupStep(row.GetInt64(0), row.GetString(1), row.GetString(2)), cancel);

    public static ValueTask<List<BackupLog>> Logs(SqlSession session, CancellationToken cancel) => session.Query(
        ReadLogs, [], row => new BackupLog(row.GetString(0), row.GetInt64(1), row.GetInt64(2)), cancel);

    public static async ValueTask<List<BackupAudit>> Audits(SqlSession session, CancellationToken cancel) =>
        await Has(session, "audit_head", cancel)
            ? await session.Query(ReadAudits, [], row => new BackupAudit(row.GetString(0), row.GetInt64(1)), cancel) : [];

    public static async ValueTask<bool> Has(SqlSession session, string table, CancellationToken cancel) =>
        await session.QueryOne(CountTables, [table], row => row.GetInt64(0), cancel) > 0;

    private static readonly Statement ReadSteps = new("select number, name, hash from schema_migration order by number");

    private static readonly Statement ReadLogs = new("select tenant_id, oldest, position from log_head order by tenant_id");

    private static readonly Statement ReadAudits = new("select tenant_id, size from audit_head order by tenant_id");

    private static readonly Statement CountTables = new(
        sqlite: "select count(*) from sqlite_master where type = 'table' and name = @name",
        postgres: "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = @name");
}
