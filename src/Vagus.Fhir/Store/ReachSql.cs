using Vagus.Access.Authorization;

namespace Vagus.Fhir.Store;

/// <summary>
/// The only way to name <c>fhir_resource</c> in a query that a caller's request asks: the rows that come out are within the caller's reach,
/// on every path (read, search, count, history). The type itself must have been checked with <see cref="Reach.MayRead"/>.
/// </summary>
internal static class ReachSql
{
    /// <summary>
    /// Adds <c>from fhir_resource r</c> with what it is joined to, and a <c>where</c> with the tenant, the type and the caller's reach.
    /// Further conditions follow with <c>and</c>.
    /// </summary>
    public static SqlText From(
        this SqlText text,
        Reach reach,
        string type,
        RowsOf rows,
        string join = "",
        ResourceInteractions interaction = ResourceInteractions.Read)
    {
        text.FromUnseen(reach, type, join);
        foreach (var condition in GrantSql.Conditions(text, reach, interaction, type, rows)) text.Add($"  and {condition}");
        return text;
    }

    /// <summary>
    /// The rows of the type whether the caller may see them or not, for the writer, which asks <see cref="Verdict"/> beside them. What it
    /// finds is told to the caller only where the verdict is true.
    /// </summary>
    public static SqlText FromUnseen(this SqlText text, Reach reach, string type, string join) => text
        .Add("from fhir_resource r")
        .Add(join)
        .Add($"where r.tenant_id = {text.Value(reach.Tenant.Value)}")
        .Add($"  and r.type = {text.Value(type)}");

    /// <summary>An expression: whether the row <c>r</c> is within the caller's reach for writing.</summary>
    public static string Verdict(SqlText text, Reach reach, string type)
    {
        var conditions = GrantSql.Conditions(text, reach, ResourceInteractions.Writing, type, RowsOf.Current);
        return conditions.Count == 0 ? "true" : $"case when {string.Join(" and ", conditions)} then true else false end";
    }
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
