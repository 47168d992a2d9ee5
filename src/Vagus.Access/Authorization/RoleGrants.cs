using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// What each role is granted: which FHIR resource types it may read and write, and in which rows. One table; the boundaries are those of
/// event visibility, so that a role cannot find by FHIR what its events leave out.
/// </summary>
public static class RoleGrants
{
    private static readonly string[] BillingDetails =
    [
        "Account", "ChargeItem", "Claim", "ClaimResponse", "ExplanationOfBenefit", "Invoice", "PaymentNotice", "PaymentReconciliation",
    ];

    // Written by the server itself, as a consequence of other writes. A Provenance is also how people sign; the FHIR room takes signed
    // ones only.
    private static readonly string[] ReadOnlyForAll = ["AuditEvent"];

    // Who looked at what is for the administrator's eyes (and for the patient's accounting of disclosures, on request).
    private static readonly string[] AuditTrail = ["AuditEvent"];

    private static readonly string[] Directory =
        ["Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService", "Endpoint"];

    private static readonly ResourceTypes ClinicalReads = ResourceTypes.AllBut([.. BillingDetails, .. AuditTrail]);

    private static readonly ResourceTypes ClinicalWrites = ResourceTypes.AllBut([.. BillingDetails, .. ReadOnlyForAll, .. Directory]);

    // What a school or a journey asks for, and nothing that tells what an adolescent came to the clinic for.
    private static readonly ResourceTypes LimitedReads = ResourceTypes.Only("Patient", "Immunization", "AllergyIntolerance");

    private static readonly (Role Role, Func<Caller, RowScope> Rows, ResourceTypes Reads, ResourceTypes Writes)[] Table =
    [
        (Role.Provider, OfTenant, ClinicalReads, ClinicalWrites),
        (Role.Nurse, OfTenant, ClinicalReads, ClinicalWrites),
        (Role.MedicalAssistant, OfTenant, ClinicalReads, ClinicalWrites),
        (Role.Admin, OfTenant, ResourceTypes.All, ResourceTypes.AllBut(ReadOnlyForAll)),
        (Role.Service, OfTenant, ResourceTypes.All, ResourceTypes.AllBut(ReadOnlyForAll)),
        (Role.FrontDesk, OfTenant,
            ResourceTypes.Only(
                ["Patient", "RelatedPerson", "Appointment", "AppointmentResponse", "Schedule", "Slot", "Encounter", "Coverage",
                "CoverageEligibilityRequest", "CoverageEligibilityResponse", "InsurancePlan", .. Directory]),
            ResourceTypes.Only("Patient", "RelatedPerson", "Appointment", "AppointmentResponse", "Schedule", "Slot", "Coverage",
                "CoverageEligibilityRequest", "CoverageEligibilityResponse")),
        (Role.Billing, OfTenant,
            ResourceTypes.Only(["Patient", "RelatedPerson", "Appointment", "Encounter", "Coverage", "CoverageEligibilityRequest",
                "CoverageEligibilityResponse", "InsurancePlan", "Contract", "ChargeItemDefinition", .. BillingDetails, .. Directory]),
            ResourceTypes.Only(["Coverage", "CoverageEligibilityRequest", "CoverageEligibilityResponse", "Contract", .. BillingDetails])),
        (Role.Lab, OfTenant,
            ResourceTypes.Only(["Patient", "ServiceRequest", "Specimen", "Observation", "DiagnosticReport", "ObservationDefinition",
                "SpecimenDefinition", "Device", "Task", .. Directory]),
            ResourceTypes.Only("ServiceRequest", "Specimen", "Observation", "DiagnosticReport", "Task")),
        (Role.Radiology, OfTenant,
            ResourceTypes.Only(
                ["Patient", "ServiceRequest", "ImagingStudy", "DiagnosticReport", "Media", "Endpoint", "Device", "Task", .. Directory]),
            ResourceTypes.Only("ServiceRequest", "ImagingStudy", "DiagnosticReport", "Media", "Task")),
        (Role.Pharmacy, OfTenant,
            ResourceTypes.Only(
                ["Patient", "AllergyIntolerance", "Medication", "MedicationKnowledge", "MedicationRequest", "MedicationDispense",
                "MedicationAdministration", "MedicationStatement", "DetectedIssue", "Coverage", "Task", "Communication", .. Directory]),
            ResourceTypes.Only("Medication", "MedicationDispense", "MedicationStatement", "DetectedIssue", "Task")),
        (Role.Driver, TakingPart, ResourceTypes.Only("Task", "Communication"), ResourceTypes.Only("Task")),
        // Of Communication every role reads the rows of threads that it takes part in, whatever else the rows of its scope are.
        (Role.Patient, OwnAndReleased,
            ResourceTypes.Only(
                ["Patient", "RelatedPerson", "Appointment", "AllergyIntolerance", "CarePlan", "CareTeam", "Communication", "Condition",
                "Consent", "Coverage", "Device", "DiagnosticReport", "DocumentReference", "Encounter", "Goal", "ImagingStudy",
                "Immunization", "MedicationDispense", "MedicationRequest", "MedicationStatement", "Observation", "Procedure", "ServiceRequest",
                "Medication", .. Directory]),
            ResourceTypes.None),
    ];

    private static readonly Dictionary<Role, (Func<Caller, RowScope> Rows, ResourceTypes Reads, ResourceTypes Writes)> ByRole =
        Table.ToDictionary(row => row.Role, row => (row.Rows, row.Reads, row.Writes));

    /// <summary>Types that are in nobody's compartment and hold nothing about a patient: a patient may read them whole.</summary>
    public static ResourceTypes Shared { get; } = ResourceTypes.Only(["Medication", .. Directory]);

    /// <summary>
    /// Types that need no patient's compartment below a scope with a patient in context: also those whose rows are their owner's, who has
    /// that context.
    /// </summary>
    public static ResourceTypes SharedInContext { get; } = Shared.Or(ResourceTypes.Only(RowScope.OfOwners));

    /// <summary>The rows that the caller's role is granted.</summary>
    public static RowScope RowsOf(Caller caller) =>
        ByRole[caller.Role].Rows(caller) with
        {
            TakesPartAs = ThreadNames.Of(caller),
            Owners = caller is { Role: Role.Admin, App: null } ? null : [caller.OwnerName],
        };

    public static IReadOnlyList<Grant> Of(Role role, RowScope rows) =>
        [new Grant(ResourceInteractions.Reading, Readable(role), rows), new Grant(ResourceInteractions.Writing, Writable(role), rows)];

    /// <summary>What a caller is granted of dependants who have come to an age; see the guide on sign-in and people.</summary>
    public static IReadOnlyList<Grant> OfLimited(Caller caller) => caller.LimitedPatients.Count == 0 ? [] :
    [
        new Grant(ResourceInteractions.Reading, LimitedReads, OwnAndReleased(caller) with
        {
            Patients = caller.LimitedPatients,
            Shared = ResourceTypes.None,
        }),
    ];

    public static ResourceTypes Readable(Role role) => ByRole[role].Reads;

    public static ResourceTypes Writable(Role role) => ByRole[role].Writes;

    public static bool MayRead(Role role, string type) => Readable(role).Contains(type);

    public static bool MayWrite(Role role, string type) => Writable(role).Contains(type);

    private static RowScope OfTenant(Caller caller) => new() { SeesLabels = caller.SeesLabels };

    private static RowScope OwnAndReleased(Caller caller) => new()
    {
        Patients = caller.OwnPatients,
        Shared = Shared,
        SeesLabels = caller.SeesLabels,
        ReleasedOnly = true,
    };

    private static RowScope TakingPart(Caller caller) => new()
    {
        Parties = caller.Practitioner is { } practitioner ? [$"Practitioner/{practitioner}"] : [],
        SeesLabels = caller.SeesLabels,
    };
}
