using Microsoft.AspNetCore.Http;
using Vagus.Access.Requests;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>
/// <c>GET</c> and <c>POST /api/payments</c>: the newest first; one more, once for each <c>Idempotency-Key</c>. What was received is never
/// changed here.
/// </summary>
internal sealed class Payments(FhirRecords records)
{
    public async Task<IResult> One(string id, HttpContext http)
    {
        var payment = await records.Of(http).Read("PaymentNotice", id);
        Result<PaymentView> answer = payment.Refusal is { } refusal ? refusal : PaymentView.Of(payment.Value);
        return Answers.Of(http, answer);
    }

    public async Task<IResult> List(HttpContext http)
    {
        var query = ListQuery.ReadCounted(http.Request.Query, "patientId", "claimId");
        if (query.Refusal is { } wrong) return Answers.Refuse(wrong);
        var (patient, claim) = (query.Value.Id("patientId"), query.Value.Id("claimId"));
        if ((patient.Refusal ?? claim.Refusal) is { } malformed) return Answers.Refuse(malformed);
        var call = records.Of(http);
        if (patient.Value is { } id) return Answers.Page(http, await PatientPayments.Page(call, query.Value, id, claim.Value));
        return Answers.Page(http, await SearchRecords.Run(
            call, "PaymentNotice", query.Value, [("request", claim.Value is { } asked ? $"Claim/{asked}" : null)], PaymentView.Of));
    }

    public async Task<IResult> Take(HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, PaymentDraft.Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var draft = PaymentDraft.Of(body.Value);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);
        var call = records.Of(http);
        var key = RequestKey.Of(http.Request, call.Caller, draft);
        if (key.Refusal is { } malformed) return Answers.Refuse(malformed);

        var taken = await call.Write<List<FhirRecord>>(turn => Take(turn, draft, key.Value, call.Caller.Tenant));
        if (taken.Refusal is { } refused) return Answers.Refuse(refused);
        var views = taken.Value.ConvertAll(PaymentView.Of);
        return Answers.Created<PaymentView>(http, views[0] with { Further = views.Count > 1 ? views[1..] : null });
    }

    private static async ValueTask<Result<List<FhirRecord>>> Take(RecordTurn turn, PaymentDraft draft, RequestKey? key, TenantId tenant)
    {
        var before = await MadeBefore.Find(turn, "PaymentNotice", key);
        if (before.IsRefused || before.Value.Count > 0) return before;
        if (await NamedInBody.RefusePatient(turn, draft.PatientId) is { } unknown) return unknown;
        var parts = await OpenBills.Lay(turn, draft);
        if (parts.Refusal is { } refusal) return refusal;
        var taken = new List<FhirRecord>();
        foreach (var part in parts.Value)
        {
            var written = await turn.Create(PaymentRecord.Of(draft, part, key, tenant, turn.At));
            if (written.Refusal is { } unwritten) return unwritten;
            taken.Add(written.Value);
        }

        return taken;
    }
}
