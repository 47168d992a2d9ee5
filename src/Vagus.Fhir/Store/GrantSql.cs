using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>
/// The caller's grants as conditions on a row <c>r</c> of <c>fhir_resource</c>, and <c>v</c> of its versions. One scope gives its
/// conditions as they are, so that plans know them; several are joined by "or": a row is within reach when one of them covers it.
/// </summary>
internal static class GrantSql
{
    /// <summary>The conditions, all of which must hold. None: every row of the type is within reach.</summary>
    public static IReadOnlyList<EngineText> Conditions(
        SqlText text, Reach reach, ResourceInteractions interaction, string type, RowsOf rows)
    {
        var scopes = reach.ScopesOf(interaction, type);
        if (scopes.Count == 0) return ["false"];
        if (scopes.Any(scope => scope.IsWhole(type))) return [];

        var asked = new Asked(text, reach.Tenant, type, rows);
        if (scopes is [var only]) return [.. Conditions(asked, only)];
        return [Either(scopes.Select(scope => EngineText.Join(" and ", Conditions(asked, scope))))];
    }

    private static IEnumerable<EngineText> Conditions(Asked asked, RowScope scope)
    {
        var versions = asked.OfVersions;
        foreach (var condition in Labels(asked, scope.SeesLabels, versions)) yield return condition;
        if (scope.ReleasedOnly) yield return "r.released = true";
        if (scope.ReleasedOnly && versions) yield return "v.released = true";
        if (scope.NeedsCompartment(asked.Type)) yield return InCompartment(asked, scope.Patients ?? []);
        if (scope.NeedsCompartment(asked.Type) && asked.Rows == RowsOf.NamedVersions)
            yield return InCompartment(asked with { Rows = RowsOf.Versions }, scope.Patients ?? []);
        foreach (var criterion in scope.Criteria) yield return Matching(asked, criterion);
        // The index has the current version only: of those before it is not known whether they match.
        if (versions && scope.Criteria.Count > 0) yield return "v.version = r.version";
        if (RowScope.NamesPeople(asked.Type))
        {
            if (scope.NamesIn(asked.Type) is { } names) yield return Naming(asked, names);
            yield break;
        }

        if (scope.Parties is not { } parties) yield break;
        yield return TakingPart(asked, parties);
        if (versions && parties.Count > 0) yield return TookPart(asked, parties);
    }

    // Callers who may see no label, or every one, are most: each of them has one text.
    private static IEnumerable<EngineText> Labels(Asked asked, Sensitivity seen, bool versions)
    {
        if (seen == Sensitivity.All) yield break;
        var none = seen == Sensitivity.None;
        var missing = none ? "" : asked.Text.Value((long)Sensitivity.All.Without(seen));
        yield return none ? "r.sensitive = false" : $"(r.labels & {missing}) = 0";
        if (versions) yield return none ? "v.sensitive = false" : $"(v.labels & {missing}) = 0";
    }

    /// <summary>A search that the index cannot ask leaves no row: a limit that cannot be held must not be dropped.</summary>
    private static EngineText Matching(Asked asked, RowCriterion criterion)
    {
        var search = ScopeCriterion.Parse(asked.Type, criterion);
        return search.IsRefused ? "false" : CriterionSql.OfEach(asked.Text, asked.Of, search.Value);
    }

    private static EngineText InCompartment(Asked asked, IReadOnlyList<PatientId> patients)
    {
        if (patients.Count == 0) return "false";
        var tenant = Names.TenantSql(asked.Tenant);
        var since = asked.Rows == RowsOf.Versions ? " and c.since <= v.version" : "";
        return Among(asked.Rows, "c", patients.Select(patient =>
            $"select c.rid from fhir_compartment c where c.tenant_number = {tenant} "
                + $"and c.patient_id = {asked.Text.Value(patient.Value)}{since}"));
    }

    // A query for each person and parameter: each is one range of the index.
    private static EngineText TakingPart(Asked asked, IReadOnlyList<string> parties)
    {
        if (parties.Count == 0) return "false";
        var (text, tenant) = (asked.Text, asked.Tenant);
        var index = $"select x.rid from fhir_reference x where x.tenant_number = {Names.TenantSql(tenant)}";
        var named = parties.Select(reference => reference.Split('/'))
            .SelectMany(parts => new[] { TaskParties.Owner, TaskParties.Requester }.Select(parameter =>
                $"{index} and x.param = {text.Value(parameter)} and x.target_id = {text.Value(parts[1])} "
                    + $"and x.target_type = {Names.Sql(text, tenant, NameKind.Type, parts[0])}"));
        return Among(asked.Rows, "x", named);
    }

    // Who takes part in a message's thread, and who owns a subscription, stands in its own row; a name has no blank. An older version is
    // for those of now, too.
    private static EngineText Naming(Asked asked, IReadOnlyList<string> names)
    {
        const string people = "' ' || r.parties || ' '";
        var named = names.Select(name => $"replace({people}, {asked.Text.Value($" {name} ")}, '') <> {people}");
        return $"({string.Join(" or ", named)})";
    }

    // Of the versions before the current one those are shown in which the caller took part by the event that told of them: what a replay
    // shows. With their events' retention they are over. A reference has neither blank nor bar.
    private static EngineText TookPart(Asked asked, IReadOnlyList<string> parties)
    {
        const string people = "' ' || replace(e.audience, '|', ' ') || ' '";
        var named = parties.Select(reference => $"replace({people}, {asked.Text.Value($" {reference} ")}, '') <> {people}");
        return $"""
            (v.version = r.version or exists (
                select 1 from event e where e.tenant_id = {asked.Tenant} and e.position = v.position
                  and ({string.Join(" or ", named)})))
            """;
    }

    private static EngineText Among(RowsOf rows, string alias, IEnumerable<string> reachable) =>
        rows is RowsOf.Search or RowsOf.NamedVersions
        ? ReachSql.Leading(string.Join(" union all ", reachable))
        : $"({string.Join(" or ", reachable.Select(query => $"exists ({query} and {alias}.rid = r.rid {ReachSql.AskEach})"))})";

    private static EngineText Either(IEnumerable<EngineText> conditions) =>
        EngineText.Join(" or ", conditions.Select(condition => condition.Within("(", ")"))).Within("(", ")");

    /// <param name="Text">The statement.</param>
    /// <param name="Of">Whose rows.</param>
    /// <param name="Type">The type of the rows.</param>
    /// <param name="Rows">What is asked for.</param>
    private sealed record Asked(SqlText Text, TenantId Of, string Type, RowsOf Rows)
    {
        public bool OfVersions => Rows is RowsOf.Versions or RowsOf.NamedVersions;

        /// <summary>The parameter that stands for the tenant.</summary>
        public string Tenant => Text.Tenant(Of);
    }
}
