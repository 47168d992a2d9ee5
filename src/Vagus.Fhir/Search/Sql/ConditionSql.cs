using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// A condition of a search on the resource <c>r</c>. Chains and <c>_has</c> are rows within rows: each of them is a query over resources of
/// its own, with the caller's reach in it, so that what the caller may not see decides nothing.
/// </summary>
internal sealed class ConditionSql(SqlText text, Reach reach)
{
    private const ResourceInteractions Searching = ResourceInteractions.Search;

    private string Tenant => $"tenant_number = {Names.TenantSql(text.Tenant(reach.Tenant))}";

    /// <summary>How few rows a condition is likely to leave: the smallest leads. Null: it cannot lead.</summary>
    public static int? RankOf(SearchCondition condition) => condition switch
    {
        IdCondition => -1,
        IndexCondition { Criterion: var criterion } => CriterionSql.RankOf(criterion),
        CompartmentCondition => 1,
        // Its rows are those of another type, and each may stand for many.
        ChainCondition chain => chain.AnyOf.Max(link => RankOf(link.Condition) ?? int.MaxValue) is var rank and < int.MaxValue
            ? Math.Max(2, rank + 1)
            : null,
        HasCondition { Condition: var inner } => RankOf(inner) is { } rank ? Math.Max(2, rank + 1) : null,
        _ => null,
    };

    /// <summary>
    /// The rows of one type that meet all of the conditions, from the word "from" on; the chosen one leads, or the one of the least rank. The
    /// second value tells whether an index names the rows that are looked at.
    /// </summary>
    public (EngineText Text, bool IsNamed) From(string type, IReadOnlyList<SearchCondition> conditions, SearchCondition? chosen = null)
    {
        var leader = chosen ?? conditions.Where(each => RankOf(each) is not null).MinBy(RankOf);
        var rows = leader is null ? RowsOf.Search : RowsOf.Current;
        var byId = leader is HasCondition ? ReachSql.ById : default;
        var parts = new List<EngineText> { ReachSql.Within(text, reach, type, rows, byId, Searching), "r.deleted = false" };
        foreach (var condition in conditions)
            parts.Add(ReferenceEquals(condition, leader) ? Leading(type, condition) : OfEach(type, condition));
        return (EngineText.Join(" and ", parts), leader is not null || reach.IsNamed(Searching, type));
    }

    private EngineText Leading(string type, SearchCondition condition) => condition switch
    {
        IndexCondition { Criterion: var criterion } => CriterionSql.Leading(text, reach.Tenant, criterion),
        ChainCondition chain => ReachSql.Leading("r.rid", EngineText.Join(" union all ", chain.AnyOf.Select(LeadingLink))),
        HasCondition has => ReachSql.Leading("r.id", LeadingHas(type, has)),
        CompartmentCondition compartment => LeadingCompartment(compartment),
        _ => OfEach(type, condition),
    };

    private EngineText LeadingLink(ChainLink link)
    {
        var targets = From(link.Type, [link.Condition]).Text.After("select r.id ");
        return ReachSql.LookingUp(
            "x.rid", "fhir_reference", "x", "target_id", targets,
            $"x.{Tenant} and x.param = {text.Value((long)link.Parameter)} and x.target_type = {TypeNumber(link.Type)}");
    }

    private EngineText LeadingHas(string type, HasCondition has)
    {
        var sources = From(has.Type, [has.Condition]).Text.After("select r.rid ");
        return ReachSql.LookingUp(
            "l.target_id", "fhir_resource_reference", "l", "rid", sources,
            $"l.{Tenant} and l.param = {text.Value((long)has.Parameter)} and l.target_type = {TypeNumber(type)}");
    }

    private EngineText OfEach(string type, SearchCondition condition) => condition switch
    {
        IndexCondition { Criterion: var criterion } => CriterionSql.OfEach(text, reach.Tenant, criterion),
        IdCondition { Ids: [] } => "false",
        IdCondition { Ids: var ids } => $"r.id in ({string.Join(", ", ids.Select(id => text.Value(id)))})",
        UpdatedCondition { Term: var term } => DateSql.OfInstant(text, term, "r.updated_at"),
        ChainCondition chain => EngineText.Join(" or ", chain.AnyOf.Select(LinkOfEach)).Within("(", ")"),
        HasCondition has => HasOfEach(type, has),
        CompartmentCondition compartment => CompartmentOfEach(compartment),
        AnyPatientCondition => "r.compartments <> ''",
        EitherCondition either => EngineText.Join(" or ", either.Ways.Select(way => AllOfEach(type, way))).Within("(", ")"),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private EngineText AllOfEach(string type, IReadOnlyList<SearchCondition> conditions) => conditions.Count == 0
        ? "true" : EngineText.Join(" and ", conditions.Select(condition => OfEach(type, condition))).Within("(", ")");

    private EngineText LinkOfEach(ChainLink link)
    {
        var links = $"exists (select 1 from fhir_resource_reference l where l.{Tenant} and l.rid = r.rid "
            + $"and l.param = {text.Value((long)link.Parameter)} and l.target_type = {TypeNumber(link.Type)} and exists (select 1 ";
        return Each(link.Type, link.Condition, "r.id = l.target_id").Within(links, $") {ReachSql.AskEach})");
    }

    private EngineText HasOfEach(string type, HasCondition has)
    {
        var rows = $"exists (select 1 from fhir_reference x where x.{Tenant} and x.param = {text.Value((long)has.Parameter)} "
            + $"and x.target_id = r.id and x.target_type = {TypeNumber(type)} and exists (select 1 ";
        return Each(has.Type, has.Condition, "r.rid = x.rid").Within(rows, $") {ReachSql.AskEach})");
    }

    /// <summary>One row of another type, which something else names.</summary>
    private EngineText Each(string type, SearchCondition condition, string named) => EngineText.Join(" and ",
    [
        ReachSql.Within(text, reach, type, RowsOf.Current, join: default, Searching), named, "r.deleted = false", OfEach(type, condition),
    ]).Within("", $" {ReachSql.AskEach}");

    private EngineText LeadingCompartment(CompartmentCondition compartment)
    {
        var rows = compartment.Of == "Patient"
            ? [$"select c.rid from fhir_compartment c where c.{Tenant} and c.patient_id = {text.Value(compartment.Id)}"]
            : compartment.Parameters.Select(parameter => $"select x.rid from fhir_reference x where {References(parameter, compartment)}")
                .ToList();
        return rows.Count == 0 ? "false" : ReachSql.Leading(string.Join(" union all ", rows));
    }

    private string CompartmentOfEach(CompartmentCondition compartment)
    {
        if (compartment.Of == "Patient")
            return $"exists (select 1 from fhir_compartment c where c.{Tenant} and c.patient_id = {text.Value(compartment.Id)} "
                + $"and c.rid = r.rid {ReachSql.AskEach})";
        var ways = compartment.Parameters.Select(parameter =>
            $"exists (select 1 from fhir_reference x where {References(parameter, compartment)} and x.rid = r.rid {ReachSql.AskEach})").ToList();
        return ways.Count == 0 ? "false" : $"({string.Join(" or ", ways)})";
    }

    private string References(int parameter, CompartmentCondition compartment) =>
        $"x.{Tenant} and x.param = {text.Value((long)parameter)} and x.target_id = {text.Value(compartment.Id)} "
            + $"and x.target_type = {TypeNumber(compartment.Of)}";

    private string TypeNumber(string type) => Names.Sql(text, text.Tenant(reach.Tenant), NameKind.Type, type);
}
