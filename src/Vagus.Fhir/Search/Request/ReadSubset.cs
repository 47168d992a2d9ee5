using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Search.Request;

/// <summary>
/// <c>_summary</c> and <c>_elements</c> (R4 §3.1.1.5.8, §3.1.1.5.9), of reads and of searches alike. Where both ask for a part,
/// <c>_summary</c> decides; a text without a name is ignored.
/// </summary>
internal static class ReadSubset
{
    private const int MostNames = 200;

    /// <summary>Null: the whole resource. <c>count</c> is for searches, which read it themselves.</summary>
    public static Result<ResourceSubset?> Summary(string value) => value switch
    {
        "" or "false" => (ResourceSubset?)null,
        "true" => new ResourceSubset(SummaryKind.True, []),
        "text" => new ResourceSubset(SummaryKind.Text, []),
        "data" => new ResourceSubset(SummaryKind.Data, []),
        _ => FhirRefusals.Invalid("_summary takes true, text, data or false, and of a search count."),
    };

    public static Result<ResourceSubset?> Elements(string value)
    {
        var names = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length > MostNames) return FhirRefusals.TooCostly($"_elements takes {MostNames} names.");
        return names.Length == 0
            ? (ResourceSubset?)null : new ResourceSubset(SummaryKind.Elements, names.ToHashSet(StringComparer.Ordinal));
    }
}
