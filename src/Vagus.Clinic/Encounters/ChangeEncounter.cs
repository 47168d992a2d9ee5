using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Clinic.Signatures;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary>
/// <c>PUT /api/encounters/{id}</c>: note, diagnoses, procedures. A list that is named replaces the one before: what is not on it any more
/// becomes entered-in-error. Each change is one of the Encounter too, so that its version guards them all.
/// </summary>
internal sealed class ChangeEncounter(FhirRecords records)
{
    private const int LongestNote = 20_000;

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, "note", "diagnoses", "procedures");
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var change = new Change(
            body.Value.TextOrNull("note", LongestNote), CodedWords.Of(body.Value, "diagnoses"), CodedWords.Of(body.Value, "procedures"));
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        var changed = await ChangeRecord.Run<FhirRecord>(
            call, "Encounter", id, body.Value.Version, (turn, current) => Write(turn, current, change, call.Caller.Practitioner),
            EncounterView.Of, EncounterPartsSince.Find);
        return changed.Refusal is { } refused ? Answers.Refuse(refused) : Answers.Of(http, await ReadEncounters.Whole(call, changed.Value));
    }

    private static async ValueTask<Result<FhirRecord>> Write(RecordTurn turn, FhirRecord current, Change change, string? author)
    {
        var status = await StandOf.Encounter(turn, current);
        if (status.Refusal is { } unknown) return unknown;
        if (EncounterStatus.RefuseChange(status.Value) is { } closed) return closed;
        if (current.Json.ReferenceTo("subject", "Patient") is not { } patient) return WithoutPatient;
        var parts = await EncounterParts.Find(turn, current.Id);
        if (parts.Refusal is { } failed) return failed;
        var facts = new EncounterFacts(current.Id, patient, author);

        if (change.Note is { } note && await WriteNote(turn, parts.Value.Note, note, facts) is { } unnoted) return unnoted;
        var encounter = current.ToObject();
        if (change.Diagnoses is { } diagnoses)
        {
            var written = await Replace(turn, parts.Value.Diagnoses, diagnoses, each => EncounterContent.Diagnosis(each, facts, turn.At));
            if (written.Refusal is { } refused) return refused;
            SetDiagnoses(encounter, written.Value, replaced: parts.Value.Diagnoses);
        }

        if (change.Procedures is { } procedures)
        {
            var written = await Replace(turn, parts.Value.Procedures, procedures, each => EncounterContent.Procedure(each, facts, turn.At));
            if (written.Refusal is { } refused) return refused;
        }

        return await turn.Update(current, encounter);
    }

    /// <summary>What the Encounter names besides those that were replaced stays: a diagnosis that is hidden from this caller.</summary>
    private static void SetDiagnoses(JsonObject encounter, IReadOnlyList<string> ids, IReadOnlyList<FhirRecord> replaced)
    {
        var former = replaced.Select(each => each.Reference).ToHashSet(StringComparer.Ordinal);
        var kept = (encounter["diagnosis"] as JsonArray ?? [])
            .Where(each => !former.Contains((string?)each?["condition"]?["reference"] ?? "")).Select(each => each?.DeepClone());
        var written = ids.Select(id => (JsonNode?)new JsonObject { ["condition"] = RecordParts.Reference("Condition", id) });
        JsonNode?[] all = [.. written, .. kept];
        encounter.Put("diagnosis", all.Length > 0 ? new JsonArray(all) : null);
    }

    private static async ValueTask<Refusal?> WriteNote(RecordTurn turn, FhirRecord? known, string text, EncounterFacts facts)
    {
        if (known is null) return (await turn.Create(EncounterContent.Note(text, facts, turn.At))).Refusal;
        var note = known.ToObject();
        EncounterContent.SetText(note, text);
        return (await turn.Update(known, note)).Refusal;
    }

    /// <summary>The ids of those that are on the list afterwards, in its order.</summary>
    private static async ValueTask<Result<IReadOnlyList<string>>> Replace(
        RecordTurn turn, IReadOnlyList<FhirRecord> known, IReadOnlyList<CodedWords> wanted, Func<CodedWords, JsonObject> create)
    {
        var left = known.ToList();
        var ids = new List<string>();
        foreach (var each in wanted)
        {
            if (left.Find(record => each.Is(record.Json)) is { } there)
            {
                left.Remove(there);
                ids.Add(there.Id);
                continue;
            }

            var created = await turn.Create(create(each));
            if (created.Refusal is { } refused) return refused;
            ids.Add(created.Value.Id);
        }

        foreach (var gone in left)
        {
            var written = await turn.Update(gone, EncounterContent.Mistaken(gone));
            if (written.Refusal is { } refused) return refused;
        }

        return ids;
    }

    internal static readonly Refusal WithoutPatient = new(
        RefusalKind.Unprocessable, "unknown_patient", "The Encounter names no patient of this clinic.");

    private sealed record Change(string? Note, IReadOnlyList<CodedWords>? Diagnoses, IReadOnlyList<CodedWords>? Procedures);
}

/// <summary>How an encounter stands within a turn.</summary>
internal static class StandOf
{
    /// <summary>Its state, where a signature counts as one.</summary>
    public static async ValueTask<Result<string>> Encounter(RecordTurn turn, FhirRecord encounter)
    {
        var signed = await SignedRecords.IsSigned(turn, "Encounter", encounter.Id);
        if (signed.Refusal is { } refusal) return refusal;
        return signed.Value ? EncounterStatus.Signed : EncounterStatus.Of(encounter.Json) ?? "";
    }
}
