using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary><c>GET /api/claims</c>: within the caller's reach, the newest first. <c>GET /api/claims/{id}</c>.</summary>
internal sealed class ReadClaims(FhirRecords records)
{
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
        var query = ListQuery.Read(http.Request.Query, "patientId", "encounterId");
        if (query.Refusal is { } wrong) return Answers.Refuse(wrong);
        var (patient, encounter) = (query.Value.Id("patientId"), query.Value.Id("encounterId"));
        if ((patient.Refusal ?? encounter.Refusal) is { } malformed) return Answers.Refuse(malformed);
        var call = records.Of(http);
        var page = await SearchRecords.Page(
            call, "Claim", query.Value,
            [("use", ClaimRecord.ForMoney), ("patient", patient.Value), ("encounter", encounter.Value)]);
        if (page.Refusal is { } refusal) return Answers.Refuse(refusal);
        var files = await ClaimFile.Of(call, page.Value.Items);
        return files.Refusal is { } unread ? Answers.Refuse(unread) : Answers.Page<ClaimView>(
            http, new ListPage<ClaimView>([.. files.Value.Select(ClaimView.Of)], page.Value.Total, page.Value.Cursor));
    }

    /// <summary>A claim with all that belongs to it.</summary>
    public static async ValueTask<Result<ClaimView>> Shown(RecordCall call, FhirRecord claim)
    {
        var files = await ClaimFile.Of(call, [claim]);
        return files.Refusal is { } refusal ? refusal : ClaimView.Of(files.Value[0]);
    }
}
