using Microsoft.AspNetCore.Http;
using Vagus.Access.Requests;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary><c>GET /api/claims</c>: within the caller's reach, the newest first. <c>GET /api/claims/{id}</c>.</summary>
internal sealed class ReadClaims(FhirRecords records)
{
    private const int MostPages = 20;

    public async Task<IResult> One(string id, HttpContext http)
    {
        var call = records.Of(http);
        var claim = await call.Read("Claim", id);
        if (claim.Refusal is { } refusal) return Answers.Refuse(refusal);
        return ClaimFile.IsClaim(claim.Value)
            ? Answers.Of(http, await Shown(call, claim.Value)) : Answers.Refuse(BillingRefusals.NoClaim);
    }

    public async Task<IResult> List(HttpContext http)
    {
        var query = ListQuery.ReadCounted(http.Request.Query, "patientId", "encounterId", "status");
        if (query.Refusal is { } wrong) return Answers.Refuse(wrong);
        var (patient, encounter) = (query.Value.Id("patientId"), query.Value.Id("encounterId"));
        if ((patient.Refusal ?? encounter.Refusal) is { } malformed) return Answers.Refuse(malformed);
        var call = records.Of(http);
        (string, string?)[] of = [("use", ClaimRecord.ForMoney), ("patient", patient.Value), ("encounter", encounter.Value)];
        if (query.Value["status"] is not { } status) return Answers.Page(http, await Page(call, query.Value, of));
        return ClaimStatus.All.Contains(status, StringComparer.Ordinal)
            ? Answers.Page(http, await PageOf(call, query.Value, of, status))
            : Answers.Refuse(FieldRefusals.Wrong("status", $"one of {string.Join(", ", ClaimStatus.All)}"));
    }

    private static async ValueTask<Result<ListPage<ClaimView>>> Page(
        RecordCall call, ListQuery query, IEnumerable<(string Name, string? Value)> parameters)
    {
        var page = await SearchRecords.Page(call, "Claim", query, parameters);
        if (page.Refusal is { } refusal) return refusal;
        var files = await ClaimFile.Of(call, page.Value.Items);
        return files.Refusal is { } unread
            ? unread : new ListPage<ClaimView>([.. files.Value.Select(ClaimView.Of)], page.Value.Total, page.Value.Cursor);
    }

    /// <summary>
    /// The state of a claim is read from its records, whichever door they came by, so the pages are looked through for it. Each page is
    /// as long as the places that are left; after so many of them the answer may hold fewer claims than its limit, and its cursor goes on.
    /// </summary>
    private static async ValueTask<Result<ListPage<ClaimView>>> PageOf(
        RecordCall call, ListQuery query, IEnumerable<(string Name, string? Value)> of, string status)
    {
        if (query.Offset > 0) return FieldRefusals.Wrong("offset", "absent where there is a status: a cursor goes on");
        var (found, cursor) = (new List<ClaimView>(), query.Cursor);
        List<(string Name, string? Value)> parameters = [.. of, ("status", ClaimStatus.Search(status))];
        for (var pages = 0; pages < MostPages && found.Count < query.Limit; pages++)
        {
            var page = await Page(call, query.Within(query.Limit - found.Count, cursor), parameters);
            if (page.IsRefused) return page;
            found.AddRange(page.Value.Items.Where(claim => claim.Status == status));
            cursor = page.Value.NextCursor;
            if (cursor is null) break;
        }

        return new ListPage<ClaimView>(found, Total: null, cursor);
    }

    /// <summary>A claim with all that belongs to it.</summary>
    public static async ValueTask<Result<ClaimView>> Shown(RecordCall call, FhirRecord claim)
    {
        var files = await ClaimFile.Of(call, [claim]);
        return files.Refusal is { } refusal ? refusal : ClaimView.Of(files.Value[0]);
    }
}
