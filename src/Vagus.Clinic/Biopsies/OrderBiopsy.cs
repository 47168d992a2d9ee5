using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary><c>POST /api/biopsies</c>: ordered, or with a specimen taken already.</summary>
internal sealed class OrderBiopsy(FhirRecords records, ReadBiopsies biopsies)
{
    public async Task<IResult> Answer(HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, BiopsyDraft.Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var draft = BiopsyDraft.Of(body.Value);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        var ordered = await call.Write<FhirRecord>(turn => Order(turn, draft));
        return ordered.Refusal is { } refused
            ? Answers.Refuse(refused) : Answers.Created(http, await biopsies.Shown(http, call, ordered.Value));
    }

    private static async ValueTask<Result<FhirRecord>> Order(RecordTurn turn, BiopsyDraft draft)
    {
        if (await NamedInBody.RefusePatient(turn, draft.PatientId) is { } unknown) return unknown;
        if (await NamedInBody.RefuseProvider(turn, draft.ProviderId) is { } nobody) return nobody;
        if (await NamedInBody.RefuseEncounter(turn, draft.EncounterId, draft.PatientId) is { } elsewhere) return elsewhere;
        var (id, specimenId) = (turn.NewId(), draft.Specimen is null ? null : turn.NewId());
        var ordered = await turn.Create(BiopsyRecord.Of(draft, id, specimenId, turn.At));
        if (ordered.IsRefused || specimenId is null) return ordered;
        var taken = await turn.Create(SpecimenRecord.Taken(specimenId, id, draft.PatientId, draft.Specimen, labelledAs: null, turn.At));
        return taken.Refusal is { } refused ? refused : ordered;
    }
}
