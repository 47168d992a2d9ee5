using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>
/// The search of a granular scope (SMART App Launch 2.2: <c>patient/Observation.rs?category=laboratory</c>), asked of every row on every
/// path. It takes parameters of the kinds token, string and reference without a modifier; the guide calls the rest experimental.
/// </summary>
internal static class ScopeCriterion
{
    private static readonly SearchValueParser Parser = new(OwnBases.None, clock: null);

    public static Result<SearchCriterion> Parse(string type, RowCriterion criterion)
    {
        if (criterion.Parameter.Contains(':', StringComparison.Ordinal) || criterion.Value.Contains('\0', StringComparison.Ordinal))
            return FhirRefusals.NotSupported("A scope takes search parameters without a modifier.");
        var parsed = Parser.Parse(type, criterion.Parameter, criterion.Value);
        if (parsed.IsRefused) return parsed;
        return parsed.Value.Kind is SearchKind.Token or SearchKind.String or SearchKind.Reference
            ? parsed
            : FhirRefusals.NotSupported("A scope takes search parameters of the kinds token, string and reference.");
    }
}
