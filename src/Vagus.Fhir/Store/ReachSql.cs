using Vagus.Access.Authorization;

namespace Vagus.Fhir.Store;

/// <summary>
/// The only way to name <c>fhir_resource</c> in a query that a caller's request asks: the rows that come out are within the caller's reach,
/// on every path (read, search, count, history). The type itself must have been checked with <see cref="Reach.May"/>.
/// </summary>
internal static class ReachSql
{
    /// <summary>
    /// Ends the query of an <c>exists</c> that is to be asked of each row by its <c>rid</c>: PostgreSQL leaves a query with an offset where
    /// it stands, and does not make it lead by a guess about its rows.
    /// </summary>
    public const string AskEach = "limit 1 offset 0";

    /// <summary>
    /// Adds <c>from fhir_resource r</c> with what it is joined to, and a <c>where</c> with the tenant, the type and the caller's reach.
    /// Further conditions follow with <c>and</c>.
    /// </summary>
    public static SqlText From(
        this SqlText text,
        Reach reach,
        string type,
        RowsOf rows,
        EngineText join = default,
        ResourceInteractions interaction = ResourceInteractions.Read)
    {
        text.FromUnseen(reach, type, join);
        foreach (var condition in GrantSql.Conditions(text, reach, interaction, type, rows)) text.Add(condition.After("  and "));
        return text;
    }

    /// <summary>
    /// To be put behind <c>from</c> where ids lead that a query names: SQLite believes that walking the type costs less than so many
    /// look-ups.
    /// </summary>
    public static readonly EngineText ById = new("indexed by fhir_resource_id", "");

    /// <summary>
    /// The same as a part of a statement, for rows within rows: <c>from fhir_resource r where …</c>. Within it, <c>r</c> is the inner row.
    /// </summary>
    public static EngineText Within(SqlText text, Reach reach, string type, RowsOf rows, EngineText join, ResourceInteractions interaction)
    {
        var where = $" where r.type_number = {Names.Sql(text, text.Tenant(reach.Tenant), NameKind.Type, type)}";
        return EngineText.Join(
            " and ", [join.Within("from fhir_resource r ", where), .. GrantSql.Conditions(text, reach, interaction, type, rows)]);
    }

    /// <summary>
    /// The versions <c>v</c> after the first of all resources of the type, by <c>fhir_later_version l</c>, which leads: on PostgreSQL a
    /// query with an offset stays where it stands.
    /// </summary>
    public static SqlText FromLaterVersions(this SqlText text, Reach reach, string type)
    {
        var number = Names.Sql(text, text.Tenant(reach.Tenant), NameKind.Type, type);
        var version = VersionSql.One(text, reach, "l.version");
        text
            .Add(new EngineText(
                $"from fhir_later_version l cross join fhir_resource r on r.type_number = {number} and r.rid = l.rid",
                $"""
                from fhir_later_version l
                join lateral (
                  select w.id, w.rid, w.version, w.sensitive, w.labels, w.released, w.compartments, w.parties, w.params
                  from fhir_resource w
                  where w.type_number = {number} and w.rid = l.rid
                  offset 0) r on true
                """))
            .Add(version)
            .Add($"where l.type_number = {number}");
        foreach (var condition in GrantSql.Conditions(text, reach, ResourceInteractions.Read, type, RowsOf.Versions))
            text.Add(condition.After("  and "));
        return text;
    }

    /// <summary>
    /// The rows of the type whether the caller may see them or not, for the writer, which asks <see cref="Verdict"/> beside them. What it
    /// finds is told to the caller only where the verdict is true.
    /// </summary>
    public static SqlText FromUnseen(this SqlText text, Reach reach, string type, EngineText join) => text
        .Add("from fhir_resource r")
        .Add(join)
        .Add($"where r.type_number = {Names.Sql(text, text.Tenant(reach.Tenant), NameKind.Type, type)}");

    /// <summary>An expression: whether the row <c>r</c> is within the caller's reach for this way of writing.</summary>
    public static string Verdict(SqlText text, Reach reach, ResourceInteractions interaction, string type)
    {
        var conditions = GrantSql.Conditions(text, reach, interaction, type, RowsOf.Current);
        // Of a row that something else names, both engines are asked in the same words.
        return conditions.Count == 0 ? "true" : $"case when {EngineText.Join(" and ", conditions).Sqlite} then true else false end";
    }

    /// <summary>
    /// Makes the rows of a query, by their <c>rid</c>, lead to their resources. PostgreSQL gathers them before it looks at <c>r</c>; a join
    /// it would begin at either side.
    /// </summary>
    public static EngineText Leading(string rids) => Leading("r.rid", rids);

    /// <summary>
    /// A query over a table of index rows <paramref name="alias"/> that looks up, one by one, the values that another query names.
    /// PostgreSQL takes a list of them for a filter where the column is not the index's first, and reads past all rows of the parameter; a
    /// query with an offset stays where it stands.
    /// </summary>
    public static EngineText LookingUp(string columns, string table, string alias, string column, EngineText values, string where)
    {
        var rows = $"from {table} {alias} where";
        return new EngineText(
            $"select {columns} {rows} {alias}.{column} in ({values.Sqlite}) and {where}",
            $"select {columns} from unnest(array({values.Postgres})) k (v) cross join lateral "
                + $"(select {columns} {rows} {alias}.{column} = k.v and {where} offset 0) {alias}");
    }

    /// <summary>The same for any column that an index begins with.</summary>
    public static EngineText Leading(string column, EngineText rows) =>
        new($"{column} in ({rows.Sqlite})", $"{column} = any(array({rows.Postgres}))");
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

    /// <summary>Versions of resources that nothing else names: the reach names the resources, and each version must be within it.</summary>
    NamedVersions,
}
