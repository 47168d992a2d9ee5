using Vagus.Access.Authorization;
using Vagus.Access.Tests.Visibility;
using Vagus.Kernel;

namespace Vagus.Access.Tests.Authorization;

public sealed class RoleGrantsTests
{
    private const string Everyone = "pnmasfblrhdt";

    // As in EventVisibilityTests, with d for driver and t for patient.
    private static readonly (char Letter, Role Role)[] Letters =
    [
        ('p', Role.Provider), ('n', Role.Nurse), ('m', Role.MedicalAssistant), ('a', Role.Admin), ('s', Role.Service),
            ('f', Role.FrontDesk),
        ('b', Role.Billing), ('l', Role.Lab), ('r', Role.Radiology), ('h', Role.Pharmacy), ('d', Role.Driver), ('t', Role.Patient),
    ];

    public static TheoryData<string, string, string> Table => new()
    {
        { "Patient", "pnmasfblrht", "pnmasf" },
        { "Observation", "pnmaslt", "pnmasl" },
        { "AllergyIntolerance", "pnmasht", "pnmas" },
        { "Condition", "pnmast", "pnmas" },
        { "MedicationRequest", "pnmasht", "pnmas" },
        { "MedicationDispense", "pnmasht", "pnmash" },
        { "DiagnosticReport", "pnmaslrt", "pnmaslr" },
        { "ServiceRequest", "pnmaslrt", "pnmaslr" },
        { "Specimen", "pnmasl", "pnmasl" },
        { "ImagingStudy", "pnmasrt", "pnmasr" },
        { "DetectedIssue", "pnmash", "pnmash" },
        { "Appointment", "pnmasfbt", "pnmasf" },
        { "Slot", "pnmasf", "pnmasf" },
        { "Encounter", "pnmasfbt", "pnmas" },
        { "Coverage", "pnmasfbht", "pnmasfb" },
        { "Claim", "asb", "asb" },
        { "ClaimResponse", "asb", "asb" },
        { "Invoice", "asb", "asb" },
        { "PaymentNotice", "asb", "asb" },
        { "PaymentReconciliation", "asb", "asb" },
        { "ExplanationOfBenefit", "asb", "asb" },
        { "Account", "asb", "asb" },
        { "Task", "pnmaslrhd", "pnmaslrhd" },
        { "Communication", "pnmashtd", "pnmas" },
        { "Practitioner", "pnmasfblrht", "as" },
        { "Organization", "pnmasfblrht", "as" },
        { "AuditEvent", "as", "" },
        { "Provenance", "pnmas", "pnmas" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_role_reads_and_writes_exactly_its_types(string type, string readBy, string writtenBy)
    {
        foreach (var (letter, role) in Letters)
        {
            Assert.True(readBy.Contains(letter) == RoleGrants.MayRead(role, type), $"{role} reads {type}");
            Assert.True(writtenBy.Contains(letter) == RoleGrants.MayWrite(role, type), $"{role} writes {type}");
        }
    }

    [Fact]
    public void Nobody_writes_what_it_may_not_read()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            Assert.All(
                Table, row => Assert.True(RoleGrants.MayRead(role, row.Data.Item1) || !RoleGrants.MayWrite(role, row.Data.Item1)));
        }
    }

    [Fact]
    public void Every_role_has_its_row() => Assert.Equal(Everyone.Length, Enum.GetValues<Role>().Length);

    [Fact]
    public void A_patient_reaches_its_own_compartment_and_what_everybody_shares()
    {
        var reach = ReachOf(EventVisibilityTests.CallerOf(Role.Patient));

        Assert.Equal([new PatientId("p1")], reach.RoleRows.Patients!);
        Assert.True(reach.RoleRows.NeedsCompartment("Observation"));
        Assert.False(reach.RoleRows.NeedsCompartment("Practitioner"));
        Assert.False(reach.May(ResourceInteractions.Update, "Patient"));
        Assert.Equal(Sensitivity.None, reach.RoleRows.SeesLabels);
    }

    [Fact]
    public void A_patient_without_patients_reaches_no_compartment() =>
        Assert.Empty(ReachOf(EventVisibilityTests.CallerOf(Role.Patient) with { OwnPatients = [] }).RoleRows.Patients!);

    [Fact]
    public void Of_a_limited_dependant_a_patient_reads_what_is_released_of_three_types_and_sees_no_event_of_the_catalogue()
    {
        var reach = ReachOf(EventVisibilityTests.CallerOf(Role.Patient) with { LimitedPatients = [new PatientId("teen")] });
        RowFacts Of(string type, bool released = true, Sensitivity labels = Sensitivity.None) =>
            new(type, [new PatientId("teen")], Labels: labels, Released: released, []);

        foreach (var type in new[] { "Patient", "Immunization", "AllergyIntolerance" })
        {
            Assert.True(reach.Covers(ResourceInteractions.Reading, Of(type)));
            Assert.False(reach.Covers(ResourceInteractions.Reading, Of(type, released: false)));
            Assert.False(reach.Covers(ResourceInteractions.Reading, Of(type, labels: Sensitivity.Restricted)));
            Assert.False(reach.Covers(ResourceInteractions.Update, Of(type)));
        }

        foreach (var type in new[] { "Condition", "Appointment", "Observation", "MedicationRequest", "Encounter", "DiagnosticReport" })
            Assert.False(reach.Covers(ResourceInteractions.Reading, Of(type)));
        Assert.False(reach.RoleRows.Covers(Of("")));
        Assert.True(reach.IsOfRole);
    }

    [Fact]
    public void A_driver_reaches_only_tasks_that_name_it()
    {
        var reach = ReachOf(EventVisibilityTests.CallerOf(Role.Driver) with { Practitioner = "d7" });

        Assert.Equal(["Practitioner/d7"], reach.RoleRows.Parties!);
        Assert.False(reach.May(ResourceInteractions.Read, "Patient"));
        Assert.Empty(ReachOf(EventVisibilityTests.CallerOf(Role.Driver)).RoleRows.Parties!);
    }

    [Fact]
    public void Staff_reach_every_patient_of_their_tenant_and_of_no_other()
    {
        var reach = ReachOf(EventVisibilityTests.CallerOf(Role.Nurse));

        Assert.Null(reach.RoleRows.Patients);
        Assert.Null(reach.RoleRows.Parties);
        Assert.False(reach.RoleRows.NeedsCompartment("Observation"));
        Assert.Equal(new TenantId("north"), reach.Tenant);
    }

    private static Reach ReachOf(Caller caller) => Reach.Of(caller, TenantNarrowing.None, ceiling: null);
}
