using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// GET [base]/[type]/[id]/_history, [base]/[type]/_history and [base]/_history (R4 §3.1.0.12): versions, newest first, deletions included.
/// Each is shown to whom a read of that version would show it.
/// </summary>
internal sealed class ReadHistory(FhirOptions options, FhirCalls calls, FhirReads reads, PageCursors cursors)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var call = calls.Of(http);
        return await Answer(call, $"{type}/{id}/_history", http.Request, range => reads.History(call, type, id, range));
    }

    public async Task<IResult> AnswerType(string type, HttpContext http)
    {
        var call = calls.Of(http);
        return await Answer(call, $"{type}/_history", http.Request, range => reads.HistoryOfType(call, type, range));
    }

    public async Task<IResult> AnswerSystem(HttpContext http)
    {
        var call = calls.Of(http);
        return await Answer(call, "_history", http.Request, range => reads.HistoryOfSystem(call, range));
    }

    private async Task<IResult> Answer(
        FhirCall call, string path, HttpRequest request, Func<HistoryRange, ValueTask<Result<HistoryPage>>> read)
    {
        var asked = AskedOf(request.Query);
        if (asked.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var query = $"{path}?_count={asked.Value.Limit.ToString(CultureInfo.InvariantCulture)}{FiltersOf(asked.Value, request.Query)}";
        var range = Placed(call, asked.Value, query, request.Query);
        if (range.Refusal is { } damaged) return FhirResponses.Refuse(damaged);

        var history = await read(range.Value);
        if (history.Refusal is { } refused) return FhirResponses.Refuse(refused);
        var page = new BundlePage("history", call, $"{call.BaseUrl}/{path}{request.QueryString}") { Notice = history.Value.Notice };
        foreach (var version in history.Value.Versions) page.AddVersion(version);
        if (history.Value.HasMore)
        {
            var place = history.Value.Versions[^1].Position;
            page.Next = $"{call.BaseUrl}/{query}&{PageCursors.Parameter}={cursors.Seal(call, query, place)}";
        }

        return page.ToResponse();
    }

    private Result<HistoryRange> Placed(FhirCall call, HistoryRange asked, string query, IQueryCollection parameters)
    {
        if (!parameters.TryGetValue(PageCursors.Parameter, out var cursor)) return asked;
        var place = cursors.Open<long>(call, query, cursor.ToString());
        return place.Refusal is { } damaged ? damaged : asked with { Before = place.Value };
    }

    private Result<HistoryRange> AskedOf(IQueryCollection query)
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
            if (SinceParameter.Read(sinceText.ToString()) is not { } begin) return SinceParameter.Malformed;
            since = begin;
        }

        DateRange? at = null;
        if (query.TryGetValue("_at", out var atText) && (at = DateRange.Parse(WithPlus(atText.ToString()))) is null)
            return FhirRefusals.Invalid("_at must be a date or an instant.");
        return new HistoryRange(Math.Min(count, options.LargestPage), null, since) { At = at };
    }

    private static string FiltersOf(HistoryRange range, IQueryCollection query)
    {
        var since = range.Since is { } instant ? $"&_since={instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}" : "";
        return range.At is null ? since : $"{since}&_at={Uri.EscapeDataString(WithPlus(query["_at"].ToString()))}";
    }

    // The '+' of an offset arrives as a blank where a client did not encode it.
    private static string WithPlus(string instant) => instant.Replace(' ', '+');
}
