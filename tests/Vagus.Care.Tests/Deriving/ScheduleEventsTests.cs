using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

public sealed class ScheduleEventsTests
{
    private const string Appointment = """
        {"resourceType":"Appointment","id":"apt","status":"booked","start":"2026-03-09T15:30:00+01:00","end":"2026-03-09T16:00:00+01:00",
         "appointmentType":{"text":"Follow-up"},
         "participant":[{"actor":{"reference":"Patient/maya"}},{"actor":{"reference":"Practitioner/ruiz"}},{"actor":{"reference":"Location/r4","display":"Room 4"}}]}
        """;

    private readonly Clinic clinic = new();

    [Fact]
    public async Task A_new_appointment_tells_all_that_a_schedule_board_shows()
    {
        await clinic.Write(Resources.Maya, Resources.Ruiz);

        var told = await clinic.Write(Appointment);

        told.Is("appointment.created");
        Assert.Equal(
            new AppointmentCreated(
                "apt", "Appointment/apt/_history/1", "booked", "maya", "Maya Okafor", "ruiz", "Ana Ruiz",
                new(2026, 3, 9, 14, 30, 0, TimeSpan.Zero), new(2026, 3, 9, 15, 0, 0, TimeSpan.Zero), "Follow-up", "Room 4"),
            told.The<AppointmentCreated>());
    }

    [Fact]
    public async Task A_moved_appointment_is_updated()
    {
        await clinic.Write(Appointment);

        (await clinic.Write(Appointment.With("start", "\"2026-03-10T15:30:00+01:00\""))).Is("appointment.updated");
    }

    [Theory]
    [InlineData("cancelled", "appointment.cancelled")]
    [InlineData("noshow", "appointment.cancelled")]
    [InlineData("arrived", "appointment.checkedin")]
    [InlineData("checked-in", "appointment.checkedin")]
    [InlineData("fulfilled", "appointment.updated")]
    [InlineData("entered-in-error", "appointment.updated")]
    public async Task A_status_is_told_by_its_own_event_and_by_no_other(string status, string expected)
    {
        await clinic.Write(Appointment);

        (await clinic.Write(Appointment.Status(status))).Is(expected);
        (await clinic.Write(Appointment.Status(status))).IsNothing();
    }

    [Theory]
    [InlineData("cancelled", "noshow")]
    [InlineData("noshow", "cancelled")]
    public async Task A_cancelled_appointment_is_not_cancelled_again(string first, string then)
    {
        (await clinic.Write(Appointment.Status(first))).Is("appointment.created", "appointment.cancelled");

        (await clinic.Write(Appointment.Status(then))).Is("appointment.updated");
    }

    [Fact]
    public async Task A_patient_who_is_here_does_not_arrive_again()
    {
        await clinic.Write(Appointment.Status("arrived"));

        (await clinic.Write(Appointment.Status("checked-in"))).Is("appointment.updated");
    }

    [Fact]
    public async Task A_walk_in_is_created_and_checked_in_by_one_write() =>
        (await clinic.Write(Appointment.Status("arrived"))).Is("appointment.created", "appointment.checkedin");

    [Fact]
    public async Task An_appointment_entered_in_error_is_not_announced() =>
        (await clinic.Write(Appointment.Status("entered-in-error"))).IsNothing();

    [Fact]
    public async Task A_deleted_appointment_is_no_event_of_the_schedule()
    {
        await clinic.Write(Appointment);

        (await clinic.Delete("Appointment/apt")).IsNothing();
    }

    [Fact]
    public async Task An_encounter_in_progress_is_started_with_its_provider()
    {
        var told = await clinic.Write(Resources.Visit);

        told.Is("encounter.started");
        Assert.Equal(
            new EncounterStarted("maya", "Encounter/visit/_history/1", "visit", "in-progress", "AMB", "ruiz", "2026-03-09T14:30:00Z"),
            told.The<EncounterStarted>());
    }

    [Fact]
    public async Task An_encounter_goes_its_way_with_one_event_for_each_step()
    {
        (await clinic.Write(Resources.Visit.Status("planned"))).IsNothing();
        (await clinic.Write(Resources.Visit.Status("arrived"))).Is("encounter.updated");
        (await clinic.Write(Resources.Visit)).Is("encounter.started");
        (await clinic.Write(Resources.Visit)).IsNothing();
        (await clinic.Write(Resources.Visit.Status("onleave"))).Is("encounter.updated");
        (await clinic.Write(Resources.Visit)).Is("encounter.updated");
        (await clinic.Write(Resources.Visit.Status("finished"))).Is("encounter.completed");
        (await clinic.Write(Resources.Visit.Status("finished").With("priority", """{"text":"low"}"""))).Is("encounter.updated");
    }

    [Fact]
    public async Task An_encounter_that_was_written_down_afterwards_is_completed() =>
        (await clinic.Write(Resources.Visit.Status("finished"))).Is("encounter.completed");

    [Fact]
    public async Task An_encounter_of_nobody_tells_nothing() =>
        (await clinic.Write(Resources.Visit.Without("subject"))).IsNothing();

    [Fact]
    public async Task A_signature_on_an_encounter_signs_it_for_its_patient()
    {
        await clinic.Write(Resources.Ruiz, Resources.Visit);

        var told = await clinic.Write(Provenance("Encounter/visit/_history/1"));

        told.Is("encounter.signed");
        Assert.Equal(
            new EncounterSigned("maya", "Encounter/visit/_history/1", "visit", "ruiz", "2026-03-09T15:00:00Z"),
            told.The<EncounterSigned>());
        Assert.Equal("maya", told.PatientOf<EncounterSigned>());
    }

    [Fact]
    public async Task A_provenance_without_a_signature_signs_nothing()
    {
        await clinic.Write(Resources.Visit);

        (await clinic.Write(Provenance("Encounter/visit").Without("signature"))).IsNothing();
        (await clinic.Write(Provenance("Encounter/visit").With("signature", "[]").Named("other"))).IsNothing();
        (await clinic.Write(Provenance("Encounter/unknown").Named("third"))).IsNothing();
    }

    private static string Provenance(string target) =>
        $$$"""
        {"resourceType":"Provenance","id":"prov","target":[{"reference":"{{{target}}}"}],
         "signature":[{"when":"2026-03-09T15:00:00Z","who":{"reference":"Practitioner/ruiz"} }]}
        """;
}
