using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// The clinical scopes of a token as grants (SMART App Launch 2.2, "Scopes for requesting FHIR resources"; version 1's <c>read</c>,
/// <c>write</c> and <c>*</c> too). They are a ceiling over what the role is granted: see <see cref="Reach.Ceiling"/>.
/// <code>
/// scope = ("patient" | "user" | "system") "/" (type | "*") "." ("read" | "write" | "*" | 1*"cruds") ["?" criteria]
/// criteria = name "=" value *("&amp;" name "=" value)
/// </code>
/// The letters stand in this order, each at most once. Two scopes are joined by "or", the parameters of one by "and".
/// </summary>
public static class SmartScopes
{
    /// <summary>The longest list of scopes, in characters.</summary>
    public const int MaxLength = 8 * 1024;

    private const int MostCriteria = 10;
    private const string Letters = "cruds";

    private static readonly Dictionary<string, ResourceInteractions> Version1 = new(StringComparer.Ordinal)
    {
        ["read"] = ResourceInteractions.Reading,
        ["write"] = ResourceInteractions.Writing,
        ["*"] = ResourceInteractions.Reading | ResourceInteractions.Writing,
    };

    /// <summary>True for a scope of resources, well formed or not; the others (<c>openid</c>, <c>launch</c>) grant no rows.</summary>
    public static bool IsClinical(string scope) => scope.Contains('/', StringComparison.Ordinal);

    /// <summary>
    /// The grants of the clinical scopes among these. <paramref name="patient"/> is the patient in context, without which a scope of
    /// <c>patient/</c> covers no row. One that is malformed refuses the whole list: misread, it could become a wider one.
    /// </summary>
    public static Result<IReadOnlyList<Grant>> Grants(IEnumerable<string> scopes, PatientId? patient)
    {
        List<Grant> grants = [];
        foreach (var scope in scopes.Where(IsClinical))
        {
            if (GrantOf(scope, patient) is not { } grant) return Malformed;
            grants.Add(grant);
        }

        return grants;
    }

    private static Grant? GrantOf(string scope, PatientId? patient)
    {
        var slash = scope.IndexOf('/', StringComparison.Ordinal);
        var (context, rest) = (scope[..slash], scope[(slash + 1)..]);
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var (granted, query) = question < 0 ? (rest, null) : (rest[..question], rest[(question + 1)..]);
        if (granted.Split('.') is not [var type, var verbs]) return null;
        if (TypesOf(type) is not { } types || InteractionsOf(verbs) is not { } interactions) return null;
        if (CriteriaOf(query) is not { } criteria || (type == "*" && criteria.Count > 0)) return null;
        return RowsOf(context, patient) is { } rows ? new Grant(interactions, types, rows with { Criteria = criteria }) : null;
    }

    private static RowScope? RowsOf(string context, PatientId? patient) => context switch
    {
        "patient" => RowScope.Everything with { Patients = patient is { } id ? [id] : [], Shared = RoleGrants.Shared },
        "user" or "system" => RowScope.Everything,
        _ => null,
    };

    private static ResourceTypes? TypesOf(string type)
    {
        if (type == "*") return ResourceTypes.All;
        return type.Length is > 0 and <= 64 && type.All(char.IsAsciiLetter) ? ResourceTypes.Only(type) : null;
    }

    private static ResourceInteractions? InteractionsOf(string verbs)
    {
        if (Version1.TryGetValue(verbs, out var known)) return known;
        var (interactions, at) = (ResourceInteractions.None, 0);
        foreach (var letter in verbs)
        {
            var place = Letters.IndexOf(letter, at);
            if (place < 0) return null;
            interactions |= (ResourceInteractions)(1 << place);
            at = place + 1;
        }

        return interactions == ResourceInteractions.None ? null : interactions;
    }

    private static List<RowCriterion>? CriteriaOf(string? query)
    {
        if (query is null) return [];
        List<RowCriterion> criteria = [];
        foreach (var pair in query.Split('&'))
        {
            if (pair.Split('=') is not [{ Length: > 0 } name, { Length: > 0 } value] || criteria.Count == MostCriteria) return null;
            criteria.Add(new RowCriterion(Uri.UnescapeDataString(name), Uri.UnescapeDataString(value)));
        }

        return criteria;
    }

    private static readonly Refusal Malformed = new(RefusalKind.Invalid, "invalid_scope", "A scope is malformed.");
}
