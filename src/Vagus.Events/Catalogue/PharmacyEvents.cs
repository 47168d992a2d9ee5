namespace Vagus.Events;

/// <summary>A prescription is in force.</summary>
public sealed record MedicationPrescribed(
    string PatientId,
    string Resource,
    string PrescriptionId,
    string? Medication = null,
    Coding? Code = null,
    string? Dosage = null,
    string? PrescriberId = null,
    string? EncounterId = null) : EventData;

/// <summary>A pharmacy handed out medication.</summary>
public sealed record MedicationDispensed(
    string PatientId,
    string Resource,
    string DispenseId,
    string? PrescriptionId = null,
    string? Medication = null,
    Coding? Code = null,
    decimal? Quantity = null,
    string? Unit = null,
    string? DispensedAt = null) : EventData;

/// <summary>Two of the patient's medications do not go together; <c>implicated</c> are the references of what is concerned.</summary>
public sealed record DrugInteractionAlert(
    string PatientId,
    string Resource,
    string IssueId,
    IReadOnlyList<string> Implicated,
    string? Severity = null,
    string? Detail = null,
    string? PatientName = null,
    string? PrescriberId = null) : EventData;

/// <summary>
/// A medication that the patient is allergic to. Either a DetectedIssue told of it, or a prescription met an active allergy.
/// </summary>
public sealed record AllergyContraindication(
    string PatientId,
    string Resource,
    IReadOnlyList<string> Implicated,
    string? Medication = null,
    Coding? Code = null,
    string? Allergy = null,
    string? Severity = null,
    string? PrescriptionId = null,
    string? PatientName = null,
    string? PrescriberId = null) : EventData;
