using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>GET [base]/[type]/[id]/_history (R4 §3.1.0.12): all versions, newest first, deletions included; paged by version.</summary>
internal sealed class ReadHistory(FhirOptions options, FhirCalls calls, FhirReads reads)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var call = calls.Of(http);
        var range = RangeOf(http.Request.Query);
        if (range.Refusal is { } malformed) return FhirResponses.Refuse(malformed);

        var history = await reads.History(call, type, id, range.Value);
        if (history.Refusal is { } refused) return FhirResponses.Refuse(refused);
        var page = new BundlePage("history", call.BaseUrl, $"{call.BaseUrl}/{type}/{id}/_history{http.Request.QueryString}")
        {
            Notice = history.Value.Notice,
        };
        foreach (var version in history.Value.Versions) page.AddVersion(version);
        if (history.Value.HasMore) page.Next = NextOf(call, type, id, range.Value, history.Value.Versions[^1].Version);
        return page.ToResponse();
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

    private static string NextOf(FhirCall call, string type, string id, HistoryRange range, long lastVersion)
    {
        var since = range.Since is { } instant ? $"&_since={instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{call.BaseUrl}/{type}/{id}/_history?_count={range.Limit}&_before={lastVersion}{since}");
    }
}
