using Npgsql;

namespace Vagus.Storage.Apart;

/// <summary>Makes a PostgreSQL database that does not exist yet.</summary>
internal static class PostgresDatabases
{
    /// <summary>Two processes that start together are safe: the second finds it made.</summary>
    public static async ValueTask Make(string connection, string from, CancellationToken cancel)
    {
        var name = new NpgsqlConnectionStringBuilder(connection).Database
            ?? throw new InvalidOperationException("The connection string of a database apart must name it.");
        await using var source = NpgsqlDataSource.Create(from);
        await using var find = source.CreateCommand("select 1 from pg_database where datname = $1");
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        if (await find.ExecuteScalarAsync(cancel) is not null) return;
        try
        {
            await using var make = source.CreateCommand($"create database \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            await make.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException denied) when (denied.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InvalidOperationException(
                $"The database {name} does not exist and this account may not make it. Make it, or name another one.", denied);
        }
        catch (PostgresException made) when (made.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            return;
        }
    }

    /// <summary>The same server and account, another database.</summary>
    public static string Beside(string connection, string suffix)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection);
        builder.Database = (builder.Database ?? builder.Username) + suffix;
        return builder.ToString();
    }
}
