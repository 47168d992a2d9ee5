using System.Net;
using Npgsql;

namespace Vagus.Storage.Sql;

/// <summary>Whether patient data go to PostgreSQL encrypted, and whether what it acknowledges survives a loss of power.</summary>
public static class PostgresSafety
{
    /// <summary>The first other machine that the connection string reaches without being sure of TLS; null where there is none.</summary>
    public static string? HostWithoutTls(string connectionString)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException cause)
        {
            // Only our message is printed: the driver's may hold a part of the connection string.
            throw new FormatException("--postgres (VAGUS_POSTGRES) is no connection string.", cause);
        }

        if (settings.SslMode is SslMode.Require or SslMode.VerifyCA or SslMode.VerifyFull) return null;
        return (settings.Host ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(host => !IsThisMachine(host));
    }

    /// <summary>The settings of PostgreSQL by which it may lose what it has acknowledged, as <c>fsync=off</c>; none on SQLite.</summary>
    public static async ValueTask<IReadOnlyList<string>> WhatLosesCommits(Database database, CancellationToken cancel) =>
        database.Engine == Engine.Sqlite ? [] : await database.Query(ReadOff, [], row => $"{row.GetString(0)}=off", cancel);

    /// <summary>
    /// Whether PostgreSQL takes no writes: a standby, or a server that an operator has set read-only. The next question goes over a new
    /// connection then, perhaps to another server. Never on SQLite.
    /// </summary>
    public static async ValueTask<bool> IsReadOnly(Database database, CancellationToken cancel)
    {
        if (database.Engine == Engine.Sqlite || !await database.QueryOne(AskReadOnly, [], row => row.GetBoolean(0), cancel)) return false;
        await database.ForgetConnections();
        return true;
    }

    // A path is a socket of this machine.
    private static bool IsThisMachine(string host)
    {
        if (host.StartsWith('/') || host.StartsWith('@')) return true;
        var name = host.StartsWith('[') || host.Count(letter => letter == ':') > 1 ? host : host.Split(':')[0];
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

    // On in every session of a standby.
    private static readonly Statement AskReadOnly = new(
        sqlite: "select false", postgres: "select current_setting('transaction_read_only') = 'on'");

    private static readonly Statement ReadOff = new(
        sqlite: "",
        postgres: """
            select name
            from pg_settings
            where name in ('fsync', 'full_page_writes', 'synchronous_commit')
              and setting = 'off'
            order by name
            """);
}
