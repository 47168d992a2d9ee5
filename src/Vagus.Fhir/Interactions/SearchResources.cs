using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// GET [base]/[type]?…, [base]?_type=… and [base]/Patient/[id]/[type]?…, each also as POST …/_search (R4 §3.1.0.10, §3.1.1): a page of what
/// matches, last created first or as sorted.
/// </summary>
internal sealed class SearchResources(FhirCalls calls, FhirReads reads, CostlySearches turns)
{
    private const int FormBytes = 64 * 1024;

    public Task<IResult> Answer(string type, HttpContext http) => Search(http, (call, query) => reads.Search(call, type, query));

    public Task<IResult> AnswerForm(string type, HttpContext http) => SearchForm(http, (call, query) => reads.Search(call, type, query));

    public Task<IResult> AnswerTypes(HttpContext http) => Search(http, reads.SearchTypes);

    public Task<IResult> AnswerTypesForm(HttpContext http) => SearchForm(http, reads.SearchTypes);

    public Task<IResult> AnswerCompartment(string of, string id, string type, HttpContext http) =>
        Search(http, (call, query) => reads.SearchCompartment(call, of, id, type, query));

    public Task<IResult> AnswerCompartmentForm(string of, string id, string type, HttpContext http) =>
        SearchForm(http, (call, query) => reads.SearchCompartment(call, of, id, type, query));

    private async Task<IResult> Search(HttpContext http, Func<FhirCall, string, ValueTask<Result<SearchPage>>> search)
    {
        var call = calls.Of(http);
        return AnswerOf(call, await InTurn(call, QueryOf(http.Request), search));
    }

    /// <summary>Parameters in a form body stay out of access logs; those of the address count too.</summary>
    private async Task<IResult> SearchForm(HttpContext http, Func<FhirCall, string, ValueTask<Result<SearchPage>>> search)
    {
        var call = calls.Of(http);
        if (http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
            return FhirResponses.Refuse(FhirRefusals.UnsupportedForm);
        using var reader = new StreamReader(http.Request.Body);
        var buffer = new char[FormBytes + 1];
        var length = await reader.ReadBlockAsync(buffer, call.Cancel);
        if (length > FormBytes) return FhirResponses.Refuse(FhirRefusals.TooLarge(FormBytes));
        var form = Formats.OfForm(http, new string(buffer, 0, length));
        if (form.Refusal is { } unacceptable) return FhirResponses.Refuse(unacceptable);
        var query = QueryOf(http.Request);
        call = call with { LinkQuery = Formats.LinkQueryOf(http) };
        return AnswerOf(call, await InTurn(call, query.Length == 0 ? form.Value : $"{query}&{form.Value}", search));
    }

    private async ValueTask<Result<SearchPage>> InTurn(
        FhirCall call, string query, Func<FhirCall, string, ValueTask<Result<SearchPage>>> search)
    {
        if (!CostlyForm.Is(query)) return await search(call, query);
        using var turn = await turns.Turn(call.Caller, call.Cancel);
        return turn.IsAcquired ? await search(call, query) : CostlySearches.TooMany;
    }

    private static FhirResponse AnswerOf(FhirCall call, Result<SearchPage> found)
    {
        if (found.Refusal is { } refused) return FhirResponses.Refuse(refused);
        var page = BundlePage.OfSearch(call, found.Value);
        SearchTopics.AddTo(page, call, found.Value);
        return page.ToResponse();
    }

    private static string QueryOf(HttpRequest request) => request.QueryString.Value?.TrimStart('?') ?? "";
}
