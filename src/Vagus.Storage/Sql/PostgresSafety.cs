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

    // A path is a socket of this machine.
    private static bool IsThisMachine(string host)
    {
        if (host.StartsWith('/') || host.StartsWith('@')) return true;
        var name = host.StartsWith('[') || host.Count(letter => letter == ':') > 1 ? host : host.Split(':')[0];
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

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
