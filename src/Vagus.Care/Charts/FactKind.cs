using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Kernel;

namespace Vagus.Care.Charts;

/// <summary>
/// What a row of a chart is. The values are in databases. Kinds from 100 on are told by events and outlive a record's versions.
/// </summary>
internal enum FactKind
{
    /// <summary>No row: where the charts and the log stand.</summary>
    Mark = 0,

    Patient = 1,
    Allergy = 2,
    Medication = 3,
    Condition = 4,
    Encounter = 5,
    LabOrder = 6,
    ImagingOrder = 7,

    /// <summary>A result or a study that an order was waiting for.</summary>
    Answer = 8,
    LabResult = 9,
    LabTest = 10,
    Study = 11,
    ImagingReport = 12,
    Dispense = 13,

    /// <summary>An interaction or an allergy that a DetectedIssue tells of, of one prescription.</summary>
    Warning = 14,
    Procedure = 15,
    HeartRate = 20,
    BloodPressure = 21,
    Systolic = 22,
    Diastolic = 23,
    Temperature = 24,
    RespiratoryRate = 25,
    OxygenSaturation = 26,
    Weight = 27,
    Height = 28,

    /// <summary>A result that no member of staff has opened since it became available.</summary>
    UnreadLab = 100,

    /// <summary>A result that has not been opened in the patient's portal.</summary>
    PortalUnreadLab = 101,
    Viewing = 102,
    Alert = 103,

    /// <summary>A critical value or finding, also after its alert was resolved.</summary>
    Critical = 104,
    Signature = 105,
    Image = 106,

    /// <summary>A prescription that met an active allergy.</summary>
    Contraindication = 107,

    /// <inheritdoc cref="UnreadLab"/>
    UnreadImaging = 108,

    /// <inheritdoc cref="PortalUnreadLab"/>
    PortalUnreadImaging = 109,
}

/// <summary>Who sees which kind: by the type of the record that it comes from, and, for staff, as the events that tell of it.</summary>
internal static class FactKinds
{
    public static readonly FactKind[] Vitals =
    [
        FactKind.HeartRate, FactKind.BloodPressure, FactKind.Systolic, FactKind.Diastolic, FactKind.Temperature, FactKind.RespiratoryRate,
        FactKind.OxygenSaturation, FactKind.Weight, FactKind.Height,
    ];

    /// <summary>The types of the records that rows of the kind come from.</summary>
    public static string[] TypesOf(FactKind kind) => kind switch
    {
        FactKind.Patient => ["Patient"],
        FactKind.Allergy => ["AllergyIntolerance"],
        FactKind.Medication => ["MedicationRequest"],
        FactKind.Condition => ["Condition"],
        FactKind.Encounter or FactKind.Signature => ["Encounter"],
        FactKind.LabOrder or FactKind.ImagingOrder => ["ServiceRequest"],
        FactKind.Answer => ["DiagnosticReport", "ImagingStudy"],
        FactKind.LabResult or FactKind.ImagingReport or FactKind.Viewing or FactKind.UnreadLab or FactKind.PortalUnreadLab
            or FactKind.UnreadImaging or FactKind.PortalUnreadImaging => ["DiagnosticReport"],
        FactKind.Study or FactKind.Image => ["ImagingStudy"],
        FactKind.Dispense => ["MedicationDispense"],
        FactKind.Warning => ["DetectedIssue"],
        FactKind.Procedure => ["Procedure"],
        FactKind.Alert => ["Observation", "DiagnosticReport", "MedicationRequest", "DetectedIssue", "AllergyIntolerance"],
        FactKind.Critical => ["Observation", "DiagnosticReport"],
        FactKind.Contraindication => ["MedicationRequest", "AllergyIntolerance"],
        _ => ["Observation"],
    };

    /// <summary>The event that tells of the kind; null where none does and the record alone decides.</summary>
    public static string? EventOf(FactKind kind) => kind switch
    {
        FactKind.Allergy => "patient.allergy.added",
        FactKind.Medication => "pharmacy.medication.prescribed",
        FactKind.Encounter => "encounter.started",
        FactKind.Signature => "encounter.signed",
        FactKind.LabOrder => "lab.order.created",
        FactKind.ImagingOrder => "radiology.order.created",
        FactKind.LabResult or FactKind.LabTest or FactKind.UnreadLab => "lab.result.available",
        FactKind.Study => "radiology.study.complete",
        FactKind.Image => "radiology.image.uploaded",
        FactKind.ImagingReport or FactKind.UnreadImaging => "radiology.report.finalized",
        FactKind.Dispense => "pharmacy.medication.dispensed",
        FactKind.Warning => "pharmacy.interaction.alert",
        FactKind.Contraindication => "pharmacy.allergy.contraindication",
        FactKind.Viewing => "lab.result.viewed",
        FactKind.Alert => "alert.raised",
        FactKind.Patient or FactKind.Condition or FactKind.Procedure or FactKind.Answer or FactKind.Critical => null,
        _ => "encounter.vitals.recorded",
    };

    /// <summary>
    /// Patients see what their reach covers of their own record. What staff do about it (alerts, signatures, images that are not in the
    /// record) is for staff, as its events are.
    /// </summary>
    public static bool MaySee(this Reach reach, TenantPolicy policy, PatientId patient, FactKind kind)
    {
        if (!TypesOf(kind).Any(type => reach.ReachesInto(patient, type))) return false;
        if (reach.Caller.Role == Role.Patient) return !IsOfStaff(kind);
        if (kind is FactKind.PortalUnreadLab or FactKind.PortalUnreadImaging) return false;
        return EventOf(kind) is not { } name || EventVisibility.Sees(reach, new EventFacts(name) { Released = true }, policy);
    }

    /// <summary>A proxy for an adolescent reads some types of that patient's record, and more of another's.</summary>
    private static bool ReachesInto(this Reach reach, PatientId patient, string type) => reach
        .ScopesOf(ResourceInteractions.Read, type)
        .Any(scope => !scope.NeedsCompartment(type) || scope.IsOfPatients([patient]));

    private static bool IsOfStaff(FactKind kind) => kind is FactKind.Alert or FactKind.Signature or FactKind.Image
        or FactKind.Contraindication or FactKind.UnreadLab or FactKind.UnreadImaging;
}
