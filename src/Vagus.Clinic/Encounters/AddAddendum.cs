using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Clinic.Signatures;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary>
/// <c>POST /api/encounters/{id}/addenda</c>: a provider adds to a signed encounter. The addendum is a document of its own and signed with
/// the versions that it adds to; nothing that was signed before is touched.
/// </summary>
internal sealed class AddAddendum(FhirRecords records, SigningKeys keys)
{
    private const int LongestText = 20_000;

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, "text");
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var text = body.Value.Text("text", LongestText);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);
        var call = records.Of(http);
        var requested = RequestKey.Of(http.Request, call.Caller, new Asked(id, text));
        if (requested.Refusal is { } malformed) return Answers.Refuse(malformed);
        var key = await keys.Current(call.Caller.Tenant, call.Cancel);
        if (key.Refusal is { } unavailable) return Answers.Refuse(unavailable);

        using var signing = key.Value;
        var added = await ChangeRecord.Run<FhirRecord>(
            call, "Encounter", id, body.Value.Version,
            async (turn, current) => call.Caller.Practitioner is not { } signer ? SignEncounter.NoPractitioner
                : await Add(turn, current, new Addendum(text, signer, requested.Value), signing),
            EncounterView.Of, EncounterPartsSince.Find);
        return added.Refusal is { } refused
            ? Answers.Refuse(refused)
            : Answers.Of(http, await ReadEncounters.Whole(call, added.Value), StatusCodes.Status201Created);
    }

    private static async ValueTask<Result<FhirRecord>> Add(RecordTurn turn, FhirRecord current, Addendum addendum, SigningKey key)
    {
        var before = await MadeBefore.Find(turn, "DocumentReference", addendum.Key);
        if (before.Refusal is { } failed) return failed;
        if (before.Value.Count > 0) return current;
        var status = await StandOf.Encounter(turn, current);
        if (status.Refusal is { } unknown) return unknown;
        if (status.Value != EncounterStatus.Signed) return NotSigned(status.Value);
        if (current.Json.ReferenceTo("subject", "Patient") is not { } patient) return ChangeEncounter.WithoutPatient;
        var parts = await EncounterParts.Find(turn, current.Id);
        if (parts.Refusal is { } unread) return unread;
        // The signed note may be the hidden one: what is added to it would have other labels, and the wrong people would read it.
        if (parts.Value.HidesNote && parts.Value.Note?.Json.Text("docStatus") != "final") return HiddenNote;

        var facts = new EncounterFacts(current.Id, patient, addendum.Signer);
        var document = EncounterContent.Addendum(addendum.Text, facts, current, parts.Value.Note, turn.At);
        if (addendum.Key is { } requested) document["identifier"] = new JsonArray([.. requested.ToIdentifiers()]);
        var written = await turn.Create(document);
        if (written.Refusal is { } refused) return refused;
        var signed = new[] { written.Value, current, parts.Value.Note }.OfType<FhirRecord>().ToList();
        var provenance = await turn.Create(SignedRecords.Provenance(key, addendum.Signer, turn.At, signed));
        return provenance.Refusal is { } unsigned ? unsigned : current;
    }

    private static readonly Refusal HiddenNote = new(
        RefusalKind.Conflict, "note_hidden", "The signed note is not among what you may read and change. Ask somebody who may.");

    private static ClinicRefusal NotSigned(string status) =>
        new(RefusalKind.Conflict, "invalid_transition", "An addendum belongs to a signed encounter.")
        {
            Fields = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["from"] = status, ["allowed"] = EncounterStatus.Moves.From(status),
            },
        };

    private sealed record Asked(string Encounter, string Text);

    private sealed record Addendum(string Text, string Signer, RequestKey? Key);
}
