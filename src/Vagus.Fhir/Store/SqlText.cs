using System.Globalization;
using System.Text;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// A SQL text in the making: parameters stand for values, so that no value ever becomes text. Queries over resources begin
/// with <see cref="ReachSql.From"/>.
/// </summary>
internal sealed class SqlText
{
    private readonly StringBuilder text = new();
    private readonly StringBuilder postgres = new();
    private readonly List<object?> values = [];
    private (string Tenant, string Parameter)? tenant;

    public SqlText Add(EngineText sql)
    {
        if (sql.Sqlite is { Length: > 0 }) text.Append(sql.Sqlite).Append('\n');
        if (sql.Postgres is { Length: > 0 }) postgres.Append(sql.Postgres).Append('\n');
        return this;
    }

    /// <summary>Keeps the value and answers the parameter that stands for it.</summary>
    public string Value(object? value)
    {
        values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"@p{values.Count - 1}");
    }

    /// <summary>The parameter that stands for the tenant, one for the whole text.</summary>
    public string Tenant(TenantId id)
    {
        if (tenant is { } known && known.Tenant == id.Value) return known.Parameter;
        var parameter = Value(id.Value);
        tenant = (id.Value, parameter);
        return parameter;
    }

    /// <summary>The values in the order of the statement that was made of this text, whatever the order in which they were added.</summary>
    public object?[] ValuesOf(Statement statement) =>
        [.. statement.Parameters.Select(name => values[int.Parse(name.AsSpan(1), CultureInfo.InvariantCulture)])];

    /// <summary>The text for SQLite; equal texts have equal ones for PostgreSQL.</summary>
    public override string ToString() => text.ToString();

    public string ForPostgres() => postgres.ToString();
}

/// <summary>A part of a statement where the engines differ. Both name the same parameters.</summary>
internal readonly record struct EngineText(string Sqlite, string Postgres)
{
    public static implicit operator EngineText(string both) => new(both, both);

    public EngineText After(string before) => Within(before, "");

    public EngineText Within(string before, string after) => new($"{before}{Sqlite}{after}", $"{before}{Postgres}{after}");

    public static EngineText Join(string separator, IEnumerable<EngineText> parts)
    {
        var all = parts.ToList();
        return new(
            string.Join(separator, all.Select(part => part.Sqlite)), string.Join(separator, all.Select(part => part.Postgres)));
    }
}
