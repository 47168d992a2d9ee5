using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Clinic.Time;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>
/// <c>POST /api/appointments/{id}/status</c>. The same status once more changes nothing. Cancelled and missed appointments free their time;
/// one that comes back needs it to be free still.
/// </summary>
internal sealed class ChangeAppointmentStatus(FhirRecords records, ClinicZone zones)
{
    private static readonly Refusal NoReason = new(
        RefusalKind.Invalid, "invalid_field", "A 'reason' is given for an appointment that is cancelled or missed.");

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, "status", "reason");
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        body.Value.Text("status");
        var word = AppointmentStatus.WordOf(body.Value.OneOf("status", AppointmentStatus.Known) ?? AppointmentStatus.Booked);
        var reason = body.Value.TextOrNull("reason", BodyFields.LongText);
        if (reason is not null && AppointmentStatus.IsOccupying(word)) body.Value.Refuse(NoReason);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        var zone = await zones.Of(call.Caller.Tenant, call.Cancel);
        IReadOnlyList<Overlap> overlaps = [];
        var changed = await ChangeRecord.Run<FhirRecord>(
            call, "Appointment", id, body.Value.Version,
            async (turn, current) =>
            {
                overlaps = [];
                var status = AppointmentStatus.Of(current.Json) ?? "";
                if (status == word) return current;
                if (AppointmentStatus.Moves.Refuse(status, word) is { } refusal) return refusal;
                var taken = await Taken(turn, call.Caller.Tenant, current, status, word);
                if (taken.Refusal is { } failed) return failed;
                overlaps = taken.Value;
                return overlaps.Count > 0 ? TellOverlap.Refused : await turn.Update(current, Changed(current, word, reason));
            },
            AppointmentView.Of);
        if (overlaps.Count > 0) return Answers.Refuse(await TellOverlap.Run(call, overlaps, zone));
        return changed.Refusal is { } refused
            ? Answers.Refuse(refused) : Answers.Of(http, await ReadAppointments.Shown(call, changed.Value));
    }

    private static JsonObject Changed(FhirRecord current, string word, string? reason)
    {
        var appointment = current.ToObject();
        AppointmentStatus.SetOn(appointment, word);
        appointment.Put("cancelationReason", reason is null ? null : RecordParts.Words(reason));
        return appointment;
    }

    private static async ValueTask<Result<IReadOnlyList<Overlap>>> Taken(
        RecordTurn turn, TenantId tenant, FhirRecord current, string from, string to)
    {
        if (AppointmentStatus.IsOccupying(from) || !AppointmentStatus.IsOccupying(to) || TakenBy.SlotOf(current) is not { } slot)
            return new List<Overlap>();
        return await new OccupiedTime(turn, tenant).Find(slot, TakenBy.Actors(current.Json), except: current.Id);
    }
}
