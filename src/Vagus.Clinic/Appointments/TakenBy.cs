using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Fhir.Records;

namespace Vagus.Clinic.Appointments;

/// <summary>When an appointment takes whose time. Pure.</summary>
internal static class TakenBy
{
    /// <summary>
    /// The names of the provider and the place: <c>Practitioner/1</c>, <c>PractitionerRole/3</c>, <c>Location/2</c>, or that of a room
    /// without a record.
    /// </summary>
    public static IEnumerable<string> Actors(JsonElement appointment) => appointment.Items("participant")
        .Where(participant => participant.Text("status") != "declined")
        .Select(participant => participant.Child("actor") is { } actor ? NameOf(actor) : null).OfType<string>()
        .Distinct(StringComparer.Ordinal);

    /// <summary>True where the status means that the time is taken.</summary>
    public static bool IsTaken(JsonElement appointment) =>
        AppointmentStatus.Of(appointment) is { } status && AppointmentStatus.IsOccupying(status);

    /// <summary>Null where it has no start. Without an end it lasts as long as it says, or as long as appointments do.</summary>
    public static TimeSlot? SlotOf(JsonElement appointment)
    {
        if (appointment.Instant("start") is not { } start) return null;
        var minutes = (double)Math.Clamp(appointment.Number("minutesDuration") ?? TimeSlot.DefaultMinutes, 1, MostMinutes);
        var end = appointment.Instant("end") ?? start.AddMinutes(minutes);
        return end > start ? new TimeSlot(start, end) : null;
    }

    public static TimeSlot? SlotOf(FhirRecord appointment) => SlotOf(appointment.Json);

    public static bool IsPlace(string actor) =>
        !actor.StartsWith("Practitioner/", StringComparison.Ordinal) && !actor.StartsWith("PractitionerRole/", StringComparison.Ordinal);

    private static string? NameOf(JsonElement actor)
    {
        if (actor.IdOf("Practitioner") is { } provider) return $"Practitioner/{provider}";
        if (actor.IdOf("PractitionerRole") is { } role) return $"PractitionerRole/{role}";
        if (actor.IdOf("Location") is { } place) return $"Location/{place}";
        return actor.Child("identifier") is { } identifier && identifier.Text("system") == Places.NameSystem
            ? $"{Places.NameSystem}|{identifier.Text("value")}" : null;
    }

    private const decimal MostMinutes = 60 * 24 * 366;
}
