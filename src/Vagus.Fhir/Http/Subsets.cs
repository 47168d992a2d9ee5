using Microsoft.AspNetCore.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary><c>_summary</c> and <c>_elements</c> of a read (R4 §3.1.0.1.11).</summary>
internal static class Subsets
{
    private const int MostElements = 200;

    /// <summary>Null: the whole resource.</summary>
    public static Result<ResourceSubset?> Of(HttpRequest request)
    {
        if (!request.QueryString.HasValue) return (ResourceSubset?)null;
        var (summary, elements) = (request.Query["_summary"].ToString(), request.Query["_elements"].ToString());
        if (elements.Length > 0 && summary is "" or "false")
        {
            var names = elements.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (names.Length > MostElements) return FhirRefusals.TooCostly($"_elements takes {MostElements} names.");
            return names.Length == 0
                ? (ResourceSubset?)null : new ResourceSubset(SummaryKind.Elements, names.ToHashSet(StringComparer.Ordinal));
        }

        return summary switch
        {
            "" or "false" => (ResourceSubset?)null,
            "true" => new ResourceSubset(SummaryKind.True, []),
            "text" => new ResourceSubset(SummaryKind.Text, []),
            "data" => new ResourceSubset(SummaryKind.Data, []),
            _ => FhirRefusals.Invalid("_summary of a read takes true, text, data or false."),
        };
    }

    /// <summary>The answer to a read: the resource, or the part of it that is asked for.</summary>
    public static FhirResponse Answer(ResourceSubset? subset, StoredResource read)
    {
        var whole = FhirResponse.Of(StatusCodes.Status200OK, read);
        return subset is null ? whole : whole with { Body = subset.Of(whole.Body.Span) };
    }
}
