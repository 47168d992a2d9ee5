using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Requests;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>
/// <c>GET</c> and <c>POST /api/prior-auths</c>: the newest first; one more, once for each <c>Idempotency-Key</c>.
/// <c>GET /api/prior-auths/{id}</c>.
/// </summary>
internal sealed class PriorAuths(FhirRecords records)
{
    public async Task<IResult> One(string id, HttpContext http)
    {
        var call = records.Of(http);
        var claim = await call.Read("Claim", id);
        if (claim.Refusal is { } refusal) return Answers.Refuse(refusal);
        return claim.Value.Json.Text("use") == ClaimRecord.ForAuthorization
            ? Answers.Of(http, await Shown(call, claim.Value)) : Answers.Refuse(BillingRefusals.NoPriorAuth);
    }

    public async Task<IResult> List(HttpContext http)
    {
        var query = ListQuery.ReadCounted(http.Request.Query, "patientId", "providerId");
        if (query.Refusal is { } wrong) return Answers.Refuse(wrong);
        var (patient, provider) = (query.Value.Id("patientId"), query.Value.Id("providerId"));
        if ((patient.Refusal ?? provider.Refusal) is { } malformed) return Answers.Refuse(malformed);
        var call = records.Of(http);
        var page = await SearchRecords.Page(
            call, "Claim", query.Value,
            [
                ("use", ClaimRecord.ForAuthorization), ("patient", patient.Value),
                ("provider", provider.Value is { } id ? $"Practitioner/{id}" : null),
            ]);
        if (page.Refusal is { } refusal) return Answers.Refuse(refusal);
        var views = await Shown(call, page.Value.Items);
        return views.Refusal is { } unread ? Answers.Refuse(unread) : Answers.Page<PriorAuthView>(
            http, new ListPage<PriorAuthView>(views.Value, page.Value.Total, page.Value.Cursor));
    }

    public async Task<IResult> Request(HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, PriorAuthDraft.Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var draft = PriorAuthDraft.Of(body.Value);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);
        var call = records.Of(http);
        var key = RequestKey.Of(http.Request, call.Caller, draft);
        if (key.Refusal is { } malformed) return Answers.Refuse(malformed);

        var written = await call.Write<FhirRecord>(turn => Write(turn, draft, key.Value));
        return written.Refusal is { } refused ? Answers.Refuse(refused) : Answers.Created(http, await Shown(call, written.Value));
    }

    public static async ValueTask<Result<PriorAuthView>> Shown(RecordCall call, FhirRecord claim)
    {
        var views = await Shown(call, [claim]);
        return views.Refusal is { } refusal ? refusal : views.Value[0];
    }

    private static async ValueTask<Result<List<PriorAuthView>>> Shown(RecordCall call, IReadOnlyList<FhirRecord> claims)
    {
        var responses = await RelatedRecords.Of(call, "ClaimResponse", "request", claims.Select(claim => claim.Reference));
        if (responses.Refusal is { } refusal) return refusal;
        var answers = responses.Value.ToLookup(each => each.Json.ReferenceTo("request", "Claim"), StringComparer.Ordinal);
        return claims.Select(claim => PriorAuthView.Of(claim, ClaimFile.Newest(answers[claim.Id]))).ToList();
    }

    private static async ValueTask<Result<FhirRecord>> Write(RecordTurn turn, PriorAuthDraft draft, RequestKey? key)
    {
        var before = await MadeBefore.Find(turn, "Claim", key);
        if (before.Refusal is { } failed) return failed;
        if (before.Value is [var made, ..]) return made;
        if (await NamedInBody.RefusePatient(turn, draft.PatientId) is { } unknown) return unknown;
        if (await NamedInBody.RefuseProvider(turn, draft.ProviderId) is { } nobody) return nobody;
        var claim = ClaimRecord.Of(draft, turn.At);
        if (key is not null) claim["identifier"] = new JsonArray([.. key.ToIdentifiers()]);
        return await turn.Create(claim);
    }
}
