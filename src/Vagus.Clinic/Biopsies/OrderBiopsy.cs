using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary><c>POST /api/biopsies</c>: ordered, or with a specimen taken already; once for each <c>Idempotency-Key</c>.</summary>
internal sealed class OrderBiopsy(FhirRecords records, ReadBiopsies biopsies)
{
    public async Task<IResult> Answer(HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, BiopsyDraft.Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var draft = BiopsyDraft.Of(body.Value);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        var key = RequestKey.Of(http.Request, call.Caller, draft);
        if (key.Refusal is { } malformed) return Answers.Refuse(malformed);
        var ordered = await call.Write<FhirRecord>(turn => Order(turn, draft, key.Value));
        return ordered.Refusal is { } refused
            ? Answers.Refuse(refused) : Answers.Created(http, await biopsies.Shown(http, call, ordered.Value));
    }

    private static async ValueTask<Result<FhirRecord>> Order(RecordTurn turn, BiopsyDraft draft, RequestKey? key)
    {
        var before = await MadeBefore.Find(turn, "ServiceRequest", key);
        if (before.Refusal is { } failed) return failed;
        if (before.Value is [var made, ..]) return made;
        if (await NamedInBody.RefusePatient(turn, draft.PatientId) is { } unknown) return unknown;
        if (await NamedInBody.RefuseProvider(turn, draft.ProviderId) is { } nobody) return nobody;
        if (await NamedInBody.RefuseEncounter(turn, draft.EncounterId, draft.PatientId) is { } elsewhere) return elsewhere;
        var (id, specimenId) = (turn.NewId(), draft.Specimen is null ? null : turn.NewId());
        var order = BiopsyRecord.Of(draft, id, specimenId, turn.At);
        if (key is not null) order["identifier"] = new JsonArray([.. key.ToIdentifiers()]);
        var ordered = await turn.Create(order);
        if (ordered.IsRefused || specimenId is null) return ordered;
        var taken = await turn.Create(SpecimenRecord.Taken(specimenId, id, draft.PatientId, draft.Specimen, labelledAs: null, turn.At));
        return taken.Refusal is { } refused ? refused : ordered;
    }
}
