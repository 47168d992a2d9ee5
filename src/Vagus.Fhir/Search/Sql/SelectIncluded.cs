using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// What goes with a page: resources that its matches refer to or that refer to them, and with <c>:iterate</c> those of these again. Each is
/// read within the caller's reach, as a match is. Their number is bounded; where it is reached, the rest is left out and the page says so.
/// </summary>
internal sealed class SelectIncluded(IRunQueries queries, Reach reach, SearchRequest search, BodyBudget bodies, CancellationToken cancel)
{
    public const int Most = 1_000;
    private const int MostRounds = 6;
    private readonly List<StoredResource> included = [];
    private readonly HashSet<(string Type, string Id)> known = [];

    /// <summary>Something was left out.</summary>
    public bool IsCut { get; private set; }

    public async ValueTask<List<StoredResource>> Of(IReadOnlyList<StoredResource> matches)
    {
        foreach (var match in matches) known.Add((match.Type, match.Id));
        var from = matches;
        for (var round = 0; from.Count > 0 && !IsCut; round++)
        {
            var before = included.Count;
            var due = round == 0 ? search.Includes : [.. search.Includes.Where(include => include.Iterates)];
            if (due.Count == 0) break;
            if (round == MostRounds)
            {
                IsCut = true;
                break;
            }

            foreach (var include in due) await Add(include, from);
            from = included[before..];
        }

        return included;
    }

    private async ValueTask Add(IncludeDirective include, IReadOnlyList<StoredResource> from)
    {
        foreach (var ofType in from.GroupBy(resource => resource.Type, StringComparer.Ordinal))
        {
            if (IsCut) return;
            if (include.IsReverse)
            {
                List<string> ids = [.. ofType.Select(resource => resource.Id)];
                foreach (var source in await SourcesOf(include)) await AddReferring(include with { Source = source }, ofType.Key, ids);
            }
            else if (include.Source is null || include.Source == ofType.Key) await AddReferred(include, ofType);
        }
    }

    /// <summary>
    /// The types whose references are followed backwards: where none is named, all that the tenant has and the caller searches.
    /// </summary>
    private async ValueTask<IReadOnlyList<string>> SourcesOf(IncludeDirective include)
    {
        if (include.Source is { } named) return [named];
        var types = await ReadHistories.TypesOf(queries, reach.Tenant, cancel);
        return [.. types.Where(type => type != ReadSearch.Apart && reach.May(ResourceInteractions.Search, type))];
    }

    private async ValueTask AddReferred(IncludeDirective include, IGrouping<string, StoredResource> from)
    {
        var text = LinksText(reach, include, from.Select(resource => resource.Rid));
        var statement = StatementCache.Of(text);
        var links = await queries.Query(
            statement, text.ValuesOf(statement), row => (Type: row.GetString(0), Id: row.GetString(1)), cancel);
        foreach (var target in links.Where(link => !known.Contains(link)).GroupBy(link => link.Type, StringComparer.Ordinal))
        {
            if (!IsCut && reach.May(ResourceInteractions.Search, target.Key))
                await Read(TargetsText(reach, target.Key, [.. target.Select(link => link.Id)], Left + 1));
        }
    }

    private async ValueTask AddReferring(IncludeDirective include, string type, IReadOnlyList<string> ids)
    {
        if (IsCut || (include.Target is { } target && target != type)) return;
        // What refers to a type is known from the definitions: a parameter that never does is not asked.
        var parameters = ParametersOf(include).Where(parameter => Refers(parameter, type)).Select(parameter => (long)parameter.Id).ToList();
        if (parameters.Count > 0) await Read(ReferringText(reach, include, parameters, type, ids, Left + known.Count + 1));
    }

    private long Left => Most - included.Count;

    private async ValueTask Read(SqlText text)
    {
        var statement = StatementCache.Of(text);
        foreach (var resource in await queries.Query(statement, text.ValuesOf(statement), bodies.Read, cancel))
        {
            if (known.Contains((resource.Type, resource.Id))) continue;
            if (included.Count >= Most || resource.Unread)
            {
                IsCut = true;
                return;
            }

            known.Add((resource.Type, resource.Id));
            included.Add(resource);
        }
    }

    internal static SqlText LinksText(Reach reach, IncludeDirective include, IEnumerable<long> rids)
    {
        var text = new SqlText();
        var tenant = text.Tenant(reach.Tenant);
        var list = JsonList.Numbers(text, rids);
        var where = $"l.tenant_number = {Names.TenantSql(tenant)}";
        if (include.Parameter is { } parameter) where += $" and l.param = {text.Value((long)parameter.Id)}";
        if (include.Target is { } target) where += $" and l.target_type = {Names.Sql(text, tenant, NameKind.Type, target)}";
        var links = ReachSql.LookingUp("l.target_type, l.target_id", "fhir_resource_reference", "l", "rid", list, where);
        return text.Add("select distinct n.name, t.target_id")
            .Add(links.Within("from (", ") t"))
            .Add("join fhir_name n on n.number = t.target_type");
    }

    internal static SqlText TargetsText(Reach reach, string type, IReadOnlyList<string> ids, long limit)
    {
        var text = new SqlText();
        Beginning(text, reach, type, ReachSql.ById).Add(ReachSql.Leading("r.id", JsonList.Texts(text, ids)).After("  and "));
        return Ending(text, reach, limit);
    }

    internal static SqlText ReferringText(
        Reach reach, IncludeDirective include, IReadOnlyList<long> parameters, string type, IReadOnlyList<string> ids, long limit)
    {
        var text = new SqlText();
        Beginning(text, reach, include.Source ?? type, join: default);
        var tenant = text.Tenant(reach.Tenant);
        var list = JsonList.Texts(text, ids);
        var referring = EngineText.Join(" union all ", parameters.Select(parameter => ReachSql.LookingUp(
            "x.rid", "fhir_reference", "x", "target_id", list,
            $"x.tenant_number = {Names.TenantSql(tenant)} and x.param = {text.Value(parameter)} "
                + $"and x.target_type = {Names.Sql(text, tenant, NameKind.Type, type)}")));
        return Ending(text.Add(ReachSql.Leading("r.rid", referring).After("  and ")), reach, limit);
    }

    private static SqlText Beginning(SqlText text, Reach reach, string type, EngineText join) => text
        .Add($"select {StoredResource.Columns(text, type)}")
        .Add("from (select r.id, r.rid, r.version, r.position, r.compartments")
        .From(reach, type, RowsOf.Current, join, ResourceInteractions.Search)
        .Add("  and r.deleted = false");

    private static SqlText Ending(SqlText text, Reach reach, long limit) => text
        .Add("order by +r.rid desc")
        .Add($"limit {text.Value(limit)}")
        .Add(") r left").Add(VersionSql.Current(text, reach))
        .Add(new EngineText("", "order by r.rid desc"));

    private static IEnumerable<SearchParameterDefinition> ParametersOf(IncludeDirective include) => include.Parameter is { } parameter
        ? [parameter]
        : R4Definitions.SearchParameters(include.Source ?? "").Values.Where(each => each.Kind == SearchParameterKind.Reference);

    private static bool Refers(SearchParameterDefinition parameter, string type) =>
        parameter.Targets.Length == 0 || parameter.Targets is ["Resource"] || parameter.Targets.Contains(type);
}
