using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Bundles;
using Vagus.Fhir.Http;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Search.Sql;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Search;

/// <summary>
/// GET [base]/[type]?… and POST [base]/[type]/_search (R4 §3.1.0.10, §3.1.1): a page of what matches, last created first or as sorted.
/// </summary>
internal sealed class SearchResources(FhirOptions options, Database database)
{
    private const int FormBytes = 64 * 1024;

    public async Task<IResult> Answer(string type, HttpContext http)
    {
        var request = FhirRequest.Of(http, options);
        return await Search(request, type, http.Request.QueryString.Value?.TrimStart('?') ?? "");
    }

    /// <summary>Parameters in a form body stay out of access logs; those of the address count too.</summary>
    public async Task<IResult> AnswerForm(string type, HttpContext http)
    {
        var request = FhirRequest.Of(http, options);
        if (http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
            return FhirResponses.Refuse(FhirRefusals.UnsupportedForm);
        using var reader = new StreamReader(http.Request.Body);
        var buffer = new char[FormBytes + 1];
        var length = await reader.ReadBlockAsync(buffer, request.Cancel);
        if (length > FormBytes) return FhirResponses.Refuse(FhirRefusals.TooLarge(FormBytes));
        var query = http.Request.QueryString.Value?.TrimStart('?') ?? "";
        return await Search(request, type, query.Length == 0 ? new string(buffer, 0, length) : $"{query}&{new string(buffer, 0, length)}");
    }

    /// <summary>A GET inside a batch or transaction: a read, a read of one version, or a search.</summary>
    public async ValueTask<Result<EntryResult>> Entry(FhirRequest request, BundleEntry entry, IRunQueries queries, CancellationToken cancel)
    {
        if (entry.Id is not { } id)
        {
            var page = await Page(request, entry.Type, entry.Query ?? "", queries, cancel);
            return page.Refusal is { } refused ? refused : new EntryResult(StatusCodes.Status200OK) { Body = page.Value.ToAnswer().Body };
        }

        var stored = entry.Version is { } version
            ? await ReadResources.Version(queries, request.Reach, entry.Type, id, version, cancel)
            : await ReadResources.Current(queries, request.Reach, entry.Type, id, cancel);
        if (stored is null) return FhirRefusals.NotFound(entry.Type, id);
        if (stored.Deleted) return FhirRefusals.Gone(entry.Type, id);
        if (!request.Bodies.Spend(stored)) return FhirRefusals.AnswersTooLarge;
        return new EntryResult(StatusCodes.Status200OK) { Stored = stored, Body = stored.Body };
    }

    private async Task<FhirResponse> Search(FhirRequest request, string type, string query)
    {
        if (request.RefuseRead(type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        var page = await Page(request, type, query, database, request.Cancel);
        return page.Refusal is { } refused ? FhirResponses.Refuse(refused) : page.Value.ToAnswer();
    }

    private async ValueTask<Result<BundlePage>> Page(
        FhirRequest request, string type, string query, IRunQueries queries, CancellationToken cancel)
    {
        var read = ReadSearch.Run(type, query, request, options.PageSize, options.LargestPage);
        if (read.Refusal is { } malformed) return malformed;
        var search = read.Value;
        var page = new BundlePage("searchset", request.BaseUrl, $"{request.BaseUrl}/{type}{search.SelfQuery()}");
        if (search.CountOnly)
        {
            page.Total = await SelectPage.Count(queries, request.Reach, search, cancel);
            return page;
        }

        var matches = await SelectPage.Run(queries, request.Reach, search with { Count = search.Count + 1 }, request.Bodies, cancel);
        if (matches is [{ Unread: true }, ..]) return FhirRefusals.AnswersTooLarge;
        var shown = matches.Take(search.Count).TakeWhile(match => !match.Unread).ToList();
        foreach (var match in shown) page.AddMatch(match);
        if (matches.Count > shown.Count) page.Next = $"{request.BaseUrl}/{type}{search.NextQuery(shown[^1])}";
        // On a first and only page the total is known; elsewhere it is counted when asked for.
        if (search.After is null && page.Next is null) page.Total = matches.Count;
        else if (search.WantsTotal) page.Total = await SelectPage.Count(queries, request.Reach, search, cancel);
        return page;
    }
}
