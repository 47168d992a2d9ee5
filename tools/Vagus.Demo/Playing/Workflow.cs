using System.Text.Json.Nodes;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Playing;

/// <summary>What the front desk does over the workflow API, and the Appointment that a server without it gets.</summary>
internal static class Workflow
{
    /// <summary>The patient is here.</summary>
    public static Call CheckIn(Visit visit, string[] waiting) =>
        new($"api/appointments/{visit.Booking.Id}/status", [], new JsonObject { ["status"] = "arrived" })
        {
            OtherwiseChange = Alter.Status("Appointment", visit.Booking.Id, waiting, "arrived"),
        };

    /// <summary>Two weeks later, at the same hour. A time that is taken is left to another day's call.</summary>
    public static Step FollowUp(Visit visit)
    {
        var again = visit.Booking with { Id = visit.Scene.Id("follow-up"), Start = visit.Booking.Start.AddDays(14) };
        var body = new JsonObject
        {
            ["patientId"] = again.Patient.Id,
            ["providerId"] = again.Provider.Id,
            ["start"] = Fhir.Time(again.Start),
            ["durationMinutes"] = again.Minutes,
            ["type"] = "Follow-up",
        };
        var otherwise = Appointments.Appointment(visit.Scene.Clinic, again, walkIn: false);
        return visit.Do(30, "front_desk", ["appointment.created"], new Call("api/appointments", [otherwise], body));
    }
}
