using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Playing;

/// <summary>The script of one clinic day: every visit's steps and the walk-ins between them, in the order of the clock.</summary>
internal static class DayPlan
{
    private const int WalkIns = 2;

    /// <summary>The catalogue events that a day of at least <see cref="Episode"/>'s length in bookings gives rise to: all of them.</summary>
    public static readonly IReadOnlyList<string> Covers =
    [
        "patient.created", "patient.updated", "patient.allergy.added", "patient.allergy.removed", "patient.insurance_verified",
            "patient.balance_changed",
        "appointment.created", "appointment.updated", "appointment.cancelled", "appointment.checkedin",
        "encounter.started", "encounter.updated", "encounter.completed", "encounter.signed", "encounter.vitals.recorded",
        "lab.order.created", "lab.result.available", "lab.critical.alert", "lab.critical.corrected",
            "lab.result.viewed",
        "radiology.order.created", "radiology.image.uploaded", "radiology.study.complete", "radiology.report.finalized",
            "radiology.critical.alert",
        "pharmacy.medication.prescribed", "pharmacy.medication.dispensed", "pharmacy.interaction.alert",
            "pharmacy.allergy.contraindication",
        "biopsy.created", "biopsy.updated", "biopsy.result_received", "biopsy.reviewed",
        "claim.created", "claim.updated", "claim.status_changed", "claim.submitted", "claim.denied", "claim.paid", "payment.received",
        "prior_auth.status_changed", "prior_auth.approved", "prior_auth.denied",
        "alert.raised", "alert.acknowledged", "alert.escalated", "alert.resolved", "notification.critical", "notification.sent",
        "thread.created", "thread.updated", "thread.closed", "thread.reopened", "message.sent", "message.read", "message.retracted",
            "note.added",
        "resource.created", "resource.updated", "resource.deleted",
    ];

    public static IReadOnlyList<Step> Of(Clinic clinic)
    {
        var visits = Appointments.OfTheDay(clinic).Select(booking => Visit.Of(clinic, booking, EpisodeOf(clinic, booking)));
        return [.. visits.SelectMany(visit => visit.Steps()).Concat(WalkInSteps(clinic)).OrderBy(step => step.At)];
    }

    private static Episode EpisodeOf(Clinic clinic, Booking booking)
    {
        var all = Enum.GetValues<Episode>();
        return booking.Number < all.Length ? all[booking.Number] : clinic.Dice($"appointment/{booking.Id}/episode").Pick(all);
    }

    private static IEnumerable<Step> WalkInSteps(Clinic clinic)
    {
        for (var number = 0; number < WalkIns; number++)
        {
            // Numbers apart from those of the loaded patients, and different ones each day.
            var person = People.Draw(clinic, 100_000 + (clinic.Date.DayNumber * WalkIns) + number);
            var start = clinic.Today.AddHours(10).AddMinutes(15 + (number * 240));
            var booking = new Booking(
                10_000 + number, Appointments.IdOf(clinic, 10_000 + number), person, person.Provider, start, Minutes: 15);
            var visit = Visit.Of(clinic, booking, Episode.Routine);
            yield return visit.Write(
                -22, "front_desk", ["patient.created"], _ => [People.Write(clinic, person), Cover.Write(clinic, person)]);
            yield return visit.Write(
                -20, "front_desk", ["appointment.created"], _ => [Appointments.Appointment(clinic, booking, walkIn: true)]);
            foreach (var step in visit.Steps()) yield return step;
        }
    }
}
