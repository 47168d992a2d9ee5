using Microsoft.AspNetCore.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary><c>_summary</c> and <c>_elements</c> of a read (R4 §3.1.0.1.11).</summary>
internal static class Subsets
{
    /// <summary>Null: the whole resource.</summary>
    public static Result<ResourceSubset?> Of(HttpRequest request)
    {
        if (!request.QueryString.HasValue) return (ResourceSubset?)null;
        var summary = ReadSubset.Summary(request.Query["_summary"].ToString());
        return summary.IsRefused || summary.Value is not null ? summary : ReadSubset.Elements(request.Query["_elements"].ToString());
    }

    /// <summary>The answer to a read: the resource, or the part of it that is asked for.</summary>
    public static FhirResponse Answer(ResourceSubset? subset, StoredResource read)
    {
        var whole = FhirResponse.Of(StatusCodes.Status200OK, read);
        return subset is null ? whole : whole with { Body = subset.Of(whole.Body.Span) };
    }
}
