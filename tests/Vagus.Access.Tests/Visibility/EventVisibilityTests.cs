using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Access.Tests.Visibility;

public sealed class EventVisibilityTests
{
    private static readonly PatientId Own = new("p1");
    private static readonly PatientId Other = new("p2");

    // One letter per role: p provider, n nurse, m medical assistant, a admin, f front desk, b billing, l lab, r radiology, h pharmacy, s
    // service. Patients and drivers see nothing by type alone and have tests of their own.
    private static readonly (char Letter, Role Role)[] Letters =
    [
        ('p', Role.Provider), ('n', Role.Nurse), ('m', Role.MedicalAssistant), ('a', Role.Admin), ('f', Role.FrontDesk),
            ('b', Role.Billing),
        ('l', Role.Lab), ('r', Role.Radiology), ('h', Role.Pharmacy), ('s', Role.Service),
    ];

    public static TheoryData<string, string> Table => new()
    {
        { "patient.created", "pnmafs" },
        { "patient.updated", "pnmafs" },
        { "patient.allergy.added", "pnmahs" },
        { "patient.allergy.removed", "pnmahs" },
        { "patient.insurance_verified", "pnmafbs" },
        { "patient.balance_changed", "abs" },
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
        { "lab.critical.corrected", "pnmals" },
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
        { "prior_auth.status_changed", "pnmafbs" },
        { "prior_auth.approved", "pnmafbs" },
        { "prior_auth.denied", "pnmafbs" },
        { "thread.created", "pnmaf" },
        { "thread.updated", "pnmaf" },
        { "thread.closed", "pnmaf" },
        { "thread.reopened", "pnmaf" },
        { "message.sent", "pnmaf" },
        { "message.read", "pnmaf" },
        { "message.retracted", "pnmaf" },
        { "note.added", "pnmaf" },
        { "alert.raised", "pnmas" },
        { "alert.acknowledged", "pnmas" },
        { "alert.escalated", "pnmas" },
        { "alert.resolved", "pnmas" },
        { "notification.sent", "" },
        { "notification.critical", "" },
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
            Assert.True(seenBy.Contains(letter) == Sees(CallerOf(role), FactsOf(type)), $"{role} and {type}");
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void An_event_needs_the_permission_for_each_category_that_it_holds_something_of(string type, string seenBy)
    {
        foreach (var (letter, role) in Letters)
        {
            var caller = CallerOf(role) with { SeesLabels = Sensitivity.Hiv | Sensitivity.Restricted };
            bool Told(Sensitivity labels) => Sees(caller, FactsOf(type) with { Labels = labels });

            Assert.Equal(seenBy.Contains(letter), Told(Sensitivity.Hiv | Sensitivity.Restricted));
            Assert.False(Told(Sensitivity.Hiv | Sensitivity.MentalHealth), $"{role} and {type}");
            Assert.False(Told(Sensitivity.All), $"{role} and {type}");
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Sensitive_records_need_the_permission_as_well(string type, string seenBy)
    {
        foreach (var (letter, role) in Letters)
        {
            Assert.False(Sees(CallerOf(role), FactsOf(type) with { Labels = Sensitivity.Restricted }), $"{role} and {type}");
            Assert.Equal(
                seenBy.Contains(letter),
                Sees(CallerOf(role) with { SeesLabels = Sensitivity.All }, FactsOf(type) with { Labels = Sensitivity.Restricted }));
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void A_patient_sees_of_others_nothing_at_all(string type, string seenBy)
    {
        var everything = FactsOf(type) with { Patients = [Other], ResourceType = "Observation" };

        Assert.NotNull(seenBy);
        Assert.False(Sees(CallerOf(Role.Patient), everything));
        Assert.False(Sees(CallerOf(Role.Patient), everything with { Patients = [] }));
    }

    [Theory]
    [InlineData("appointment.created", true)]
    [InlineData("appointment.cancelled", true)]
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
        Assert.Equal(sees, Sees(CallerOf(Role.Patient), FactsOf(type)));

    [Theory]
    [InlineData("lab.result.available", true)]
    [InlineData("radiology.report.finalized", true)]
    [InlineData("biopsy.result_received", true)]
    [InlineData("lab.critical.alert", false)]
    [InlineData("radiology.critical.alert", false)]
    [InlineData("lab.order.created", false)]
    public void A_patient_sees_released_results(string type, bool sees)
    {
        Assert.Equal(sees, Sees(CallerOf(Role.Patient), FactsOf(type)));
        Assert.False(Sees(CallerOf(Role.Patient), FactsOf(type) with { Released = false }));
    }

    [Fact]
    public void A_patient_sees_threads_that_it_takes_part_in_and_no_staff_thread_about_it()
    {
        var thread = new EventFacts("message.sent") { Patients = [Own], Participation = new("patient", null, ["u", "nurse"]) };

        Assert.True(Sees(CallerOf(Role.Patient), thread));
        Assert.False(Sees(CallerOf(Role.Patient), thread with { Participation = new("staff", null, ["nurse"]) }));
        Assert.False(Sees(CallerOf(Role.Patient), thread with { Type = "note.added" }));
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
        var facts = FactsOf(type) with { Participation = new("patient", null, takesPart ? ["u"] : ["other"]) };

        Assert.Equal(sees, Sees(CallerOf(Role.Driver), facts));
    }

    [Fact]
    public void A_driver_sees_its_own_tasks_and_no_other_resource()
    {
        var own = new EventFacts("resource.updated") { ResourceType = "Task", Participation = new(null, null, ["Practitioner/d1"]) };
        var driver = CallerOf(Role.Driver) with { Practitioner = "d1" };

        Assert.True(Sees(driver, own));
        Assert.False(Sees(CallerOf(Role.Driver), own));
        Assert.False(Sees(driver, own with { Participation = null }));
        Assert.False(Sees(driver, own with { ResourceType = "Patient" }));
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
        var change = new EventFacts("resource.updated") { Patients = [Own], ResourceType = type, Released = true };

        Assert.Equal(sees, Sees(CallerOf(role), change));
        Assert.False(Sees(CallerOf(role), change with { ResourceType = null }));
    }

    [Theory]
    [InlineData(Role.Provider, "role:provider", true)]
    [InlineData(Role.Provider, "role:nurse", false)]
    [InlineData(Role.Admin, "somebody", false)]
    [InlineData(Role.Service, "somebody", false)]
    [InlineData(Role.Patient, "Patient/p1", true)]
    [InlineData(Role.Patient, "Patient/p2", false)]
    [InlineData(Role.Pharmacy, "role:pharmacy", true)]
    [InlineData(Role.Billing, "role:billing", false)]
    public void A_change_of_a_message_is_seen_by_who_takes_part_and_reads_the_type(Role role, string name, bool sees)
    {
        var change = new EventFacts("resource.updated")
        {
            Patients = [Own], ResourceType = "Communication", Released = true, Participation = new Participation(null, null, [name]),
        };

        Assert.Equal(sees, Sees(CallerOf(role), change));
    }

    [Theory]
    [InlineData("billing", "b")]
    [InlineData("prescription_refill", "h")]
    [InlineData("general", "")]
    public void The_category_of_a_patients_thread_brings_in_its_department(string category, string departments)
    {
        var thread = FactsOf("message.sent") with { Participation = new("patient", category, []) };

        foreach (var (letter, role) in Letters)
        {
            Assert.Equal($"pnmaf{departments}".Contains(letter), Sees(CallerOf(role), thread));
        }
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("staff")]
    [InlineData(null)]
    public void Other_threads_are_seen_by_those_who_take_part_only(string? kind)
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            foreach (var type in new[] { "thread.updated", "message.sent", "note.added" })
            {
                var isForStaff = type == "note.added" || kind == "staff";
                Assert.False(
                    Sees(CallerOf(role), FactsOf(type) with { Participation = new(kind, "billing", ["other"]) }),
                    $"{role}");
                Assert.Equal(
                    !isForStaff || role.IsStaff(),
                    Sees(CallerOf(role), FactsOf(type) with { Participation = new(kind, null, ["u"]) }));
                Assert.False(Sees(CallerOf(role), FactsOf(type) with { Participation = null }));
            }
        }
    }

    [Theory]
    [InlineData("notification.sent")]
    [InlineData("notification.critical")]
    public void What_is_for_one_person_is_seen_by_that_person_alone_and_by_no_one_without_the_label(string type)
    {
        var open = TenantPolicy.Parse(JsonElement.Parse("\"open\""));
        foreach (var role in Enum.GetValues<Role>().Where(role => role.IsStaff()))
        {
            var own = FactsOf(type) with { Participation = new(null, null, ["u"]) };
            Assert.True(Sees(CallerOf(role), own), $"{role}");
            Assert.False(Sees(CallerOf(role), own with { Labels = Sensitivity.Restricted }), $"{role}");
            Assert.False(Sees(CallerOf(role), own with { Participation = new(null, null, ["other"]) }, open), $"{role}");
            Assert.False(Sees(CallerOf(role), own with { Participation = null }, open), $"{role}");
        }
    }

    [Fact]
    public void An_open_tenant_shows_its_staff_everything_but_threads_and_labelled_records()
    {
        var open = TenantPolicy.Parse(JsonElement.Parse("\"open\""));

        Assert.True(Sees(CallerOf(Role.Lab), FactsOf("claim.paid"), open));
        Assert.False(Sees(CallerOf(Role.Lab), FactsOf("claim.paid") with { Labels = Sensitivity.Restricted }, open));
        Assert.False(Sees(CallerOf(Role.Lab), FactsOf("thread.updated"), open));
        Assert.False(Sees(CallerOf(Role.Lab), FactsOf("note.added"), open));
        Assert.False(Sees(CallerOf(Role.Lab), FactsOf("resource.updated") with { ResourceType = "Claim" }, open));
        Assert.False(Sees(CallerOf(Role.Patient), FactsOf("claim.paid"), open));
        Assert.False(Sees(CallerOf(Role.Driver), FactsOf("claim.paid"), open));
    }

    [Fact]
    public void A_tenant_takes_events_away_from_a_role_and_a_list_that_cannot_be_read_takes_all()
    {
        var narrowed = TenantPolicy.Parse(
            JsonElement.Parse("""{"nurse":["radiology.*","lab.critical.alert"],"lab":"everything","nobody":["x"]}"""));

        Assert.False(Sees(CallerOf(Role.Nurse), FactsOf("radiology.order.created"), narrowed));
        Assert.False(Sees(CallerOf(Role.Nurse), FactsOf("lab.critical.alert"), narrowed));
        Assert.True(Sees(CallerOf(Role.Nurse), FactsOf("lab.order.created"), narrowed));
        Assert.True(Sees(CallerOf(Role.Provider), FactsOf("radiology.order.created"), narrowed));
        Assert.False(Sees(CallerOf(Role.Lab), FactsOf("lab.order.created"), narrowed));
        Assert.False(Sees(CallerOf(Role.Nurse), FactsOf("claim.paid"), narrowed));
    }

    [Fact]
    public void Every_event_of_the_catalogue_has_its_row()
    {
        var rows = Table.Select(row => row.Data.Item1).ToHashSet(StringComparer.Ordinal);

        Assert.All(
            EventCatalogue.All, type =>
            Assert.True(type.Name.StartsWith("resource.", StringComparison.Ordinal) || rows.Contains(type.Name), type.Name));
    }

    /// <summary>
    /// An event about the patient's own released record; those of threads are about a patient's thread that somebody else takes part in.
    /// </summary>
    private static EventFacts FactsOf(string type) => new(type)
    {
        Patients = [Own],
        Released = true,
        Participation = type.StartsWith("thread.", StringComparison.Ordinal) || type.StartsWith("message.", StringComparison.Ordinal)
            || type == "note.added"
            ? new Participation("patient", null, ["other"])
            : null,
    };

    private static bool Sees(Caller caller, in EventFacts facts, TenantPolicy? tenant = null) =>
        EventVisibility.Sees(Reach.Of(caller, TenantNarrowing.None, ceiling: null), facts, tenant);

    internal static Caller CallerOf(Role role) => new(new TenantId("north"), new UserId("u"), role, new SessionId("s"))
    {
        OwnPatients = role == Role.Patient ? [Own] : [],
    };
}
