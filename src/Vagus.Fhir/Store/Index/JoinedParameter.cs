using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// Parameters whose values are those of others together, and which have no rows of their own: <c>combo-value-quantity</c> of an Observation
/// is its value and those of its components. Amounts have the largest rows, and most Observations have one.
/// </summary>
internal static class JoinedParameter
{
    private static readonly Dictionary<long, long[]> Joined = new()
    {
        [Of("combo-value-quantity")] = [Of("value-quantity"), Of("component-value-quantity")],
    };

    public static bool Is(long parameter) => Joined.ContainsKey(parameter);

    /// <summary>The parameters under which there are rows.</summary>
    public static IReadOnlyList<long> PartsOf(long parameter) => Joined.TryGetValue(parameter, out var parts) ? parts : [parameter];

    private static long Of(string code) => R4Definitions.SearchParameter("Observation", code)?.Id ?? -1;
}
