using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>One appointment of the day: who sees whom, and when.</summary>
internal sealed record Booking(int Number, string Id, Person Patient, StaffMember Provider, DateTimeOffset Start, int Minutes);

/// <summary>The day's schedule: every provider is booked in half hours from eight to five, with a lunch break.</summary>
internal static class Appointments
{
    private const int SlotMinutes = 30;

    private static readonly IReadOnlyList<Code> Kinds =
    [
        Code.Hl7("v2-0276", "ROUTINE", "Routine appointment"),
        Code.Hl7("v2-0276", "FOLLOWUP", "A follow up visit from a previous appointment"),
        Code.Hl7("v2-0276", "CHECKUP", "A routine check-up, such as an annual physical"),
    ];

    private static readonly Code WalkIn = Code.Hl7("v2-0276", "WALKIN", "A previously unscheduled walk-in visit");

    /// <summary>Bookings in the order in which they begin. A patient has at most one.</summary>
    public static IReadOnlyList<Booking> OfTheDay(Clinic clinic)
    {
        var patients = clinic.Dice($"day/{Fhir.Date(clinic.Date)}").PickSome(clinic.Patients, clinic.Patients.Count * 4 / 5);
        var places = Slots(clinic).SelectMany(_ => clinic.Providers, (start, provider) => (start, provider));
        return [.. patients.Zip(places, (patient, place) => (patient, place)).Select((pair, number) =>
            new Booking(number, IdOf(clinic, number), pair.patient, pair.place.provider, pair.place.start, SlotMinutes))];
    }

    public static IReadOnlyList<Transaction> Write(Clinic clinic)
    {
        var booked = OfTheDay(clinic).Select(booking => Appointment(clinic, booking, walkIn: false)).ToList();
        return booked.Count == 0 ? [] : [new Transaction($"appointments {Fhir.Date(clinic.Date)}", booked)];
    }

    public static JsonObject Appointment(Clinic clinic, Booking booking, bool walkIn)
    {
        var appointment = Fhir.Resource("Appointment", booking.Id);
        appointment["status"] = "booked";
        appointment["appointmentType"] = Fhir.Concept(walkIn ? WalkIn : clinic.Dice($"appointment/{booking.Id}").Pick(Kinds));
        appointment["description"] = "Clinic visit";
        appointment["start"] = Fhir.Time(booking.Start);
        appointment["end"] = Fhir.Time(booking.Start.AddMinutes(booking.Minutes));
        appointment["minutesDuration"] = booking.Minutes;
        appointment["created"] = Fhir.Time(walkIn ? booking.Start.AddMinutes(-20) : clinic.Today.AddDays(-7));
        appointment["participant"] = Fhir.List(
            Participant(booking.Patient.Reference),
            Participant(booking.Provider.Reference),
            Participant(Places.Room(clinic, booking.Patient.Number)));
        return appointment;
    }

    public static string IdOf(Clinic clinic, int number) => clinic.Id($"day/{Fhir.Date(clinic.Date)}/appointment/{number}");

    private static IEnumerable<DateTimeOffset> Slots(Clinic clinic) =>
        Enumerable.Range(0, 18).Where(slot => slot is not (8 or 9)).Select(slot => clinic.Today.AddHours(8).AddMinutes(slot * SlotMinutes));

    private static JsonObject Participant(JsonObject actor) =>
        new() { ["actor"] = actor, ["required"] = "required", ["status"] = "accepted" };
}
