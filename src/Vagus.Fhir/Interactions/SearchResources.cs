using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// GET [base]/[type]?… and POST [base]/[type]/_search (R4 §3.1.0.10, §3.1.1): a page of what matches, last created first or as sorted.
/// </summary>
internal sealed class SearchResources(FhirCalls calls, FhirReads reads)
{
    private const int FormBytes = 64 * 1024;

    public async Task<IResult> Answer(string type, HttpContext http) => await Search(calls.Of(http), type, QueryOf(http.Request));

    /// <summary>Parameters in a form body stay out of access logs; those of the address count too.</summary>
    public async Task<IResult> AnswerForm(string type, HttpContext http)
    {
        var call = calls.Of(http);
        if (http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
            return FhirResponses.Refuse(FhirRefusals.UnsupportedForm);
        using var reader = new StreamReader(http.Request.Body);
        var buffer = new char[FormBytes + 1];
        var length = await reader.ReadBlockAsync(buffer, call.Cancel);
        if (length > FormBytes) return FhirResponses.Refuse(FhirRefusals.TooLarge(FormBytes));
        var (query, form) = (QueryOf(http.Request), new string(buffer, 0, length));
        return await Search(call, type, query.Length == 0 ? form : $"{query}&{form}");
    }

    private async Task<FhirResponse> Search(FhirCall call, string type, string query)
    {
        var found = await reads.Search(call, type, query);
        return found.Refusal is { } refused ? FhirResponses.Refuse(refused) : BundlePage.OfSearch(call, type, found.Value).ToResponse();
    }

    private static string QueryOf(HttpRequest request) => request.QueryString.Value?.TrimStart('?') ?? "";
}
