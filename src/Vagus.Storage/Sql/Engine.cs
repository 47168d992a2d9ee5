namespace Vagus.Storage.Sql;

/// <summary>The database engines behind the one SQL text.</summary>
public enum Engine
{
    Sqlite,
    Postgres,
}
