using System.Globalization;
using System.Text;

namespace Vagus.Fhir.Store;

/// <summary>
/// A SQL text in the making: parameters are numbered as they are added, so that no value ever becomes text. Queries over resources begin
/// with <see cref="ReachSql.From"/>.
/// </summary>
internal sealed class SqlText
{
    private readonly StringBuilder text = new();

    public List<object?> Values { get; } = [];

    public SqlText Add(string sql)
    {
        if (sql.Length > 0) text.Append(sql).Append('\n');
        return this;
    }

    /// <summary>Keeps the value and answers the parameter that stands for it.</summary>
    public string Value(object? value)
    {
        Values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"@p{Values.Count}");
    }

    public override string ToString() => text.ToString();
}
