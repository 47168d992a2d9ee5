using Vagus.Access.Policies;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Access.Tests.Policies;

public sealed class EventVisibilityTests
{
    private static readonly PatientId Own = new("p1");
    private static readonly PatientId Other = new("p2");

    // One letter per role: p provider, n nurse, m medical assistant, a admin, f front desk, b billing, l lab, r radiology, h pharmacy, s service.
    // Patients and drivers see nothing by type alone and have tests of their own.
    private static readonly (char Letter, Role Role)[] Letters =
    [
        ('p', Role.Provider), ('n', Role.Nurse), ('m', Role.MedicalAssistant), ('a', Role.Admin), ('f', Role.FrontDesk), ('b', Role.Billing),
        ('l', Role.Lab), ('r', Role.Radiology), ('h', Role.Pharmacy), ('s', Role.Service),
    ];

    public static TheoryData<string, string> Table => new()
    {
        { "patient.created", "pnmafs" },
        { "patient.updated", "pnmafs" },
        { "patient.allergy.added", "pnmahs" },
        { "patient.allergy.removed", "pnmahs" },
        { "patient.insurance_verified", "pnmafbs" },
        { "patient.balance_changed", "afbs" },
        { "appointment.created", "pnmafbs" },
        { "appointment.updated", "pnmafbs" },
        { "appointment.cancelled", "pnmafbs" },
        { "appointment.checkedin", "pnmafbs" },
        { "encounter.started", "pnmafs" },
        { "encounter.updated", "pnmas" },
        { "encounter.completed", "pnmafs" },
        { "encounter.signed", "pnmas" },
        { "encounter.vitals.recorded", "pnmas" },
        { "lab.order.created", "pnmals" },
        { "lab.result.available", "pnmals" },
        { "lab.critical.alert", "pnmals" },
        { "lab.result.viewed", "pnmals" },
        { "radiology.order.created", "pnmars" },
        { "radiology.image.uploaded", "pnmars" },
        { "radiology.study.complete", "pnmars" },
        { "radiology.report.finalized", "pnmars" },
        { "radiology.critical.alert", "pnmars" },
        { "pharmacy.medication.prescribed", "pnmahs" },
        { "pharmacy.medication.dispensed", "pnmahs" },
        { "pharmacy.interaction.alert", "pnmahs" },
        { "pharmacy.allergy.contraindication", "pnmahs" },
        { "biopsy.created", "pnmals" },
        { "biopsy.updated", "pnmals" },
        { "biopsy.result_received", "pnmals" },
        { "biopsy.reviewed", "pnmals" },
        { "claim.created", "abs" },
        { "claim.updated", "abs" },
        { "claim.status_changed", "abs" },
        { "claim.submitted", "abs" },
        { "claim.denied", "abs" },
        { "claim.paid", "abs" },
        { "payment.received", "abs" },
        { "prior_auth.status_changed", "abs" },
        { "prior_auth.approved", "abs" },
        { "prior_auth.denied", "abs" },
        { "thread.created", "pnmafs" },
        { "thread.updated", "pnmafs" },
        { "thread.closed", "pnmafs" },
        { "thread.reopened", "pnmafs" },
        { "message.sent", "pnmas" },
        { "message.read", "pnmas" },
        { "message.retracted", "pnmas" },
        { "note.added", "pnma" },
        { "alert.raised", "pnmas" },
        { "alert.acknowledged", "pnmas" },
        { "alert.escalated", "pnmas" },
        { "alert.resolved", "pnmas" },
        { "unheard.of", "" },
        { "patient", "" },
        { "note.added.twice", "" },
        { "notes", "" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_role_sees_exactly_its_types(string type, string seenBy)
    {
        foreach (var (letter, role) in Letters)
        {
            Assert.True(seenBy.Contains(letter) == EventVisibility.Sees(CallerOf(role), type, Own, sensitive: false), $"{role} and {type}");
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Sensitive_records_need_the_permission_as_well(string type, string seenBy)
    {
        foreach (var (letter, role) in Letters)
        {
            Assert.False(EventVisibility.Sees(CallerOf(role), type, Own, sensitive: true), $"{role} and {type}");
            Assert.Equal(seenBy.Contains(letter), EventVisibility.Sees(CallerOf(role) with { SeesSensitive = true }, type, Own, sensitive: true));
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void A_patient_sees_of_others_nothing_at_all(string type, string seenBy)
    {
        var everything = new EventFacts(type) { Patient = Other, Released = true, Participants = [new UserId("u")], ResourceType = "Observation" };

        Assert.NotNull(seenBy);
        Assert.False(EventVisibility.Sees(CallerOf(Role.Patient), everything));
        Assert.False(EventVisibility.Sees(CallerOf(Role.Patient), everything with { Patient = null }));
    }

    [Theory]
    [InlineData("appointment.created", true)]
    [InlineData("appointment.cancelled", true)]
    [InlineData("lab.result.available", false)]
    [InlineData("lab.critical.alert", false)]
    [InlineData("lab.result.viewed", false)]
    [InlineData("patient.updated", false)]
    [InlineData("patient.balance_changed", false)]
    [InlineData("encounter.started", false)]
    [InlineData("thread.created", false)]
    [InlineData("message.sent", false)]
    [InlineData("note.added", false)]
    [InlineData("claim.paid", false)]
    [InlineData("alert.raised", false)]
    public void A_patient_sees_its_own_appointments_by_type_alone(string type, bool sees) =>
        Assert.Equal(sees, EventVisibility.Sees(CallerOf(Role.Patient), type, Own, sensitive: false));

    [Theory]
    [InlineData("lab.result.available", true)]
    [InlineData("radiology.report.finalized", true)]
    [InlineData("biopsy.result_received", true)]
    [InlineData("lab.critical.alert", false)]
    [InlineData("radiology.critical.alert", false)]
    [InlineData("lab.order.created", false)]
    public void A_patient_sees_released_results(string type, bool sees) =>
        Assert.Equal(sees, EventVisibility.Sees(CallerOf(Role.Patient), new EventFacts(type) { Patient = Own, Released = true }));

    [Fact]
    public void A_patient_sees_threads_that_it_takes_part_in_and_no_staff_thread_about_it()
    {
        var thread = new EventFacts("message.sent") { Patient = Own, Participants = [new UserId("u"), new UserId("nurse")] };

        Assert.True(EventVisibility.Sees(CallerOf(Role.Patient), thread));
        Assert.False(EventVisibility.Sees(CallerOf(Role.Patient), thread with { Participants = [new UserId("nurse")] }));
        Assert.False(EventVisibility.Sees(CallerOf(Role.Patient), thread with { Type = "note.added" }));
    }

    [Theory]
    [InlineData("thread.created", true, true)]
    [InlineData("message.sent", true, true)]
    [InlineData("thread.created", false, false)]
    [InlineData("note.added", true, false)]
    [InlineData("appointment.created", true, false)]
    [InlineData("patient.updated", true, false)]
    public void A_driver_sees_only_threads_that_it_takes_part_in(string type, bool takesPart, bool sees)
    {
        var facts = new EventFacts(type) { Patient = Own, Participants = takesPart ? [new UserId("u")] : [new UserId("other")] };

        Assert.Equal(sees, EventVisibility.Sees(CallerOf(Role.Driver), facts));
    }

    [Fact]
    public void A_driver_sees_its_own_tasks_and_no_other_resource()
    {
        var own = new EventFacts("resource.updated") { ResourceType = "Task", Participants = [new UserId("u")] };

        Assert.True(EventVisibility.Sees(CallerOf(Role.Driver), own));
        Assert.False(EventVisibility.Sees(CallerOf(Role.Driver), own with { Participants = null }));
        Assert.False(EventVisibility.Sees(CallerOf(Role.Driver), own with { ResourceType = "Patient" }));
    }

    [Theory]
    [InlineData(Role.Nurse, "Claim", false)]
    [InlineData(Role.Nurse, "Observation", true)]
    [InlineData(Role.Billing, "Observation", false)]
    [InlineData(Role.Billing, "Claim", true)]
    [InlineData(Role.FrontDesk, "AllergyIntolerance", false)]
    [InlineData(Role.FrontDesk, "Appointment", true)]
    [InlineData(Role.Lab, "Specimen", true)]
    [InlineData(Role.Lab, "ImagingStudy", false)]
    [InlineData(Role.Radiology, "ImagingStudy", true)]
    [InlineData(Role.Pharmacy, "MedicationRequest", true)]
    [InlineData(Role.Pharmacy, "Encounter", false)]
    [InlineData(Role.Patient, "Observation", true)]
    [InlineData(Role.Patient, "Communication", false)]
    [InlineData(Role.Service, "Claim", true)]
    public void A_change_of_a_resource_is_seen_by_who_may_read_it(Role role, string type, bool sees)
    {
        var change = new EventFacts("resource.updated") { Patient = Own, ResourceType = type };

        Assert.Equal(sees, EventVisibility.Sees(CallerOf(role), change));
        Assert.False(EventVisibility.Sees(CallerOf(role), change with { ResourceType = null }));
    }

    [Fact]
    public void Every_event_of_the_catalogue_has_its_row()
    {
        var rows = Table.Select(row => row.Data.Item1).ToHashSet(StringComparer.Ordinal);

        Assert.All(EventCatalogue.All, type => Assert.True(type.Name.StartsWith("resource.", StringComparison.Ordinal) || rows.Contains(type.Name), type.Name));
    }

    internal static Caller CallerOf(Role role) => new(new TenantId("north"), new UserId("u"), role, new SessionId("s"))
    {
        OwnPatients = role == Role.Patient ? [Own] : [],
    };
}
