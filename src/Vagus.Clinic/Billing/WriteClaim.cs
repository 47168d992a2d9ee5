using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary><c>POST /api/claims</c>: a draft, once for each <c>Idempotency-Key</c>.</summary>
internal sealed class WriteClaim(FhirRecords records)
{
    public async Task<IResult> Answer(HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, ClaimDraft.Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var draft = ClaimDraft.Of(body.Value);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);
        var call = records.Of(http);
        var key = RequestKey.Of(http.Request, call.Caller, draft);
        if (key.Refusal is { } malformed) return Answers.Refuse(malformed);

        var written = await call.Write<FhirRecord>(turn => Write(turn, draft, key.Value, call.Caller.Tenant));
        return written.Refusal is { } refused
            ? Answers.Refuse(refused) : Answers.Created(http, await ReadClaims.Shown(call, written.Value));
    }

    private static async ValueTask<Result<FhirRecord>> Write(RecordTurn turn, ClaimDraft draft, RequestKey? key, TenantId tenant)
    {
        var before = await MadeBefore.Find(turn, "Claim", key);
        if (before.Refusal is { } failed) return failed;
        if (before.Value is [var made, ..]) return made;
        if (await NamedInBody.RefusePatient(turn, draft.PatientId) is { } unknown) return unknown;
        if (await NamedInBody.RefuseEncounter(turn, draft.EncounterId, draft.PatientId) is { } elsewhere) return elsewhere;
        var claim = ClaimRecord.Of(draft, tenant, turn.At);
        if (key is not null) claim["identifier"] = new JsonArray([.. key.ToIdentifiers()]);
        return await turn.Create(claim);
    }
}
