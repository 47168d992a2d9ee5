using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Fhir.Interactions;

/// <summary>GET [base]/[type]/[id]/_history (R4 §3.1.0.12): all versions, newest first, deletions included; paged by version.</summary>
internal sealed class ReadHistory(FhirOptions options, Database database, RecordResultViewed opened)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var request = FhirRequest.Of(http, options);
        if (request.RefuseRead(type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        var range = RangeOf(http.Request.Query);
        if (range.Refusal is { } malformed) return FhirResponses.Refuse(malformed);

        var asked = range.Value;
        var versions = await ReadResources.History(
            database, request.Reach, type, id, asked with { Limit = asked.Limit + 1 }, request.Bodies, request.Cancel);
        if (versions.Count == 0 && asked.Before is null && asked.Since is null)
            return FhirResponses.Refuse(FhirRefusals.NotFound(type, id));

        var page = new BundlePage("history", request.BaseUrl, $"{request.BaseUrl}/{type}/{id}/_history{http.Request.QueryString}");
        var shown = versions.Take(asked.Limit).TakeWhile(version => !version.Unread).ToList();
        // One opening, of the newest version that is shown.
        var newest = shown.Find(version => !version.Deleted);
        var refused = newest is null ? null : await opened.Tell(request, newest, request.Cancel);
        if (refused is not null) return FhirResponses.Refuse(refused);
        foreach (var version in shown) page.AddVersion(version);
        if (versions.Count > shown.Count) page.Next = NextOf(request, type, id, asked, shown[^1].Version);
        return page.ToAnswer();
    }

    private Result<HistoryRange> RangeOf(IQueryCollection query)
    {
        var count = options.PageSize;
        if (query.TryGetValue("_count", out var counted)
            && (!int.TryParse(counted, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count == 0))
        {
            return FhirRefusals.Invalid("_count must be a positive number.");
        }

        DateTimeOffset? since = null;
        if (query.TryGetValue("_since", out var sinceText))
        {
            // The '+' of an offset arrives as a blank where a client did not encode it.
            if (!DateTimeOffset.TryParse(
                sinceText.ToString().Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
                out var instant)) return FhirRefusals.Invalid("_since must be an instant.");
            since = instant;
        }

        long? before = null;
        if (query.TryGetValue("_before", out var beforeText))
        {
            if (!long.TryParse(beforeText, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                return FhirRefusals.Invalid("_before must be a version.");
            before = version;
        }

        return new HistoryRange(Math.Min(count, options.LargestPage), before, since);
    }

    private static string NextOf(FhirRequest request, string type, string id, HistoryRange range, long lastVersion)
    {
        var since = range.Since is { } instant ? $"&_since={instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{request.BaseUrl}/{type}/{id}/_history?_count={range.Limit}&_before={lastVersion}{since}");
    }
}
