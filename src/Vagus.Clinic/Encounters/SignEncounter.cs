using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Clinic.Signatures;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary>
/// <c>POST /api/encounters/{id}/sign</c>: a provider signs the finished encounter, with its note, diagnoses and procedures. A Provenance
/// keeps the signature; the note becomes final. What is signed is not changed by these doors any more.
/// </summary>
internal sealed class SignEncounter(FhirRecords records, SigningKeys keys)
{
    internal static readonly Refusal NoPractitioner = new(
        RefusalKind.Unprocessable, "no_practitioner", "Who signs needs a sign-in that is linked to a Practitioner.");

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var call = records.Of(http);
        var key = await keys.Current(call.Caller.Tenant, call.Cancel);
        if (key.Refusal is { } unavailable) return Answers.Refuse(unavailable);

        using var signing = key.Value;
        var signer = call.Caller.Practitioner;
        var signed = await ChangeRecord.Run<FhirRecord>(
            call, "Encounter", id, body.Value.Version, (turn, current) => Sign(turn, current, signing, signer),
            EncounterView.Of, EncounterPartsSince.Find);
        return signed.Refusal is { } refused ? Answers.Refuse(refused) : Answers.Of(http, await ReadEncounters.Whole(call, signed.Value));
    }

    private static async ValueTask<Result<FhirRecord>> Sign(RecordTurn turn, FhirRecord current, SigningKey key, string? signer)
    {
        if (signer is null) return NoPractitioner;
        var status = await StandOf.Encounter(turn, current);
        if (status.Refusal is { } unknown) return unknown;
        if (EncounterStatus.Moves.Refuse(status.Value, EncounterStatus.Signed) is { } refusal) return refusal;
        var parts = await EncounterParts.Find(turn, current.Id);
        if (parts.Refusal is { } failed) return failed;
        var signed = new List<FhirRecord> { current };
        foreach (var part in parts.Value.All)
        {
            var final = await Final(turn, part);
            if (final.Refusal is { } unwritten) return unwritten;
            signed.Add(final.Value);
        }

        var written = await turn.Create(SignedRecords.Provenance(key, signer, turn.At, signed));
        return written.Refusal is { } refused ? refused : current;
    }

    private static async ValueTask<Result<FhirRecord>> Final(RecordTurn turn, FhirRecord part) =>
        part.Type == "DocumentReference" ? await turn.Update(part, EncounterContent.Final(part)) : part;
}
