using System.Runtime.CompilerServices;
using Vagus.Storage;
using Vagus.Storage.Files;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Server.Checkup;

/// <summary>The database: its engine and schema, and what its tables tell about the work of the server.</summary>
internal static class DatabaseCheck
{
    /// <summary>A key signs for 90 days (KeyRotation in Vagus.Identity); the rest is for servers that were off.</summary>
    private const double OldestKeyDays = 100;

    public static async IAsyncEnumerable<Finding> Look(ServerOptions options, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Opening SQLite's file would make it.
        if (options.Storage.Postgres is null && !File.Exists(Path.Combine(options.Storage.DataFolder, "vagus.db"))) yield break;

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddVagus(options);
        await using var provider = services.BuildServiceProvider();
        var database = provider.GetRequiredService<Database>();
        var engine = await Engine(database, cancel);
        yield return engine;
        if (engine.Verdict == Verdict.Fail) yield break;

        var migrations = await Migrations(database, [.. provider.GetServices<Migration>()], cancel);
        yield return migrations;
        if (database.Engine == Storage.Sql.Engine.Postgres)
        {
            yield return await Clock(database, provider.GetRequiredService<TimeProvider>(), cancel);
            yield return await Connections(database, cancel);
            yield return await Writes(database, cancel);
            yield return await Durability(database, options.IsExposed, cancel);
        }

        if (migrations.Verdict == Verdict.Fail) yield break;

        var now = provider.GetRequiredService<TimeProvider>().GetUtcNow();
        yield return await SigningKeys(database, now, cancel);
        yield return await ReviewCheck.Look(database, now, cancel);
        await foreach (var finding in LogCheck.Look(database, options.Storage.EventRetention, now, cancel)) yield return finding;
        await foreach (var finding in AuditCheck.Look(database, options.Access.Anchors, now, cancel)) yield return finding;
        yield return await BusCheck.Look(options, database, cancel);
        yield return await FilesCheck.Look(database, provider.GetRequiredService<IBlobStore>(), cancel);
        yield return await ScannerCheck.Look(options, database, provider.GetRequiredService<TimeProvider>(), cancel);
    }

    private static async ValueTask<Finding> Engine(Database database, CancellationToken cancel)
    {
        try
        {
            return Finding.Ok("database", await database.QueryOne(AskVersion, [], row => row.GetString(0), cancel) ?? "");
        }
        catch (Exception unreachable) when (unreachable is not OperationCanceledException)
        {
            // Messages of the driver may hold the connection string.
            return Finding.Fail(
                "database", $"does not answer ({unreachable.GetType().Name})", "Start it, and see whether the connection string is the server's.");
        }
    }

    private static async ValueTask<Finding> Migrations(Database database, IReadOnlyList<Migration> known, CancellationToken cancel)
    {
        const string Subject = "migrations";
        if (!await HasTable(database, "schema_migration", cancel))
            return Finding.Fail(Subject, "none is applied: the database is empty", "Start the server, which applies them.");

        var applied = await database.Query(AskApplied, [], row => (int)row.GetInt64(0), cancel);
        if (applied.Except(known.Select(step => step.Number)).ToList() is { Count: > 0 } newer)
        {
            return Finding.Fail(
                Subject, $"{string.Join(", ", newer)} are unknown: a newer program wrote this database", "Run that program, or restore a backup.");
        }

        var missing = known.Select(step => step.Number).Except(applied).ToList();
        return missing.Count == 0
            ? Finding.Ok(Subject, $"all {applied.Count} are applied")
            : Finding.Fail(Subject, $"{string.Join(", ", missing)} are missing", "Restart the server, which applies them.");
    }

    private static async ValueTask<Finding> Clock(Database database, TimeProvider clock, CancellationToken cancel)
    {
        var skew = -(await DatabaseClock.Ahead(database, clock, cancel)).TotalSeconds;
        var found = $"{skew:+0.000;-0.000;0.000} s from this machine's";
        if (Math.Abs(skew) > 30) return Finding.Fail("clock", found, "Let both machines take the time from one source (NTP).");
        return Math.Abs(skew) > 1 ? Finding.Warn("clock", found, "Let both machines take the time from one source (NTP).")
            : Finding.Ok("clock", found);
    }

    private static async ValueTask<Finding> Connections(Database database, CancellationToken cancel)
    {
        var (used, ours, most) = await database.QueryOne(
            AskConnections, [], row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancel);
        var found = $"{ours} of Vagus, {used} in all, {most} allowed";
        return used * 10 > most * 8
            ? Finding.Warn("connections", found, "Raise max_connections, or end the programs that hold them.") : Finding.Ok("connections", found);
    }

    private static async ValueTask<Finding> Writes(Database database, CancellationToken cancel) =>
        await PostgresSafety.IsReadOnly(database, cancel)
            ? Finding.Fail(
                "writes", "PostgreSQL is read-only: a standby, or default_transaction_read_only",
                "Name the primary in the connection string (Target Session Attributes=primary with several hosts).")
            : Finding.Ok("writes", "PostgreSQL takes them");

    private static async ValueTask<Finding> Durability(Database database, bool isExposed, CancellationToken cancel)
    {
        const string Subject = "durability";
        if (await Safety.RefusalOf(database, cancel) is not { } refusal) return Finding.Ok(Subject, "what PostgreSQL acknowledges is on the disk");
        return isExposed
            ? Finding.Fail(Subject, refusal, "The server refuses to start (78).") : Finding.Warn(Subject, refusal, "Here only this machine loses them.");
    }

    private static async ValueTask<Finding> SigningKeys(Database database, DateTimeOffset now, CancellationToken cancel)
    {
        const string Subject = "signing keys";
        var since = await database.Query(AskKey, [], row => row.GetInt64(0), cancel);
        if (since.Count == 0) return Finding.Warn(Subject, "none yet", "The first start of the server makes one.");

        var days = (now - Instant.FromMicroseconds(since[0])).TotalDays;
        return days > OldestKeyDays
            ? Finding.Fail(Subject, $"the active one is {days:0} days old: rotation stands still", "Read the log for IdentityUpkeep, and restart.")
            : Finding.Ok(Subject, $"the active one is {days:0} days old");
    }

    internal static async ValueTask<bool> HasTable(Database database, string name, CancellationToken cancel) =>
        await database.QueryOne(AskTable, [name], row => row.GetInt64(0), cancel) > 0;

    private static readonly Statement AskVersion = new(
        sqlite: "select 'SQLite ' || sqlite_version()", postgres: "select 'PostgreSQL ' || current_setting('server_version')");

    private static readonly Statement AskTable = new(
        sqlite: "select count(*) from sqlite_master where type = 'table' and name = @name",
        postgres: "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = @name");

    private static readonly Statement AskApplied = new("select number from schema_migration order by number");

    private static readonly Statement AskConnections = new(
        sqlite: "select 0, 0, 0",
        postgres: """
            select count(*), count(*) filter (where application_name = 'vagus'), current_setting('max_connections')::bigint
            from pg_stat_activity
            where backend_type = 'client backend'
            """);

    private static readonly Statement AskKey = new("select since from access_signing_key where state = 'active'");
}
