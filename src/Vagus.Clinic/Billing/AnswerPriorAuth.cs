using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>
/// <c>POST /api/prior-auths/{id}/status</c>: it went to the insurer, or the insurer answered. The same answer once more changes nothing.
/// </summary>
internal sealed class AnswerPriorAuth(FhirRecords records)
{
    private static readonly Refusal OfApprovals = new(
        RefusalKind.Invalid, FieldRefusals.InvalidField, "'number' and 'validUntil' are those of an approval.");

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, "status", "reason", "number", "validUntil");
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var fields = body.Value;
        fields.Text("status");
        var answer = new PriorAuthAnswer(
            fields.OneOf("status", PriorAuthStatus.Answers) ?? "", fields.TextOrNull("reason", 1_000), fields.TextOrNull("number"),
            fields.Day("validUntil"));
        var isApproval = answer.Status == PriorAuthStatus.Approved;
        if (!isApproval && (fields.Has("number") || fields.Has("validUntil"))) fields.Refuse(OfApprovals);
        if (fields.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        var changed = await ChangeRecord.Run<FhirRecord>(
            call, "Claim", id, fields.Version, (turn, claim) => Write(turn, claim, answer), PriorAuthView.OfRecord);
        return changed.Refusal is { } refused
            ? Answers.Refuse(refused) : Answers.Of(http, await PriorAuths.Shown(call, changed.Value));
    }

    private static async ValueTask<Result<FhirRecord>> Write(RecordTurn turn, FhirRecord claim, PriorAuthAnswer answer)
    {
        if (claim.Json.Text("use") != ClaimRecord.ForAuthorization) return BillingRefusals.NoPriorAuth;
        var before = await ClaimFile.Answer(turn, claim);
        if (before.Refusal is { } failed) return failed;
        var view = PriorAuthView.Of(claim, before.Value);
        if (IsSame(view, answer)) return claim;
        if (PriorAuthStatus.Moves.Refuse(view.Status, answer.Status) is { } refusal) return refusal;

        // That it went to the insurer is the claim's own state; only an appeal goes on from an answer.
        if (answer.Status != PriorAuthStatus.Pending || before.Value is not null)
        {
            var response = ResponseRecord.OfPriorAuth(claim, before.Value, answer, turn.At);
            var written = before.Value is { } current ? await turn.Update(current, response) : await turn.Create(response);
            if (written.Refusal is { } unwritten) return unwritten;
        }

        var sent = claim.ToObject();
        sent["status"] = "active";
        StateTag.Set(sent, answer.Status);
        return await turn.Update(claim, sent);
    }

    private static bool IsSame(PriorAuthView view, PriorAuthAnswer answer) =>
        view.Status == answer.Status && (answer.Reason is null || answer.Reason == view.Reason)
        && (answer.Number is null || answer.Number == view.Number)
        && (answer.ValidUntil is not { } until
            || until.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) == view.ValidUntil);
}
