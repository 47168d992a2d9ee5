using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Meaning;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>What an insurer answers to a claim.</summary>
/// <param name="Status">One of <see cref="ClaimStatus.Answers"/>.</param>
/// <param name="Reason">In the insurer's words.</param>
/// <param name="AmountPaid">What it pays for the claim in all; zero where it pays nothing.</param>
internal sealed record ClaimAnswer(string Status, string? Reason, decimal AmountPaid);

/// <summary>
/// <c>POST /api/claims/{id}/status</c>: the insurer's answer. It is a version of the claim's ClaimResponse, and the claim has a next
/// version by it. The same answer once more changes nothing.
/// </summary>
internal sealed class AnswerClaim(FhirRecords records)
{
    private static readonly Refusal NothingPaid = FieldRefusals.Wrong("amountPaid", "absent where nothing is paid");
    private static readonly Refusal AmountMissing = FieldRefusals.Missing("amountPaid");

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, "status", "reason", "amountPaid");
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var fields = body.Value;
        fields.Text("status");
        var status = fields.OneOf("status", ClaimStatus.Answers);
        var (reason, amount) = (fields.TextOrNull("reason", 1_000), fields.Number("amountPaid", Amounts.Least, Amounts.Most));
        if (status is ClaimStatus.Accepted or ClaimStatus.Denied && fields.Has("amountPaid")) fields.Refuse(NothingPaid);
        if (status is ClaimStatus.PartiallyPaid && !fields.Has("amountPaid")) fields.Refuse(AmountMissing);
        if (fields.Refusal is { } wrong || status is null) return Answers.Refuse(fields.Refusal ?? FieldRefusals.Missing("status"));

        var call = records.Of(http);
        var changed = await ChangeRecord.Run<FhirRecord>(
            call, "Claim", id, fields.Version, (turn, claim) => Write(turn, claim, status, reason, amount), ClaimView.OfRecord);
        return changed.Refusal is { } refused
            ? Answers.Refuse(refused) : Answers.Of(http, await ReadClaims.Shown(call, changed.Value));
    }

    private static async ValueTask<Result<FhirRecord>> Write(
        RecordTurn turn, FhirRecord claim, string status, string? reason, decimal? amount)
    {
        if (!ClaimFile.IsClaim(claim)) return BillingRefusals.NoClaim;
        var before = await ClaimFile.Answer(turn, claim);
        if (before.Refusal is { } failed) return failed;
        var view = ClaimView.Of(new ClaimFile(claim, before.Value, []));
        var answer = AnswerOf(view, status, reason, amount);
        if (answer.Refusal is { } wrong) return wrong;
        if (view.Status == status && IsSame(before.Value, answer.Value)) return claim;
        if (ClaimStatus.Moves.Refuse(view.Status, status) is { } refusal) return refusal;

        var response = ResponseRecord.OfClaim(claim, before.Value, answer.Value, turn.At);
        var written = before.Value is { } current ? await turn.Update(current, response) : await turn.Create(response);
        if (written.Refusal is { } unwritten) return unwritten;
        var tagged = claim.ToObject();
        StateTag.Set(tagged, status);
        return await turn.Update(claim, tagged);
    }

    private static Result<ClaimAnswer> AnswerOf(ClaimView claim, string status, string? reason, decimal? amount)
    {
        if (status is not (ClaimStatus.Paid or ClaimStatus.PartiallyPaid)) return new ClaimAnswer(status, reason, 0);
        var paid = amount ?? claim.Total;
        if (Amounts.RefuseDecimals("amountPaid", paid, claim.Currency) is { } wrong) return wrong;
        if (paid > claim.Total || (status == ClaimStatus.PartiallyPaid && paid == claim.Total))
            return BillingRefusals.MoreThanTotal(claim.Total, claim.Currency);
        return new ClaimAnswer(status, reason, paid);
    }

    private static bool IsSame(FhirRecord? response, ClaimAnswer answer) =>
        response is { Json: var told } && (InsurerDecision.Payment(told) ?? 0) == answer.AmountPaid
        && (answer.Reason is null || InsurerDecision.Reason(told) == answer.Reason);
}
