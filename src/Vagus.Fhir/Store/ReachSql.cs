using Vagus.Access.Policies;

namespace Vagus.Fhir.Store;

/// <summary>
/// The only way to name <c>fhir_resource</c> in a query that a caller's request asks: the rows that come out are within the caller's reach,
/// on every path (read, search, count, history). The type itself must have been checked with <see cref="Reach.MayRead"/>.
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
    public static SqlText From(this SqlText text, Reach reach, string type, RowsOf rows, EngineText join = default)
    {
        text.FromUnseen(reach, type, join);
        foreach (var condition in Conditions(text, reach, type, rows)) text.Add(condition.After("  and "));
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

    /// <summary>An expression: whether the row <c>r</c> is within the caller's reach.</summary>
    public static string Verdict(SqlText text, Reach reach, string type)
    {
        var conditions = Conditions(text, reach, type, RowsOf.Current).Select(condition => condition.Sqlite).ToList();
        return conditions.Count == 0 ? "true" : $"case when {string.Join(" and ", conditions)} then true else false end";
    }

    /// <summary>
    /// Makes the rows of a query, by their <c>rid</c>, lead to their resources. PostgreSQL gathers them before it looks at <c>r</c>; a join
    /// it would begin at either side.
    /// </summary>
    public static EngineText Leading(string rids) => new($"r.rid in ({rids})", $"r.rid = any(array({rids}))");

    private static IEnumerable<EngineText> Conditions(SqlText text, Reach reach, string type, RowsOf rows)
    {
        if (!reach.SeesSensitive) yield return "r.sensitive = false";
        if (!reach.SeesSensitive && rows == RowsOf.Versions) yield return "v.sensitive = false";
        if (reach.ReleasedOnly) yield return "r.released = true";
        if (reach.ReleasedOnly && rows == RowsOf.Versions) yield return "v.released = true";
        if (reach.NeedsCompartment(type)) yield return InCompartment(text, reach, rows);
        if (!reach.MustTakePart) yield break;
        yield return TakingPart(text, reach, rows);
        if (rows == RowsOf.Versions) yield return TookPart(text, reach);
    }

    private static EngineText InCompartment(SqlText text, Reach reach, RowsOf rows)
    {
        if (reach.Patients is not { Count: > 0 } patients) return "false";
        var tenant = Names.TenantSql(text.Tenant(reach.Tenant));
        var since = rows == RowsOf.Versions ? " and c.since <= v.version" : "";
        return Among(rows, "c", patients.Select(patient =>
            $"select c.rid from fhir_compartment c where c.tenant_number = {tenant} and c.patient_id = {text.Value(patient.Value)}{since}"));
    }

    private static EngineText TakingPart(SqlText text, Reach reach, RowsOf rows)
    {
        if (reach.TakesPartAs.Count == 0) return "false";
        var tenant = text.Tenant(reach.Tenant);
        var index = $"select x.rid from fhir_reference x where x.tenant_number = {Names.TenantSql(tenant)}";
        var named = reach.TakesPartAs.Select(reference => reference.Split('/'))
            .SelectMany(parts => new[] { TaskParties.Owner, TaskParties.Requester }.Select(parameter =>
                $"{index} and x.param = {text.Value(parameter)} and x.target_id = {text.Value(parts[1])} "
                    + $"and x.target_type = {Names.Sql(text, tenant, NameKind.Type, parts[0])}"));
        return Among(rows, "x", named);
    }

    // Of the versions before the current one those are shown in which the caller took part by the event that told of them: what a replay
    // shows. With their events' retention they are over. A reference has neither blank nor bar.
    private static string TookPart(SqlText text, Reach reach)
    {
        if (reach.TakesPartAs.Count == 0) return "false";
        const string people = "' ' || replace(e.audience, '|', ' ') || ' '";
        var named = reach.TakesPartAs.Select(reference => $"replace({people}, {text.Value($" {reference} ")}, '') <> {people}");
        return $"""
            (v.version = r.version or exists (
                select 1 from event e where e.tenant_id = {text.Tenant(reach.Tenant)} and e.position = v.position
                  and ({string.Join(" or ", named)})))
            """;
    }

    private static EngineText Among(RowsOf rows, string alias, IEnumerable<string> reachable) => rows == RowsOf.Search
        ? Leading(string.Join(" union all ", reachable))
        : $"({string.Join(" or ", reachable.Select(query => $"exists ({query} and {alias}.rid = r.rid {AskEach})"))})";
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
