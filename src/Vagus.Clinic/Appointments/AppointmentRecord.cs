using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>The Appointment that is written. Pure.</summary>
internal static class AppointmentRecord
{
    public const string SeriesSystem = "urn:vagus:appointment-series";

    public static JsonObject Of(Booking booking, JsonObject? place, TimeSlot slot, string? series, DateTimeOffset createdAt)
    {
        var appointment = RecordParts.Resource("Appointment");
        if (series is not null)
            appointment["identifier"] = new JsonArray(new JsonObject { ["system"] = SeriesSystem, ["value"] = series });
        appointment["status"] = "booked";
        appointment.Put("appointmentType", booking.Type is { } type ? RecordParts.Words(type) : null);
        appointment.Put("reasonCode", booking.Reason is { } reason ? new JsonArray(RecordParts.Words(reason)) : null);
        appointment.Put("comment", booking.Comment);
        appointment["created"] = Instants.Write(createdAt);
        SetTime(appointment, slot);
        var participants = new JsonArray(
            TakingPart(RecordParts.Reference("Patient", booking.PatientId)),
            TakingPart(RecordParts.Reference("Practitioner", booking.ProviderId)));
        if (place is not null) participants.Add(TakingPart((JsonObject)place.DeepClone()));
        appointment["participant"] = participants;
        return appointment;
    }

    public static void SetTime(JsonObject appointment, TimeSlot slot)
    {
        appointment["start"] = Instants.Write(slot.Start);
        appointment["end"] = Instants.Write(slot.End);
        appointment["minutesDuration"] = slot.Minutes;
    }

    /// <summary>The first who takes part of this type becomes another one; the others stay.</summary>
    public static void SetActor(JsonObject appointment, string type, JsonObject actor)
    {
        var participants = appointment["participant"] as JsonArray ?? [];
        var there = participants.OfType<JsonObject>().FirstOrDefault(each => IsOf(each["actor"], type));
        if (there is not null) there["actor"] = actor.DeepClone();
        else participants.Add(TakingPart((JsonObject)actor.DeepClone()));
        appointment["participant"] = participants.DeepClone();
    }

    private static bool IsOf(JsonNode? actor, string type) =>
        ((string?)actor?["reference"])?.StartsWith($"{type}/", StringComparison.Ordinal) == true || (string?)actor?["type"] == type;

    private static JsonObject TakingPart(JsonObject actor) => new() { ["actor"] = actor, ["status"] = "accepted" };
}
