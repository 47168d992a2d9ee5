using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// The versions of all resources of one type, or of several, newest first, within a caller's reach. The page is chosen by positions and
/// its bodies are read after that. Of each type the first versions are walked by their resources' <c>rid</c>, which is their position, and
/// the later ones by <c>fhir_later_version</c>; where the reach names the resources, all of their versions are looked at.
/// </summary>
internal static class ReadHistories
{
    public static ValueTask<List<StoredResource>> Run(
        IRunQueries queries, Reach reach, IReadOnlyList<string> types, HistoryRange range, BodyBudget bodies, CancellationToken cancel)
    {
        var text = TextOf(reach, types, range);
        var statement = StatementCache.Of(text);
        return queries.Query(statement, text.ValuesOf(statement), bodies.Read, cancel);
    }

    /// <summary>The resource types of which the tenant has, or had, a resource.</summary>
    public static ValueTask<List<string>> TypesOf(IRunQueries queries, TenantId tenant, CancellationToken cancel) =>
        queries.Query(Types, [tenant.Value], row => row.GetString(0), cancel);

    internal static SqlText TextOf(Reach reach, IReadOnlyList<string> types, HistoryRange range)
    {
        var text = new SqlText();
        var limit = text.Value((long)range.Limit);
        text.Add($"select {StoredResource.ColumnsOf("r.type")}").Add("from (select p.type, p.id, p.rid, p.version, p.position, p.compartments from (");
        var first = true;
        foreach (var type in types)
        {
            if (!first) text.Add("union all");
            AddType(text, reach, type, range, limit);
            first = false;
        }

        return text
            .Add($") p order by p.position desc limit {limit}) r").Add(VersionSql.One(text, reach, "r.version"))
            .Add("order by v.position desc");
    }

    private static void AddType(SqlText text, Reach reach, string type, HistoryRange range, string limit)
    {
        if (reach.IsNamed(ResourceInteractions.Read, type))
        {
            Begin(text, type).From(reach, type, RowsOf.NamedVersions, VersionSql.All(text, reach));
            End(text, reach, range, limit, "v.position");
            return;
        }

        Begin(text, type).From(reach, type, RowsOf.Versions, VersionSql.One(text, reach, "1"));
        if (range.Before is { } before) text.Add($"  and r.rid < {text.Value(before)}");
        End(text, reach, range with { Before = null }, limit, "r.rid");
        text.Add("union all");
        Begin(text, type).FromLaterVersions(reach, type);
        if (range.Before is { } later) text.Add($"  and l.position < {text.Value(later)}");
        End(text, reach, range with { Before = null }, limit, "l.position");
    }

    private static SqlText Begin(SqlText text, string type) => text.Add(
        "select h.type, h.id, h.rid, h.version, h.position, h.compartments from (select "
        + $"cast({text.Value(type)} as text) as type, r.id as id, r.rid as rid, v.version as version, v.position as position, "
        + "r.compartments as compartments");

    private static void End(SqlText text, Reach reach, HistoryRange range, string limit, string order)
    {
        range.AddTo(text, reach);
        text.Add($"order by {order} desc limit {limit}) h");
    }

    private static readonly Statement Types = new($"""
        select name
        from fhir_name
        where tenant_id = @tenant_id
          and kind = {(long)NameKind.Type}
        order by name
        """);
}
