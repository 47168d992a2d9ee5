using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// The current resources of a patient's or an encounter's compartment, of all types together, in the order of their creation, within a
/// caller's reach. The compartment leads: the cost follows the record and not the tenant.
/// </summary>
internal static class ReadRecords
{
    // The parameter by which a type says when its care was; the first that it has. Types without one are of no time.
    private static readonly string[] CareDates =
        ["date", "effective-time", "authored", "authoredon", "onset-date", "recorded-date", "created", "sent", "start-date", "authored-on"];

    public static ValueTask<List<StoredResource>> Run(
        IRunQueries queries, Reach reach, IReadOnlyList<string> types, RecordRange range, BodyBudget bodies, CancellationToken cancel)
    {
        var text = TextOf(reach, types, range);
        var statement = StatementCache.Of(text);
        return queries.Query(statement, text.ValuesOf(statement), bodies.Read, cancel);
    }

    /// <summary>Whether resources of the type are in such a compartment.</summary>
    public static bool Has(string of, string type) => type == of || R4Definitions.Compartment(of, type).Count > 0;

    internal static SqlText TextOf(Reach reach, IReadOnlyList<string> types, RecordRange range)
    {
        var text = new SqlText();
        var limit = text.Value((long)range.Limit);
        text.Add($"select {StoredResource.ColumnsOf("r.type")}")
            .Add("from (select p.type, p.id, p.rid, p.version, p.compartments from (");
        for (var number = 0; number < types.Count; number++)
        {
            if (number > 0) text.Add("union all");
            AddType(text, reach, types[number], range, limit);
        }

        return text
            .Add($") p order by p.rid limit {limit}) r").Add(VersionSql.Current(text, reach))
            .Add("order by r.rid");
    }

    private static void AddType(SqlText text, Reach reach, string type, RecordRange range, string limit)
    {
        text.Add("select h.type, h.id, h.rid, h.version, h.compartments from (select "
            + $"cast({text.Value(type)} as text) as type, r.id as id, r.rid as rid, {(range.IsOfNow ? "r" : "v")}.version as version, "
            + "r.compartments as compartments");
        if (range.IsOfNow) text.From(reach, type, RowsOf.Current).Add("  and r.deleted = false");
        else AddThen(text, reach, type, range);
        text.Add(Within(text, reach, type, range).After("  and "));
        if (range.After is { } after) text.Add($"  and r.rid > {text.Value(after)}");
        if (range.Since is { } since) text.Add($"  and r.updated_at >= {text.Value(since.ToMicroseconds())}");
        foreach (var condition in Dates(text, reach, type, range)) text.Add(condition.After("  and "));
        // The plus keeps the engines from walking all of the type in order: the compartment names the few.
        text.Add($"order by +r.rid limit {limit}) h");
    }

    /// <summary>
    /// The versions of then, of which each must be within reach as it was and as the resource is now, as a read of a version asks. A
    /// resource that came to the record later is not of it then; one that has left it since is not shown.
    /// </summary>
    private static void AddThen(SqlText text, Reach reach, string type, RecordRange range)
    {
        var tenant = text.Tenant(reach.Tenant);
        var until = range.AsOfPosition is { } position
            ? $"u.position <= {text.Value(position)}" : $"u.updated_at <= {text.Value(range.AsOf?.ToMicroseconds())}";
        var version = $"(select max(u.version) from fhir_version u where u.tenant_id = {tenant} and u.rid = r.rid and {until})";
        text.From(reach, type, RowsOf.Versions, VersionSql.One(text, reach, version)).Add("  and v.interaction <> 'DELETE'");
        if (type == range.Of) return;
        text.Add($"  and exists (select 1 from fhir_compartment k where k.tenant_number = {Names.TenantSql(tenant)} "
            + $"and k.patient_id = {text.Value(range.Id)} and k.rid = r.rid and k.since <= v.version {ReachSql.AskEach})");
    }

    private static EngineText Within(SqlText text, Reach reach, string type, RecordRange range)
    {
        if (type == range.Of) return $"r.id = {text.Value(range.Id)}";
        var tenant = text.Tenant(reach.Tenant);
        if (range.Of == "Patient")
        {
            return ReachSql.Leading(
                $"select c.rid from fhir_compartment c where c.tenant_number = {Names.TenantSql(tenant)} "
                    + $"and c.patient_id = {text.Value(range.Id)}");
        }

        var links = R4Definitions.Compartment(range.Of, type)
            .Select(code => range.Parser.Parse(type, code, $"{range.Of}/{range.Id}"))
            .Where(read => !read.IsRefused)
            .Select(read => CriterionSql.Leading(text, reach.Tenant, read.Value)).ToList();
        return links.Count == 0 ? "false" : EngineText.Join(" or ", links).Within("(", ")");
    }

    /// <summary>A resource that does not say when it was is of every time.</summary>
    private static IEnumerable<EngineText> Dates(SqlText text, Reach reach, string type, RecordRange range)
    {
        var code = Array.Find(CareDates, each => R4Definitions.SearchParameter(type, each) is { Kind: SearchParameterKind.Date });
        if (code is null || type == range.Of) yield break;
        foreach (var (bound, prefix) in new[] { (range.Start, "ge"), (range.End, "le") })
        {
            if (bound is null) continue;
            var (missing, dated) = (range.Parser.Parse(type, $"{code}:missing", "true"), range.Parser.Parse(type, code, prefix + bound));
            if (missing.IsRefused || dated.IsRefused) continue;
            var none = CriterionSql.OfEach(text, reach.Tenant, missing.Value);
            var within = CriterionSql.OfEach(text, reach.Tenant, dated.Value);
            yield return EngineText.Join(" or ", [none, within]).Within("(", ")");
        }
    }
}
