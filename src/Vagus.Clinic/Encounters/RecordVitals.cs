using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary>
/// <c>POST /api/encounters/{id}/vitals</c>: what was measured together, as one event; once for each <c>Idempotency-Key</c>.
/// </summary>
internal sealed class RecordVitals(FhirRecords records)
{
    private static readonly Refusal Nothing = new(RefusalKind.Invalid, "missing_field", "Name at least one measurement.");
    private static readonly Refusal InFuture = new(RefusalKind.Invalid, "invalid_field", "'at' is not in the future.");
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, VitalSigns.Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var measured = new Measured(VitalSigns.Of(body.Value), body.Value.Instant("at"));
        if (measured.Values.Count == 0) body.Value.Refuse(Nothing);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        var asked = new Asked(id, measured.Values.ToDictionary(each => each.Key.Field, each => each.Value), measured.At);
        var key = RequestKey.Of(http.Request, call.Caller, asked);
        if (key.Refusal is { } malformed) return Answers.Refuse(malformed);
        var recorded = await ChangeRecord.Run<RecordedVitals>(
            call, "Encounter", id, body.Value.Version,
            (turn, current) => Write(turn, current, measured with { By = call.Caller.Practitioner, Key = key.Value }),
            EncounterView.Of, EncounterPartsSince.Find);
        return Answers.Of(http, recorded, StatusCodes.Status201Created);
    }

    private static async ValueTask<Result<RecordedVitals>> Write(RecordTurn turn, FhirRecord current, Measured measured)
    {
        var before = await MadeBefore.Find(turn, "Observation", measured.Key);
        if (before.Refusal is { } failed) return failed;
        if (before.Value.Count > 0) return Recorded(current, VitalSigns.InOrder(before.Value));
        if (measured.At > turn.At + ClockDifference) return InFuture;
        var status = await StandOf.Encounter(turn, current);
        if (status.Refusal is { } unknown) return unknown;
        if (EncounterStatus.RefuseChange(status.Value) is { } closed) return closed;
        if (current.Json.ReferenceTo("subject", "Patient") is not { } patient) return ChangeEncounter.WithoutPatient;
        var facts = new EncounterFacts(current.Id, patient, measured.By);
        var written = new List<FhirRecord>();
        foreach (var observation in VitalSigns.ToResources(measured.Values, facts, measured.At ?? turn.At))
        {
            if (measured.Key is { } key) observation["identifier"] = new JsonArray([.. key.ToIdentifiers()]);
            var created = await turn.Create(observation);
            if (created.Refusal is { } refused) return refused;
            written.Add(created.Value);
        }

        return Recorded(current, written);
    }

    private static RecordedVitals Recorded(FhirRecord encounter, IReadOnlyList<FhirRecord> observations) => new(
        encounter.Id, [.. observations.SelectMany(VitalSigns.Read)], [.. observations.Select(each => each.Id)], encounter.Version);

    private sealed record Asked(string Encounter, IReadOnlyDictionary<string, decimal> Values, DateTimeOffset? At);

    private sealed record Measured(IReadOnlyDictionary<VitalKind, decimal> Values, DateTimeOffset? At)
    {
        /// <summary>The practitioner who measured.</summary>
        public string? By { get; init; }

        public RequestKey? Key { get; init; }
    }
}

/// <summary>What was recorded of an encounter. The version is that of the encounter, which stays as it is.</summary>
internal sealed record RecordedVitals(
    string Id, IReadOnlyList<VitalValue> Vitals, IReadOnlyList<string> ObservationIds, long Version) : IVersioned;
