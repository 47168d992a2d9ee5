using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Store;
using Vagus.Fhir.Store.Index;
using Vagus.Kernel;

namespace Vagus.Fhir.Search.Request;

/// <summary>
/// One key of <c>_sort</c>. A resource has the least of its values where the order rises, and the greatest where it falls; one without a
/// value is last in either (R4 §3.1.1.5.1). Texts are compared by their first 200 characters, dates by their start.
/// </summary>
/// <param name="Parameter">The search parameter; null for <c>_id</c> and <c>_lastUpdated</c>.</param>
/// <param name="Code">Its name.</param>
/// <param name="Falls">From the greatest to the least.</param>
internal sealed record SortParameter(int? Parameter, string Code, bool Falls)
{
    /// <summary>Of what its values are, where it is a search parameter.</summary>
    public SearchParameterKind Kind { get; init; }

    /// <summary>Its index rows are those of the searched type alone.</summary>
    public bool IsOfType { get; init; }

    public const int Most = 5;

    /// <summary><c>status,-date,category</c></summary>
    public static Result<IReadOnlyList<SortParameter>> Parse(SearchParameterSet parameters, string type, string value)
    {
        var names = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length == 0) return FhirRefusals.Invalid("_sort names search parameters.");
        if (names.Length > Most) return FhirRefusals.TooCostly($"_sort takes {Most} parameters.");
        var keys = new List<SortParameter>();
        foreach (var name in names)
        {
            var (falls, code) = name[0] == '-' ? (true, name[1..]) : (false, name);
            if (code is "_id" or "_lastUpdated")
            {
                keys.Add(new SortParameter(null, code, falls));
                continue;
            }

            if (parameters.Find(type, code) is not { Expression.Length: > 0 } parameter
                || parameter.Kind is SearchParameterKind.Composite or SearchParameterKind.Special || IndexKind.Of(parameter.Kind) is null)
                return new Refusal(
                    RefusalKind.Invalid, "unsupported-search-parameter", $"_sort: {type} is not sorted by '{FhirRefusals.Shown(code)}'");
            keys.Add(new SortParameter(parameter.Id, code, falls) { Kind = parameter.Kind, IsOfType = parameter.Base == type });
        }

        return keys;
    }
}
