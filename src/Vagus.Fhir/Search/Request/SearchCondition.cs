using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.Search.Request;

/// <summary>What a resource must meet to be found: one parameter of a search. All conditions of a search must hold.</summary>
internal abstract record SearchCondition
{
    /// <summary>How many values it compares with.</summary>
    public abstract int Alternatives { get; }

    /// <summary>The numbers of the search parameters that it asks, whatever they are within.</summary>
    public virtual IEnumerable<long> Asked => [];
}

/// <summary>A parameter of the index.</summary>
internal sealed record IndexCondition(SearchCriterion Criterion) : SearchCondition
{
    public override int Alternatives => Math.Max(1, Criterion.AnyOf.Count);

    public override IEnumerable<long> Asked => [Criterion.Parameter];
}

/// <summary>Codes that terminology tells, before they are looked up.</summary>
/// <param name="Parameter">The token.</param>
/// <param name="HasNoSystem">Its codes are in the index without their system, which a binding implies.</param>
/// <param name="Modifier">What is asked of them.</param>
/// <param name="Values">Canonicals of value sets, or codes as <c>system|code</c>; one of them must hold.</param>
internal sealed record TerminologyCondition(
    SearchParameterDefinition Parameter, bool HasNoSystem, TerminologyModifier Modifier, IReadOnlyList<string> Values) : SearchCondition
{
    public override int Alternatives => Math.Max(1, Values.Count);

    public override IEnumerable<long> Asked => [Parameter.Id];
}

/// <summary>The modifiers of a token that ask terminology (R4 §3.1.1.4.6).</summary>
internal enum TerminologyModifier
{
    /// <summary>A code of the value set.</summary>
    In,

    /// <summary>No code of the value set.</summary>
    NotIn,

    /// <summary>The code itself or one that it is a kind of.</summary>
    Above,

    /// <summary>The code itself or a kind of it.</summary>
    Below,
}

/// <summary><c>_id</c>: one of these.</summary>
internal sealed record IdCondition(IReadOnlyList<string> Ids) : SearchCondition
{
    public override int Alternatives => Math.Max(1, Ids.Count);
}

/// <summary><c>_lastUpdated</c>.</summary>
internal sealed record UpdatedCondition(DateTerm Term) : SearchCondition
{
    public override int Alternatives => 1;
}

/// <summary><c>subject:Patient.name=…</c>: a reference leads to a resource that meets a condition.</summary>
internal sealed record ChainCondition(IReadOnlyList<ChainLink> AnyOf) : SearchCondition
{
    public override int Alternatives => AnyOf.Sum(link => link.Condition.Alternatives);

    public override IEnumerable<long> Asked => AnyOf.SelectMany(link => link.Condition.Asked.Prepend(link.Parameter));
}

/// <summary>By a reference under this parameter to a resource of this type, which must meet the condition.</summary>
internal sealed record ChainLink(int Parameter, string Type, SearchCondition Condition);

/// <summary>
/// <c>_has:Observation:patient:code=…</c>: a resource of this type that meets a condition refers to the one that is found.
/// </summary>
internal sealed record HasCondition(string Type, int Parameter, SearchCondition Condition) : SearchCondition
{
    public override int Alternatives => Condition.Alternatives;

    public override IEnumerable<long> Asked => Condition.Asked.Prepend(Parameter);
}

/// <summary>The resource is in the compartment of some patient.</summary>
internal sealed record AnyPatientCondition : SearchCondition
{
    public override int Alternatives => 1;
}

/// <summary>All conditions of one of the ways hold.</summary>
internal sealed record EitherCondition(IReadOnlyList<IReadOnlyList<SearchCondition>> Ways) : SearchCondition
{
    public override int Alternatives => Ways.Sum(way => way.Sum(condition => condition.Alternatives));

    public override IEnumerable<long> Asked => Ways.SelectMany(way => way.SelectMany(condition => condition.Asked));
}

/// <summary>The resource is in the compartment of another one (R4 "compartmentdefinition").</summary>
/// <param name="Of">The type of the other: Patient, Encounter, Practitioner, RelatedPerson or Device.</param>
/// <param name="Id">Its id.</param>
/// <param name="Parameters">References by which a resource is in it; a Patient's compartment has rows of its own.</param>
internal sealed record CompartmentCondition(string Of, string Id, IReadOnlyList<int> Parameters) : SearchCondition
{
    public override int Alternatives => Math.Max(1, Parameters.Count);
}
