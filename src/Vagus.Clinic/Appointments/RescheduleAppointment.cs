using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using NodaTime;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Clinic.Time;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>
/// <c>POST /api/appointments/{id}/reschedule</c>: another time, provider or place for an appointment that has not begun. Its former time is
/// free by it.
/// </summary>
internal sealed class RescheduleAppointment(FhirRecords records, ClinicZone zones)
{
    private static readonly string[] Movable = ["proposed", "pending", "waitlist", AppointmentStatus.Booked];
    private static readonly string[] Fields = [.. AskedTime.Fields, "providerId", "location", "allowOverlap"];

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        body.Value.Text("start");
        var move = new Move(
            AskedTime.Of(body.Value), body.Value.IdOrNull("providerId"), body.Value.TextOrNull("location"),
            body.Value.Flag("allowOverlap"));
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        var zone = await zones.Of(call.Caller.Tenant, call.Cancel);
        IReadOnlyList<Overlap> overlaps = [];
        var moved = await ChangeRecord.Run<FhirRecord>(
            call, "Appointment", id, body.Value.Version,
            async (turn, current) =>
            {
                var found = await Decide(turn, call.Caller.Tenant, current, move, zone);
                overlaps = found.IsRefused ? [] : found.Value.Overlaps;
                if (found.Refusal is { } refusal) return refusal;
                return overlaps.Count > 0 ? TellOverlap.Refused : await turn.Update(current, found.Value.Appointment);
            },
            AppointmentView.Of);
        if (overlaps.Count > 0) return Answers.Refuse(await TellOverlap.Run(call, overlaps, zone));
        return moved.Refusal is { } refused
            ? Answers.Refuse(refused) : Answers.Of(http, await ReadAppointments.Shown(call, moved.Value));
    }

    private static async ValueTask<Result<(JsonObject Appointment, IReadOnlyList<Overlap> Overlaps)>> Decide(
        RecordTurn turn, TenantId tenant, FhirRecord current, Move move, DateTimeZone zone)
    {
        var status = AppointmentStatus.Of(current.Json) ?? "";
        if (!Movable.Contains(status, StringComparer.Ordinal)) return NotMovable(status);
        var before = TakenBy.SlotOf(current);
        var time = move.Time.In(zone, before?.Minutes ?? TimeSlot.DefaultMinutes);
        if (time.Refusal is { } unclear) return unclear;
        var slot = TimeSlot.Of(time.Value.Start.ToInstant(), time.Value.Length);
        if (slot.Refusal is { } wrong) return wrong;
        if (move.ProviderId is { } named && await NamedInBody.RefuseProvider(turn, named) is { } unknown) return unknown;
        var place = await Places.Find(turn, move.Location);
        if (place.Refusal is { } nowhere) return nowhere;

        var appointment = current.ToObject();
        AppointmentRecord.SetTime(appointment, slot.Value);
        if (move.ProviderId is { } provider)
            AppointmentRecord.SetActor(appointment, "Practitioner", RecordParts.Reference("Practitioner", provider));
        if (place.Value is { } where) AppointmentRecord.SetActor(appointment, "Location", where);
        IReadOnlyList<Overlap> none = [];
        if (move.AllowsOverlap) return (appointment, none);
        var actors = TakenBy.Actors(JsonSerializer.SerializeToElement(appointment));
        var overlaps = await new OccupiedTime(turn, tenant).Find(slot.Value, actors, except: current.Id);
        return overlaps.Refusal is { } refusal ? refusal : (appointment, overlaps.Value);
    }

    private static ClinicRefusal NotMovable(string status) =>
        new(RefusalKind.Conflict, "invalid_transition", $"An appointment that is '{status}' is not rescheduled.")
        {
            Fields = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["from"] = status, ["allowed"] = AppointmentStatus.Moves.From(status),
            },
        };

    private sealed record Move(AskedTime Time, string? ProviderId, string? Location, bool AllowsOverlap);
}
