using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary><c>POST /api/encounters/{id}/complete</c>: the encounter is over.</summary>
internal sealed class CompleteEncounter(FhirRecords records)
{
    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var call = records.Of(http);
        var completed = await ChangeRecord.Run<FhirRecord>(
            call, "Encounter", id, body.Value.Version, Complete, EncounterView.Of, EncounterPartsSince.Find);
        return completed.Refusal is { } refused
            ? Answers.Refuse(refused) : Answers.Of(http, await ReadEncounters.Whole(call, completed.Value));
    }

    private static async ValueTask<Result<FhirRecord>> Complete(RecordTurn turn, FhirRecord current)
    {
        var status = await StandOf.Encounter(turn, current);
        if (status.Refusal is { } unknown) return unknown;
        if (EncounterStatus.Moves.Refuse(status.Value, EncounterStatus.Finished) is { } refusal) return refusal;
        var encounter = current.ToObject();
        encounter["status"] = "finished";
        var period = encounter["period"] as JsonObject ?? [];
        period["end"] = Instants.Write(turn.At);
        encounter["period"] = period.DeepClone();
        return await turn.Update(current, encounter);
    }
}
