using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary><c>_summary</c> and <c>_elements</c> of a read (R4 §3.1.0.1.11).</summary>
internal static class Subsets
{
    /// <summary>Null: the whole resource.</summary>
    public static Result<ResourceSubset?> Of(HttpRequest request) => Of(request.QueryString.Value);

    /// <summary>The same of the query of a Bundle's entry.</summary>
    public static Result<ResourceSubset?> Of(string? query)
    {
        if (string.IsNullOrEmpty(query)) return (ResourceSubset?)null;
        var values = QueryHelpers.ParseQuery(query);
        var summary = ReadSubset.Summary(values.GetValueOrDefault("_summary").ToString());
        return summary.IsRefused || summary.Value is not null
            ? summary : ReadSubset.Elements(values.GetValueOrDefault("_elements").ToString());
    }

    /// <summary>The answer to a read: the resource, or the part of it that is asked for.</summary>
    public static FhirResponse Answer(ResourceSubset? subset, StoredResource read)
    {
        var whole = FhirResponse.Of(StatusCodes.Status200OK, read);
        return subset is null ? whole : whole with { Body = subset.Of(whole.Body.Span) };
    }
}
