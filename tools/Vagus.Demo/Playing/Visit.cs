using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Playing;

/// <summary>A booked visit that is about to happen: its scene and the ways to say who does what at which minute.</summary>
internal sealed record Visit(Scene Scene, Booking Booking, Episode Episode)
{
    private static readonly string[] Waiting = ["booked", "pending", "proposed"];

    public static Visit Of(Clinic clinic, Booking booking, Episode episode)
    {
        var path = $"day/{Fhir.Date(clinic.Date)}/visit/{booking.Number}";
        return new Visit(new Scene(clinic, booking.Patient, booking.Provider, path, booking.Start), booking, episode);
    }

    public Actor Provider => new("provider", Booking.Provider.Email);

    public Scene At(int minute) => Scene.Later(TimeSpan.FromMinutes(minute));

    public Step Write(int minute, string role, string[] events, Func<Scene, IEnumerable<JsonObject>> resources) =>
        new(At(minute).At, Who(role), events, new Write([.. resources(At(minute))]));

    public Step Do(int minute, string role, string[] events, Act act) => new(At(minute).At, Who(role), events, act);

    /// <summary>The whole visit, from the waiting room to the payer's answer.</summary>
    public IEnumerable<Step> Steps() => Episode switch
    {
        Episode.NoShow => [Leave(20, "noshow")],
        Episode.Cancelled => [Leave(-25, "cancelled")],
        Episode.Rescheduled => [Do(-30, "front_desk", ["appointment.updated"], Alter.Reschedule(Booking, Booking.Start.AddDays(1)))],
        _ => [.. Arrive(), .. Episodes.Steps(this), .. Finish(), .. Bill()],
    };

    private Actor Who(string role) => role == "provider" ? Provider : new Actor(role);

    private Step Leave(int minute, string status) => Do(minute, "front_desk", ["appointment.cancelled"],
        Alter.Status("Appointment", Booking.Id, Waiting, status, appointment => appointment["cancelationReason"] =
            Fhir.Concept(Code.Hl7("appointment-cancellation-reason", "pat", "Patient"))));

    private IEnumerable<Step> Arrive()
    {
        var early = Scene.Dice("arrival").Between(3, 14);
        yield return Do(-early, "front_desk", ["appointment.checkedin"], Workflow.CheckIn(this, Waiting));
        yield return Write(0, "medical_assistant", ["encounter.started"], scene => [Visits.Begun(scene, Booking.Id)]);
        yield return Write(4, "nurse", ["encounter.vitals.recorded"], Vitals.Take);
        yield return Write(
            9, "provider", [], scene => [Problems.Continuing(scene, scene.Dice("diagnosis").Pick(Problems.Lasting), "diagnosis")]);
        yield return Do(10, "provider", ["encounter.updated"], Alter.Diagnosis(Scene));
    }

    private IEnumerable<Step> Finish()
    {
        yield return Do(25, "provider", ["encounter.completed"],
            Alter.Status(
                "Encounter", Scene.EncounterId, ["arrived", "triaged", "in-progress"], "finished", encounter =>
                encounter["period"] = Fhir.Period(Scene.At, At(25).At)));
        yield return Do(27, "front_desk", ["appointment.updated"],
            Alter.Status("Appointment", Booking.Id, ["arrived", "checked-in"], "fulfilled"));
        yield return Do(40, "provider", ["encounter.signed"],
            new Call($"api/encounters/{Scene.EncounterId}/sign", [Signature.Under(At(40), "encounter", $"Encounter/{Scene.EncounterId}")]));
    }

    private IEnumerable<Step> Bill()
    {
        var paid = Episode != Episode.ClaimDenied;
        yield return Write(55, "billing", ["claim.created"], scene => [Claims.Write(scene, "draft")]);
        yield return Do(62, "billing", ["claim.updated"], Alter.ClaimDiagnosis(Scene));
        yield return Do(70, "billing", ["claim.submitted", "claim.status_changed"],
            Alter.Status("Claim", Scene.Id("claim"), ["draft"], "active"));
        yield return Write(115, "service", [paid ? "claim.paid" : "claim.denied"], scene => [Claims.Answer(scene, paid)]);
        if (!paid) yield break;

        yield return Write(120, "billing", ["payment.received"], scene => [Claims.PaymentNotice(scene)]);
        yield return Write(122, "billing", ["patient.balance_changed"], scene => [Claims.PatientBill(scene)]);
    }
}
