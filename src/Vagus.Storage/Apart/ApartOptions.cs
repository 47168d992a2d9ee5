namespace Vagus.Storage.Apart;

/// <summary>Where a database lies that must not be in a backup of the facts.</summary>
public sealed record ApartOptions
{
    /// <summary>The SQLite file.</summary>
    public required string File { get; init; }

    /// <summary>The connection string of a database of its own; null means <see cref="File"/>.</summary>
    public string? Postgres { get; init; }

    /// <summary>
    /// A connection from which the database is made when it does not exist yet; null: it has to exist. Its account needs CREATEDB then.
    /// </summary>
    public string? MadeFrom { get; init; }

    /// <summary>
    /// Beside the database of the facts: the file <c>NAME.db</c> in its folder, or the database <c>…_NAME</c> on its server.
    /// </summary>
    public static ApartOptions Beside(StorageOptions facts, string name) => new()
    {
        File = Path.Combine(facts.DataFolder, name + ".db"),
        Postgres = facts.Postgres is { } postgres ? PostgresDatabases.Beside(postgres, "_" + name) : null,
        MadeFrom = facts.Postgres,
    };
}
