using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// How far a caller's reading and writing reaches within its tenant, as data: the union of its grants. A row is within reach of an
/// interaction when one of the grants that allow it covers the row. The store turns that into SQL, on every path by which a row can come
/// out: match, include, chain, history, count. Nothing is filtered afterwards.
/// <para>
/// A <see cref="Ceiling"/> narrows what the role is granted, and never adds to it: the scopes of a SMART token. It is worked into the
/// grants when the reach is made, so that who asks the grants cannot forget it.
/// </para>
/// </summary>
/// <param name="Caller">Who reaches.</param>
/// <param name="RoleRows">The rows that the role is granted: what decides about events that roles see, whatever else is granted.</param>
/// <param name="Grants">Those of the role and of the credential.</param>
public sealed record Reach(Caller Caller, RowScope RoleRows, IReadOnlyList<Grant> Grants)
{
    public TenantId Tenant => Caller.Tenant;

    /// <summary>True when the credential grants nothing beyond the role: callers of one kind then reach alike.</summary>
    public bool IsOfRole { get; private init; }

    /// <summary>What the credential lets through of the role's grants; null: all.</summary>
    public IReadOnlyList<Grant>? Ceiling { get; private init; }

    /// <summary>What the tenant takes away from its roles, as it was when the reach was made.</summary>
    public TenantNarrowing Narrowing { get; private init; } = TenantNarrowing.None;

    /// <summary>The records that are open in an emergency, for events too.</summary>
    public IReadOnlyList<BreakGlass> Opened { get; private init; } = [];

    /// <summary>
    /// What the caller's role is granted, less what its tenant takes away, as far as the ceiling lets it through; and what else its
    /// verified credential grants. There is no reach of a caller without the tenant's narrowing: an admitted request has
    /// <c>Admission.Reach</c>, other code asks <c>TenantPolicies.ReachOf</c>.
    /// </summary>
    public static Reach Of(Caller caller, TenantNarrowing narrowing, IReadOnlyList<Grant>? ceiling, params IEnumerable<Grant> extra)
    {
        var rows = RoleGrants.RowsOf(caller);
        rows = rows with { SeesLabels = rows.SeesLabels.Without(narrowing.HiddenLabels(caller.Role)) };
        var ofRole = narrowing.Narrow(caller.Role, [.. RoleGrants.Of(caller.Role, rows), .. RoleGrants.OfLimited(caller)]);
        var grants = ceiling is null ? ofRole : [.. ofRole.SelectMany(_ => ceiling, (grant, limit) => grant.And(limit)).OfType<Grant>()];
        Grant[] all = [.. grants, .. extra];
        return new Reach(caller, rows, all)
        {
            Narrowing = narrowing,
            Ceiling = ceiling,
            IsOfRole = ceiling is null && all.Length == grants.Count,
        };
    }

    /// <summary>
    /// With the records that are open in an emergency: of the types that the role reads. Below a ceiling nothing is opened.
    /// </summary>
    public Reach Opening(IReadOnlyList<BreakGlass> opened)
    {
        if (opened.Count == 0 || Ceiling is not null) return this;
        var types = Grants[0].Types;
        return this with
        {
            Grants = [.. Grants, .. opened.Select(Opening)],
            Opened = opened,
            IsOfRole = false,
        };

        // An emergency opens no messages of others, and none of their subscriptions.
        Grant Opening(BreakGlass each) => new(
            ResourceInteractions.Reading, types, each.Rows with { TakesPartAs = RoleRows.TakesPartAs, Owners = RoleRows.Owners });
    }

    /// <summary>True where a record that is open in an emergency covers the row.</summary>
    internal bool IsOpened(in RowFacts row)
    {
        foreach (var each in Opened)
        {
            if (each.Rows.Covers(row)) return true;
        }

        return false;
    }

    /// <summary>All rows of the caller's tenant: for rules that decide as the server, not as the caller.</summary>
    public static Reach Everything(Caller caller) =>
        new(caller, RowScope.Everything, [new Grant(ResourceInteractions.Reading, ResourceTypes.All, RowScope.Everything)]);

    /// <summary>The reach without regard to labels and release: whose record it is, and who takes part.</summary>
    public Reach WithoutLabels => this with
    {
        Grants = [.. Grants.Select(grant => grant with { Rows = grant.Rows with { SeesLabels = Sensitivity.All, ReleasedOnly = false } })],
    };

    public bool May(ResourceInteractions interaction, string type) => Grants.Any(grant => grant.Allows(interaction, type));

    /// <summary>The scopes of the grants that allow the interaction with the type, each once. Empty: no row is within reach.</summary>
    public IReadOnlyList<RowScope> ScopesOf(ResourceInteractions interaction, string type) =>
        [.. Grants.Where(grant => grant.Allows(interaction, type)).Select(grant => grant.Rows).Distinct()];

    /// <summary>True when an index names the rows of the type that are within reach.</summary>
    public bool IsNamed(ResourceInteractions interaction, string type) => ScopesOf(interaction, type).All(scope => scope.IsNamed(type));

    /// <summary>True when a row of the type may leave the reach by a write: the reach is then asked again after the write.</summary>
    public bool IsBounded(ResourceInteractions interaction, string type) =>
        ScopesOf(interaction, type).All(scope => scope.IsNamed(type) || scope.Criteria.Count > 0);

    public bool Covers(ResourceInteractions interaction, in RowFacts row)
    {
        foreach (var grant in Grants)
        {
            if (grant.Allows(interaction, row.Type) && grant.Rows.Covers(row)) return true;
        }

        return false;
    }
}
