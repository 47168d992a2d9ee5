using System.Globalization;
using System.Text;
using Vagus.Access.Authorization;

namespace Vagus.Fhir.Store;

/// <summary>
/// A SQL text in the making: parameters are numbered as they are added, so that no value ever becomes text.
/// <see cref="WithinReach"/> adds the caller's predicate, on every path by which a row can come out.
/// </summary>
internal sealed class SqlText
{
    private readonly StringBuilder text = new();

    public List<object?> Values { get; } = [];

    public SqlText Add(string sql)
    {
        text.Append(sql).Append('\n');
        return this;
    }

    /// <summary>Keeps the value and answers the parameter that stands for it.</summary>
    public string Value(object? value)
    {
        Values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"@p{Values.Count}");
    }

    /// <summary>
    /// Adds the conditions under which a row <c>r</c> of <c>fhir_resource</c> of this type is the caller's to see. The type itself must
    /// have been checked with <see cref="Reach.MayRead"/>.
    /// </summary>
    /// <param name="reach">The caller's.</param>
    /// <param name="type">The resource type of the rows.</param>
    /// <param name="rows">What the rows are of.</param>
    /// <param name="interaction">What the caller wants of them.</param>
    public SqlText WithinReach(
        Reach reach,
        string type,
        RowsOf rows = RowsOf.Current,
        ResourceInteractions interaction = ResourceInteractions.Read)
    {
        foreach (var condition in GrantSql.Conditions(this, reach, interaction, type, rows)) Add($"  and {condition}");
        return this;
    }

    public override string ToString() => text.ToString();
}

/// <summary>What is asked for, which decides how the caller's reach is asked in the quickest way.</summary>
internal enum RowsOf
{
    /// <summary>Current versions that something else names: each is looked up in the reach.</summary>
    Current,

    /// <summary>Current versions that nothing else names: the reach names them.</summary>
    Search,

    /// <summary>Older versions too, <c>v</c>, each of which must be within reach by itself.</summary>
    Versions,
}
