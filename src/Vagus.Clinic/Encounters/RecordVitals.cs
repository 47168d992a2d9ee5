using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary><c>POST /api/encounters/{id}/vitals</c>: what was measured together, as one event.</summary>
internal sealed class RecordVitals(FhirRecords records)
{
    private static readonly Refusal Nothing = new(RefusalKind.Invalid, "missing_field", "Name at least one measurement.");
    private static readonly Refusal InFuture = new(RefusalKind.Invalid, "invalid_field", "'at' is not in the future.");
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, VitalSigns.Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var (values, at) = (VitalSigns.Of(body.Value), body.Value.Instant("at"));
        if (values.Count == 0) body.Value.Refuse(Nothing);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        var recorded = await ChangeRecord.Run<RecordedVitals>(
            call, "Encounter", id, body.Value.Version, (turn, current) => Write(turn, current, values, at, call.Caller.Practitioner),
            EncounterView.Of, EncounterPartsSince.Find);
        return Answers.Of(http, recorded, StatusCodes.Status201Created);
    }

    private static async ValueTask<Result<RecordedVitals>> Write(
        RecordTurn turn, FhirRecord current, IReadOnlyDictionary<VitalKind, decimal> values, DateTimeOffset? at, string? author)
    {
        if (at > turn.At + ClockDifference) return InFuture;
        var status = await StandOf.Encounter(turn, current);
        if (status.Refusal is { } unknown) return unknown;
        if (EncounterStatus.RefuseChange(status.Value) is { } closed) return closed;
        if (current.Json.ReferenceTo("subject", "Patient") is not { } patient) return ChangeEncounter.WithoutPatient;
        var facts = new EncounterFacts(current.Id, patient, author);
        var written = new List<FhirRecord>();
        foreach (var observation in VitalSigns.ToResources(values, facts, at ?? turn.At))
        {
            var created = await turn.Create(observation);
            if (created.Refusal is { } refused) return refused;
            written.Add(created.Value);
        }

        return new RecordedVitals(
            current.Id, [.. written.SelectMany(VitalSigns.Read)], [.. written.Select(each => each.Id)], current.Version);
    }
}

/// <summary>What was recorded of an encounter. The version is that of the encounter, which stays as it is.</summary>
internal sealed record RecordedVitals(
    string Id, IReadOnlyList<VitalValue> Vitals, IReadOnlyList<string> ObservationIds, long Version) : IVersioned;
