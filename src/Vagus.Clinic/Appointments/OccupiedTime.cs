using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>An appointment that is in the way.</summary>
/// <param name="Asked">The slot that cannot be had.</param>
/// <param name="With">Who or what is taken: <c>provider</c> or <c>location</c>.</param>
/// <param name="AppointmentId">The appointment that takes it.</param>
/// <param name="Taken">When that is.</param>
internal sealed record Overlap(TimeSlot Asked, string With, string AppointmentId, TimeSlot Taken);

/// <summary>
/// Who is booked when. It is asked within the turn that books: the tenant's head is held then, so that of two bookings at once the second
/// sees the first. Appointments that the caller does not see count too.
/// </summary>
internal static class OccupiedTime
{
    /// <summary>R4 searches appointments by their start: those that began earlier than this are not looked at.</summary>
    private static readonly TimeSpan LongestTaken = TimeSpan.FromDays(7);

    private const int MostLookedAt = 1_000;

    /// <summary>The appointments of the provider, and at the place, that overlap the slot.</summary>
    /// <param name="turn">The turn that books.</param>
    /// <param name="asked">The slot.</param>
    /// <param name="provider">The id of the Practitioner; null: not asked.</param>
    /// <param name="place">The reference to the place; null: none.</param>
    /// <param name="except">The appointment that is moved.</param>
    public static async ValueTask<Result<IReadOnlyList<Overlap>>> Find(
        RecordTurn turn, TimeSlot asked, string? provider, JsonNode? place, string? except = null)
    {
        var overlaps = new List<Overlap>();
        if (provider is not null)
        {
            var taken = await Find(turn, asked, $"actor=Practitioner/{provider}", "provider", except);
            if (taken.Refusal is { } refusal) return refusal;
            overlaps.AddRange(taken.Value);
        }

        if (place is not null)
        {
            var taken = await Find(turn, asked, Places.SearchOf(place), "location", except);
            if (taken.Refusal is { } refusal) return refusal;
            overlaps.AddRange(taken.Value);
        }

        return overlaps;
    }

    /// <summary>The same for who takes part in an appointment.</summary>
    public static ValueTask<Result<IReadOnlyList<Overlap>>> OfAppointment(
        RecordTurn turn, TimeSlot asked, JsonObject appointment, string except)
    {
        var actors = (appointment["participant"] as JsonArray ?? []).Select(each => each?["actor"]).ToList();
        var provider = actors.Select(actor => (string?)actor?["reference"])
            .FirstOrDefault(reference => reference?.StartsWith("Practitioner/", StringComparison.Ordinal) == true);
        var place = actors.Find(actor =>
            (string?)actor?["type"] == "Location"
            || ((string?)actor?["reference"])?.StartsWith("Location/", StringComparison.Ordinal) == true);
        return Find(turn, asked, provider?.Split('/')[1], place, except);
    }

    private static async ValueTask<Result<IReadOnlyList<Overlap>>> Find(
        RecordTurn turn, TimeSlot asked, string who, string with, string? except)
    {
        var (from, to) = (Instants.Write(asked.Start - LongestTaken), Instants.Write(asked.End));
        var found = await turn.Decide(
            "Appointment", $"{who}&status={AppointmentStatus.Occupying}&date=gt{from}&date=lt{to}", MostLookedAt);
        if (found.Refusal is { } refusal) return refusal;
        return found.Value.Where(record => record.Id != except)
            .Select(record => (record.Id, Slot: SlotOf(record)))
            .Where(taken => taken.Slot is { } slot && slot.Overlaps(asked))
            .Select(taken => new Overlap(asked, with, taken.Id, taken.Slot ?? asked)).ToList();
    }

    /// <summary>Null where it has no start. Without an end it lasts as long as it says, or as long as appointments do.</summary>
    public static TimeSlot? SlotOf(FhirRecord appointment)
    {
        if (appointment.Json.Instant("start") is not { } start) return null;
        var minutes = (double)(appointment.Json.Number("minutesDuration") ?? TimeSlot.DefaultMinutes);
        return new TimeSlot(start, appointment.Json.Instant("end") ?? start.AddMinutes(minutes));
    }
}
