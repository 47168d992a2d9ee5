using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// What a role may do in a tenant, for clients that make navigation and buttons of it: verbs on kinds. A kind that has no entry of its
/// own has the verbs of <c>*</c>, and none where that is absent too. It says no more than <see cref="RoleGrants"/>, which alone decides; rows have
/// rules of their own.
/// </summary>
public static class Permissions
{
    private const string EveryOtherKind = "*";

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Of(Role role, TenantNarrowing narrowing)
    {
        var grants = narrowing.Narrow(role, RoleGrants.Of(role, RowScope.Everything));
        var (reads, writes) = (TypesOf(grants, ResourceInteractions.Reading), TypesOf(grants, ResourceInteractions.Writing));
        var others = Verbs(reads.AllExcept, writes.AllExcept);
        var permissions = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (others.Count > 0) permissions[EveryOtherKind] = others;
        foreach (var type in reads.Names.Union(writes.Names, StringComparer.Ordinal))
        {
            var verbs = Verbs(reads.Contains(type), writes.Contains(type));
            if (!verbs.SequenceEqual(others)) permissions[type] = verbs;
        }

        return permissions;
    }

    private static ResourceTypes TypesOf(IReadOnlyList<Grant> grants, ResourceInteractions interactions) =>
        grants.Single(grant => grant.Interactions == interactions).Types;

    private static List<string> Verbs(bool read, bool write)
    {
        List<string> verbs = [];
        if (read) verbs.Add("read");
        if (write) verbs.AddRange(["create", "update", "delete"]);
        return verbs;
    }
}
