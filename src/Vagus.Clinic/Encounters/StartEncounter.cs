using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Appointments;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary>
/// <c>POST /api/encounters</c>: an encounter begins, once for each <c>Idempotency-Key</c>. Of one appointment there is one encounter.
/// </summary>
internal sealed class StartEncounter(FhirRecords records)
{
    private static readonly Refusal UnknownAppointment = new(
        RefusalKind.Unprocessable, "unknown_appointment", "There is no such appointment of this patient.");

    public async Task<IResult> Answer(HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, "patientId", "providerId", "appointmentId", "type", "reason");
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var fields = body.Value;
        var start = new Start(
            fields.Id("patientId"), fields.Id("providerId"), fields.IdOrNull("appointmentId"), fields.TextOrNull("type"),
            fields.TextOrNull("reason", BodyFields.LongText));
        if (fields.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        var key = RequestKey.Of(http.Request, call.Caller, start);
        if (key.Refusal is { } malformed) return Answers.Refuse(malformed);
        return Answers.Created(http, await call.Write<EncounterView>(turn => Begin(turn, start, key.Value)));
    }

    private static async ValueTask<Result<EncounterView>> Begin(RecordTurn turn, Start start, RequestKey? key)
    {
        var people = await NamedInBody.Read(turn, start.PatientId, start.ProviderId);
        if (people.Refusal is { } unknown) return unknown;
        var before = await MadeBefore.Find(turn, "Encounter", key);
        if (before.Refusal is { } failed) return failed;
        if (before.Value is [var made, ..])
        {
            var stand = await StandOf.Encounter(turn, made);
            return stand.Refusal is { } unread
                ? unread : EncounterView.Of(made, people.Value) with { IsSigned = stand.Value == EncounterStatus.Signed };
        }

        if (start.AppointmentId is { } appointment && await RefuseAppointment(turn, appointment, start.PatientId) is { } refusal)
            return refusal;
        var encounter = ResourceOf(start, turn.At);
        if (key is not null) encounter["identifier"] = new JsonArray([.. key.ToIdentifiers()]);
        var created = await turn.Create(encounter);
        return created.Refusal is { } refused ? refused : EncounterView.Of(created.Value, people.Value) with { IsSigned = false };
    }

    private static async ValueTask<Refusal?> RefuseAppointment(RecordTurn turn, string id, string patient)
    {
        var appointment = await turn.Read("Appointment", id);
        if (appointment.Refusal is { } unseen) return unseen.Kind == RefusalKind.Unavailable ? unseen : UnknownAppointment;
        if (AppointmentView.Of(appointment.Value).PatientId != patient) return UnknownAppointment;
        var begun = await turn.Decide(
            "Encounter", $"appointment=Appointment/{id}&status:not=cancelled&status:not=entered-in-error", most: 10);
        if (begun.Refusal is { } failed) return failed;
        return begun.Value is not [var there, ..] ? null
            : new ClinicRefusal(RefusalKind.Conflict, "encounter_exists", "The encounter of this appointment has begun already.")
            {
                Fields = new Dictionary<string, object?>(StringComparer.Ordinal) { ["encounterId"] = there.Id },
            };
    }

    private static JsonObject ResourceOf(Start start, DateTimeOffset at)
    {
        var encounter = RecordParts.Resource("Encounter");
        encounter["status"] = "in-progress";
        encounter["class"] = RecordParts.Coding(CodeSystems.ActCode, "AMB", "ambulatory");
        encounter.Put("type", start.Type is { } type ? new JsonArray(RecordParts.Words(type)) : null);
        encounter["subject"] = RecordParts.Reference("Patient", start.PatientId);
        encounter["participant"] = new JsonArray(new JsonObject
        {
            ["type"] = new JsonArray(RecordParts.Concept(CodeSystems.ParticipationType, "ATND", "attender")),
            ["individual"] = RecordParts.Reference("Practitioner", start.ProviderId),
        });
        encounter.Put(
            "appointment",
            start.AppointmentId is { } appointment ? new JsonArray(RecordParts.Reference("Appointment", appointment)) : null);
        encounter["period"] = new JsonObject { ["start"] = Instants.Write(at) };
        encounter.Put("reasonCode", start.Reason is { } reason ? new JsonArray(RecordParts.Words(reason)) : null);
        return encounter;
    }

    private sealed record Start(string PatientId, string ProviderId, string? AppointmentId, string? Type, string? Reason);
}
