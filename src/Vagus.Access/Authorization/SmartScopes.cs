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

    /// <summary>
    /// True for a scope of resources, well formed or not; the others (<c>openid</c>, <c>launch</c>, <c>launch/patient</c>) grant no rows.
    /// </summary>
    public static bool IsClinical(string scope) =>
        scope.Contains('/', StringComparison.Ordinal) && !scope.StartsWith("launch/", StringComparison.Ordinal);

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

    /// <summary>True when these scopes let through all that the others let somebody read.</summary>
    public static bool CoverReading(string scopes, string others)
    {
        var own = Clinical(scopes).ToList();
        return Clinical(others).Select(scope => scope with { Interactions = scope.Interactions & ResourceInteractions.Reading })
            .Where(scope => scope.Interactions != ResourceInteractions.None).All(other => own.Exists(scope => scope.Covers(other)));
    }

    private static IEnumerable<SmartScope> Clinical(string scopes) =>
        scopes.Split(' ').Where(IsClinical).Select(SmartScope.Parse).OfType<SmartScope>();

    private static Grant? GrantOf(string text, PatientId? patient)
    {
        if (SmartScope.Parse(text) is not { } scope || RowsOf(scope.Context, patient) is not { } rows) return null;
        var types = scope.Type == SmartScope.AnyType ? ResourceTypes.All : ResourceTypes.Only(scope.Type);
        return new Grant(scope.Interactions, types, rows with { Criteria = scope.Criteria });
    }

    private static RowScope? RowsOf(string context, PatientId? patient) => context switch
    {
        "patient" => RowScope.Everything with { Patients = patient is { } id ? [id] : [], Shared = RoleGrants.SharedInContext },
        "user" or "system" => RowScope.Everything,
        _ => null,
    };

    private static readonly Refusal Malformed = new(RefusalKind.Invalid, "invalid_scope", "A scope is malformed.");
}
