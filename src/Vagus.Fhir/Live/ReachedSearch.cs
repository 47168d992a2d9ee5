using System.Globalization;
using System.Text;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Live;

/// <summary>An open search with the reach of the caller who keeps it open: what a search of that caller would find.</summary>
public sealed class ReachedSearch
{
    private readonly LiveSearch search;
    private readonly Reach reach;
    private readonly Scope[] scopes;

    internal ReachedSearch(LiveSearch search, Reach reach)
    {
        (this.search, this.reach) = (search, reach);
        var rows = reach.ScopesOf(ResourceInteractions.Search, search.Type);
        scopes = [.. rows.Select(Read).OfType<Scope>()];
        Mark = MarkOf(rows);
    }

    /// <summary>
    /// Equal for equal rights: a list that was kept under other rights cannot be gone on with, since what they took away or gave is told by
    /// no change of a resource.
    /// </summary>
    public string Mark { get; }

    /// <summary>Scopes ask for values: whether a version has them, it says; whether its resource has them now, only the index.</summary>
    internal bool AsksValues => Array.Exists(scopes, scope => scope.Criteria.Count > 0);

    /// <summary>What the change does to the result.</summary>
    public SearchChangeKind KindOf(ResourceMove move) => (Finds(move.Before), Finds(move.After)) switch
    {
        (false, true) => SearchChangeKind.Enter,
        (true, true) => SearchChangeKind.Update,
        (true, false) => SearchChangeKind.Leave,
        _ => SearchChangeKind.None,
    };

    /// <summary>
    /// Whether the content may be shown now. Where the caller has lost sight of the resource since, a later change tells that it left.
    /// </summary>
    public bool MayShow(ResourceMove move) =>
        move.After is { } after && (move.Now is not { } now || Covers(after with { Facts = Narrowed(after.Facts, now) }));

    /// <summary>
    /// Whether the change is one that the search notices: what came to be is found, or what was deleted was found. The caller must see it.
    /// </summary>
    internal bool Notices(ResourceMove move) => (move.After ?? move.Before) is { } state && search.Finds(state) && MayTell(move);

    /// <summary>Whether the caller may be told of the change now: of what came to be, or of what was deleted as it was.</summary>
    internal bool MayTell(ResourceMove move) => (move.After ?? move.Before) is { } state
        && Covers(move.Now is { } now ? state with { Facts = Narrowed(state.Facts, now) } : state);

    /// <summary>Whether the caller sees the version before, where there is one.</summary>
    internal bool SeesBefore(ResourceMove move) => move.Before is not { } before || Covers(before);

    /// <summary>Whether the tenant takes away from the caller's role what it took away when the reach was made.</summary>
    public bool AgreesWith(TenantPolicy policy)
    {
        var role = reach.Caller.Role;
        return ReferenceEquals(policy.Narrowing, reach.Narrowing)
            || (policy.Narrowing.HiddenLabels(role) == reach.Narrowing.HiddenLabels(role)
                && policy.Narrowing.Hides(role, search.Type) == reach.Narrowing.Hides(role, search.Type));
    }

    private bool Finds(ResourceState? state) => state is not null && search.Finds(state) && Covers(state);

    private bool Covers(ResourceState state)
    {
        foreach (var scope in scopes)
        {
            if (scope.Rows.Covers(state.Facts) && scope.Criteria.All(criterion => criterion.Holds(state.Values))) return true;
        }

        return false;
    }

    private static RowFacts Narrowed(RowFacts facts, ResourceNow now) => facts with
    {
        Labels = facts.Labels | now.Labels,
        Released = facts.Released && now.Released,
        Patients = [.. facts.Patients.Where(now.Patients.Contains)],
        Parties = [.. facts.Parties.Where(now.Parties.Contains)],
    };

    /// <summary>A scope whose searches the index cannot ask leaves no row, as in a statement: null.</summary>
    private Scope? Read(RowScope rows)
    {
        var read = rows.Criteria.Select(criterion => ScopeCriterion.Parse(search.Type, criterion)).ToList();
        return read.Exists(each => each.IsRefused) ? null : new Scope(rows with { Criteria = [] }, read.ConvertAll(each => each.Value));
    }

    private string MarkOf(IReadOnlyList<RowScope> rows)
    {
        var mark = new StringBuilder($"{reach.Caller.Role}");
        foreach (var scope in rows)
        {
            mark.Append(CultureInfo.InvariantCulture, $"|{scope.SeesLabels:D} {scope.ReleasedOnly} {scope.NeedsCompartment(search.Type)}")
                .Append(" p:").AppendJoin(',', scope.Patients ?? [])
                .Append(scope.Parties is null ? "" : " t:").AppendJoin(',', scope.Parties ?? [])
                .Append(scope.Owners is null ? "" : " o:").AppendJoin(',', scope.Owners ?? [])
                .Append(" c:").AppendJoin(',', scope.Criteria.Select(each => $"{each.Parameter}={each.Value}"));
        }

        return mark.ToString();
    }

    /// <summary>Rows that are within reach: by their facts, and by searches that they must match.</summary>
    private sealed record Scope(RowScope Rows, IReadOnlyList<SearchCriterion> Criteria);
}
