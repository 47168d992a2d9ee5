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
/// <c>POST /api/appointments</c>: one appointment, or a series that is booked whole or not at all. What is in the way is told with its
/// dates.
/// </summary>
internal sealed class BookAppointment(FhirRecords records, ClinicZone zones)
{
    public async Task<IResult> Answer(HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, Booking.Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var booking = Booking.Of(body.Value);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        var zone = await zones.Of(call.Caller.Tenant, call.Cancel);
        var slots = booking.SlotsIn(zone);
        if (slots.Refusal is { } unclear) return Answers.Refuse(unclear);
        var booked = await Book(call, booking, slots.Value, zone);
        if (booked.Refusal is { } refused) return Answers.Refuse(refused);
        return booking.Repeat is null
            ? Answers.Created<AppointmentView>(http, booked.Value[0])
            : Answers.Json(http, new AppointmentSeries(booked.Value[0].SeriesId, booked.Value), StatusCodes.Status201Created);
    }

    private static async ValueTask<Result<IReadOnlyList<AppointmentView>>> Book(
        RecordCall call, Booking booking, IReadOnlyList<TimeSlot> slots, DateTimeZone zone)
    {
        IReadOnlyList<Overlap> overlaps = [];
        var booked = await call.Write<IReadOnlyList<AppointmentView>>(async turn =>
        {
            overlaps = [];
            var people = await NamedInBody.Read(turn, booking.PatientId, booking.ProviderId);
            if (people.Refusal is { } unknown) return unknown;
            var place = await Places.Find(turn, booking.Location);
            if (place.Refusal is { } nowhere) return nowhere;
            if (!booking.AllowsOverlap)
            {
                var taken = await Taken(new OccupiedTime(turn, call.Caller.Tenant), slots, ActorsOf(booking, place.Value));
                if (taken.Refusal is { } refusal) return refusal;
                overlaps = taken.Value;
                if (overlaps.Count > 0) return TellOverlap.Refused;
            }

            return await Create(turn, booking, slots, place.Value, people.Value);
        });
        return overlaps.Count > 0 ? await TellOverlap.Run(call, overlaps, zone) : booked;
    }

    private static async ValueTask<Result<IReadOnlyList<Overlap>>> Taken(
        OccupiedTime time, IReadOnlyList<TimeSlot> slots, IReadOnlyList<string> actors)
    {
        var overlaps = new List<Overlap>();
        foreach (var slot in slots)
        {
            var taken = await time.Find(slot, actors);
            if (taken.Refusal is { } refusal) return refusal;
            overlaps.AddRange(taken.Value);
        }

        return overlaps;
    }

    private static List<string> ActorsOf(Booking booking, JsonObject? place) =>
        [.. TakenBy.Actors(JsonSerializer.SerializeToElement(AppointmentRecord.Of(booking, place, default, series: null, default)))];

    private static async ValueTask<Result<IReadOnlyList<AppointmentView>>> Create(
        RecordTurn turn, Booking booking, IReadOnlyList<TimeSlot> slots, JsonObject? place, NamesOfRecords names)
    {
        var series = booking.Repeat is null ? null : turn.NewId();
        var views = new List<AppointmentView>();
        foreach (var slot in slots)
        {
            var created = await turn.Create(AppointmentRecord.Of(booking, place, slot, series, turn.At));
            if (created.Refusal is { } refusal) return refusal;
            views.Add(AppointmentView.Of(created.Value, names));
        }

        return views;
    }
}

/// <summary>The appointments of one series, in their order.</summary>
internal sealed record AppointmentSeries(string? SeriesId, IReadOnlyList<AppointmentView> Items);
