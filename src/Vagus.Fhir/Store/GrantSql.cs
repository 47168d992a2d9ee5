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
    public static IReadOnlyList<string> Conditions(SqlText text, Reach reach, ResourceInteractions interaction, string type, RowsOf rows)
    {
        var scopes = reach.ScopesOf(interaction, type);
        if (scopes.Count == 0) return ["false"];
        if (scopes.Any(scope => scope.IsWhole(type))) return [];

        var asked = new Asked(text, reach.Tenant.Value, type, rows);
        if (scopes is [var only]) return [.. Conditions(asked, only)];
        return [$"({string.Join(" or ", scopes.Select(scope => $"({string.Join(" and ", Conditions(asked, scope))})"))})"];
    }

    private static IEnumerable<string> Conditions(Asked asked, RowScope scope)
    {
        var versions = asked.Rows == RowsOf.Versions;
        if (!scope.SeesSensitive) yield return "r.sensitive = false";
        if (!scope.SeesSensitive && versions) yield return "v.sensitive = false";
        if (scope.ReleasedOnly) yield return "r.released = true";
        if (scope.ReleasedOnly && versions) yield return "v.released = true";
        if (scope.NeedsCompartment(asked.Type)) yield return InCompartment(asked, scope.Patients ?? []);
        if (scope.Parties is not { } parties) yield break;
        yield return TakingPart(asked, parties);
        if (versions && parties.Count > 0) yield return TookPart(asked, parties);
    }

    private static string InCompartment(Asked asked, IReadOnlyList<PatientId> patients)
    {
        if (patients.Count == 0) return "false";
        var tenant = asked.Text.Value(asked.Tenant);
        var names = string.Join(", ", patients.Select(patient => asked.Text.Value(patient.Value)));
        var since = asked.Rows == RowsOf.Versions ? " and c.since <= v.version" : "";
        return Among(
            asked.Rows,
            $"select c.rid from fhir_compartment c where c.tenant_id = {tenant} and c.patient_id in ({names}){since}",
            "c.rid");
    }

    private static string TakingPart(Asked asked, IReadOnlyList<string> parties)
    {
        if (parties.Count == 0) return "false";
        var text = asked.Text;
        var (tenant, owner) = (text.Value(asked.Tenant), text.Value(TaskParties.Owner));
        var requester = text.Value(TaskParties.Requester);
        var named = parties.Select(reference => reference.Split('/'))
            .Select(parts => $"(x.target_type = {text.Value(parts[0])} and x.target_id = {text.Value(parts[1])})");
        return Among(
            asked.Rows,
            $"select x.rid from fhir_reference x where x.tenant_id = {tenant} and x.param in ({owner}, {requester}) "
                + $"and ({string.Join(" or ", named)})",
            "x.rid");
    }

    // Of the versions before the current one those are shown in which the caller took part by the event that told of them: what a replay
    // shows. With their events' retention they are over. A reference has neither blank nor bar.
    private static string TookPart(Asked asked, IReadOnlyList<string> parties)
    {
        const string people = "' ' || replace(e.audience, '|', ' ') || ' '";
        var named = parties.Select(reference => $"replace({people}, {asked.Text.Value($" {reference} ")}, '') <> {people}");
        return $"""
            (v.version = r.version or exists (
                select 1 from event e where e.tenant_id = v.tenant_id and e.position = v.position
                  and ({string.Join(" or ", named)})))
            """;
    }

    private static string Among(RowsOf rows, string reachable, string rid) =>
        rows == RowsOf.Search ? $"r.rid in ({reachable})" : $"exists ({reachable} and {rid} = r.rid)";

    private sealed record Asked(SqlText Text, string Tenant, string Type, RowsOf Rows);
}
