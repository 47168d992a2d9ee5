using Microsoft.AspNetCore.Http;
using Vagus.Access.Requests;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// <c>GET /api/biopsies?overdue=true</c>: those whose result, or whose review, is overdue by the tenant's limits, the oldest first; each
/// stays there until it is done or cancelled. The index names those that wait, and their records say for what.
/// </summary>
internal sealed class ReadOverdueBiopsies(FhirRecords records, ReadBiopsies biopsies, OpenBiopsies open, TimeProvider clock)
{
    // Pages without anything overdue are passed over, so many at most.
    private const int MostPages = 50;

    private static readonly Refusal TooMany = new(
        RefusalKind.Unprocessable, "too_costly", "Too many biopsies are open that are not overdue. Ask for one patient or provider.");

    public async Task<IResult> List(HttpContext http)
    {
        var query = ListQuery.ReadCounted(http.Request.Query, ReadBiopsies.Parameters);
        if (query.Refusal is { } wrong) return Answers.Refuse(wrong);
        var filter = BiopsyFilter.Of(query.Value);
        var place = OpenBiopsies.Place.Of(query.Value.Cursor);
        if ((filter.Refusal ?? place.Refusal) is { } malformed) return Answers.Refuse(malformed);
        if (query.Value.Offset > 0) return Answers.Refuse(FieldRefusals.Wrong("offset", "absent: this list goes on by its cursor"));
        var call = records.Of(http);
        if (await open.Ensure(call) is { } unmade) return Answers.Refuse(unmade);
        return Answers.Page(http, await Walk(http, call, filter.Value, place.Value, query.Value.Limit));
    }

    private async ValueTask<Result<ListPage<BiopsyView>>> Walk(
        HttpContext http, RecordCall call, BiopsyFilter filter, OpenBiopsies.Place after, int limit)
    {
        var limits = await biopsies.Limits(call);
        // What was ordered later is not overdue in any way.
        var before = clock.GetUtcNow() - TimeSpan.FromDays(Math.Min(limits.ResultDays, limits.ReviewDays));
        for (var pages = 0; pages < MostPages; pages++)
        {
            var candidates = await open.Page(call.Caller.Tenant, after, before, limit, call.Cancel);
            if (candidates.Count == 0) return new ListPage<BiopsyView>([], Total: null, NextCursor: null);
            var seen = await call.Search(
                "ServiceRequest", $"_id={string.Join(',', candidates.Select(each => each.Id))}&_count={ListQuery.Most}");
            if (seen.Refusal is { } refusal) return refusal;
            var orders = seen.Value.Items.ToDictionary(order => order.Id, StringComparer.Ordinal);
            var wanted = candidates.Where(each => orders.ContainsKey(each.Id)).Select(each => orders[each.Id]).Where(filter.Takes);
            var views = await biopsies.Views(http, call, [.. wanted]);
            if (views.Refusal is { } unread) return unread;
            var overdue = views.Value.FindAll(biopsy => biopsy.Overdue is not null);
            if (overdue.Count > 0)
            {
                // A cursor names a place that the caller sees.
                var last = candidates.FindLast(each => orders.ContainsKey(each.Id)).Place;
                return new ListPage<BiopsyView>(overdue, Total: null, candidates.Count < limit ? null : last.ToCursor());
            }

            after = candidates[^1].Place;
        }

        return TooMany;
    }
}
