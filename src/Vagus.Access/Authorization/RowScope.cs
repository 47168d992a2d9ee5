using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// Which rows of a type a grant is for. A row is in scope when all of the conditions hold. The store asks them in SQL, on every path by
/// which a row can come out; <see cref="Covers"/> is the same decision about facts that are at hand, as those of an event.
/// </summary>
public sealed record RowScope
{
    /// <summary>Every row of the tenant, labelled and unreleased ones too.</summary>
    public static readonly RowScope Everything = new() { SeesLabels = Sensitivity.All };

    /// <summary>The type whose rows belong to threads: each is for those who take part in its thread.</summary>
    public const string OfThreads = "Communication";

    /// <summary>The type whose rows belong to a user each: they are for their owners and for administrators.</summary>
    public const string OfOwners = "Subscription";

    /// <summary>
    /// Null: any patient. Otherwise a row must be in the compartment of one of these, or of a type in <see cref="Shared"/>. Empty: no
    /// compartment at all.
    /// </summary>
    public IReadOnlyList<PatientId>? Patients { get; init; }

    /// <summary>Types that need no compartment where <see cref="Patients"/> is set.</summary>
    public ResourceTypes Shared { get; init; } = ResourceTypes.None;

    /// <summary>
    /// Null: it does not matter who takes part. Otherwise a row must name one of these references (<c>Practitioner/123</c>) as
    /// <c>Task.owner</c> or <c>Task.requester</c>. Empty: no row.
    /// </summary>
    public IReadOnlyList<string>? Parties { get; init; }

    /// <summary>
    /// The names under which the caller takes part in threads (<see cref="ThreadNames"/>): a row of <see cref="OfThreads"/> must name one
    /// of them. Null: the server itself asks.
    /// </summary>
    public IReadOnlyList<string>? TakesPartAs { get; init; }

    /// <summary>The user of whom a row of <see cref="OfOwners"/> must be. Null: it does not matter whose it is.</summary>
    public IReadOnlyList<string>? Owners { get; init; }

    /// <summary>
    /// Searches that a row must match, as a granular SMART scope writes them (<c>category=laboratory</c>). The store asks them of the
    /// current version by its index; facts alone cannot decide them, so that <see cref="Covers"/> is false where there are any.
    /// </summary>
    public IReadOnlyList<RowCriterion> Criteria { get; init; } = [];

    /// <summary>Rows with a label of any other category are out of scope.</summary>
    public required Sensitivity SeesLabels { get; init; }

    /// <summary>True: rows that are not released to their patient are out of scope.</summary>
    public bool ReleasedOnly { get; init; }

    /// <summary>True when the scope is of all rows of the type.</summary>
    public bool IsWhole(string type) =>
        SeesLabels == Sensitivity.All && !ReleasedOnly && Parties is null && Criteria.Count == 0 && !NeedsCompartment(type)
            && (!NamesPeople(type) || NamesIn(type) is null);

    /// <summary>True when each row of the type names the people whom it is for, whatever else the rows of a scope are.</summary>
    public static bool NamesPeople(string type) => type is OfThreads or OfOwners;

    /// <summary>Of which names a row of such a type must have one. Null: it does not matter.</summary>
    public IReadOnlyList<string>? NamesIn(string type) => type == OfOwners ? Owners : TakesPartAs;

    /// <summary>True when rows of the type must be in one of <see cref="Patients"/>' compartments.</summary>
    public bool NeedsCompartment(string type) => Patients is not null && !Shared.Contains(type);

    /// <summary>True when an index names the rows of the scope: those of some patients, or of some who take part.</summary>
    public bool IsNamed(string type) => Parties is not null || NeedsCompartment(type);

    public bool Covers(in RowFacts row)
    {
        if (Criteria.Count > 0) return false;
        if (!SeesLabels.Cover(row.Labels)) return false;
        if (ReleasedOnly && !row.Released) return false;
        if (NeedsCompartment(row.Type) && !IsOfPatients(row.Patients)) return false;
        if (NamesPeople(row.Type)) return NamesIn(row.Type) is not { } names || row.Parties.Any(names.Contains);
        return Parties is null || row.Parties.Any(Parties.Contains);
    }

    /// <summary>The rows that are in both scopes. A row of several patients must be in the compartment of one that both name.</summary>
    public RowScope And(RowScope other) => new()
    {
        Patients = Both(Patients, other.Patients),
        Shared = Patients is null ? other.Shared : other.Patients is null ? Shared : Shared.And(other.Shared),
        Parties = Both(Parties, other.Parties),
        TakesPartAs = Both(TakesPartAs, other.TakesPartAs),
        Owners = Both(Owners, other.Owners),
        Criteria = [.. Criteria, .. other.Criteria.Except(Criteria)],
        SeesLabels = SeesLabels & other.SeesLabels,
        ReleasedOnly = ReleasedOnly || other.ReleasedOnly,
    };

    /// <summary>True when one of the scope's patients is among these. False where the scope is not one of patients.</summary>
    public bool IsOfPatients(IReadOnlyList<PatientId> patients) => Patients is { } own && patients.Any(own.Contains);

    private static IReadOnlyList<T>? Both<T>(IReadOnlyList<T>? these, IReadOnlyList<T>? others) =>
        these is null ? others : others is null ? these : [.. these.Where(others.Contains)];
}

/// <summary>One search parameter with its value, as in a query: <c>category</c>, <c>laboratory</c>.</summary>
public sealed record RowCriterion(string Parameter, string Value);

/// <summary>What decides about one row: its type, compartments, labels, release, and the references that take part in it.</summary>
public readonly record struct RowFacts(
    string Type, IReadOnlyList<PatientId> Patients, Sensitivity Labels, bool Released, IReadOnlyCollection<string> Parties);
