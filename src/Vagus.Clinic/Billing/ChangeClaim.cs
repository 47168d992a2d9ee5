using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary><c>PUT /api/claims/{id}</c> of a draft, and <c>POST /api/claims/{id}/submit</c>: submitted twice is submitted once.</summary>
internal sealed class ChangeClaim(FhirRecords records)
{
    public async Task<IResult> Change(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, ClaimChange.Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var change = ClaimChange.Of(body.Value);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);
        return await Run(id, http, body.Value.Version, (turn, claim) => Change(turn, claim, change));
    }

    public async Task<IResult> Submit(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request);
        return body.Refusal is { } unread ? Answers.Refuse(unread) : await Run(id, http, body.Value.Version, Submit);
    }

    private async Task<IResult> Run(
        string id, HttpContext http, long? version, Func<RecordTurn, FhirRecord, ValueTask<Result<FhirRecord>>> change)
    {
        var call = records.Of(http);
        var changed = await ChangeRecord.Run<FhirRecord>(
            call, "Claim", id, version,
            async (turn, claim) => ClaimFile.IsClaim(claim) ? await change(turn, claim) : BillingRefusals.NoClaim,
            ClaimView.OfRecord);
        return changed.Refusal is { } refused
            ? Answers.Refuse(refused) : Answers.Of(http, await ReadClaims.Shown(call, changed.Value));
    }

    private static async ValueTask<Result<FhirRecord>> Change(RecordTurn turn, FhirRecord current, ClaimChange change)
    {
        var status = await StatusOf(turn, current);
        if (status.Refusal is { } unread) return unread;
        if (status.Value != ClaimStatus.Draft) return BillingRefusals.NotADraft(status.Value);
        var view = ClaimView.OfRecord(current);
        if (await NamedInBody.RefuseEncounter(turn, change.EncounterId, view.PatientId ?? "") is { } elsewhere) return elsewhere;
        var claim = current.ToObject();
        if (change.Payer is { } payer) ClaimRecord.SetPayer(claim, payer);
        if (change.Lines is not null || change.EncounterId is not null)
        {
            var lines = change.Lines ?? [.. view.Lines.Select(line => new ClaimLine(line.Code ?? "", line.Description, line.Amount ?? 0))];
            if (ClaimLine.Refuse(lines, view.Currency) is { } wrong) return wrong;
            ClaimRecord.SetLines(claim, lines, view.Currency, change.EncounterId ?? view.EncounterId);
        }

        var received = await ClaimFile.ReceivedFor(turn, current.Reference, view.Currency);
        if (received.Refusal is { } refusal) return refusal;
        if ((decimal?)claim["total"]?["value"] < received.Value)
            return BillingRefusals.LessThanReceived(received.Value, view.Currency);
        return JsonNode.DeepEquals(claim, current.ToObject()) ? current : await turn.Update(current, claim);
    }

    private static async ValueTask<Result<FhirRecord>> Submit(RecordTurn turn, FhirRecord current)
    {
        var status = await StatusOf(turn, current);
        if (status.Refusal is { } unread) return unread;
        if (status.Value == ClaimStatus.Submitted) return current;
        if (ClaimStatus.Moves.Refuse(status.Value, ClaimStatus.Submitted) is { } refusal) return refusal;
        var claim = current.ToObject();
        claim["status"] = "active";
        StateTag.Set(claim, ClaimStatus.Submitted);
        return await turn.Update(current, claim);
    }

    private static async ValueTask<Result<string>> StatusOf(RecordTurn turn, FhirRecord claim)
    {
        var answer = await ClaimFile.Answer(turn, claim);
        return answer.Refusal is { } refusal ? refusal : ClaimStatus.Of(claim.Json, answer.Value?.Json);
    }
}
