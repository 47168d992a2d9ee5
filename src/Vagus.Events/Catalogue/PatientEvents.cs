namespace Vagus.Events;

/// <summary>A patient was registered.</summary>
public sealed record PatientCreated(
    string PatientId,
    string Resource,
    string? Name = null,
    string? BirthDate = null,
    string? Gender = null) : EventData;

/// <summary>A patient's demographics changed; <c>changed</c> names the FHIR elements that differ.</summary>
public sealed record PatientUpdated(
    string PatientId,
    string Resource,
    IReadOnlyList<string> Changed,
    string? Name = null,
    string? BirthDate = null,
    string? Gender = null) : EventData;

/// <summary>An active allergy or intolerance is on record from now on.</summary>
public sealed record PatientAllergyAdded(
    string PatientId,
    string Resource,
    string AllergyId,
    string? Substance = null,
    Coding? Code = null,
    string? Criticality = null,
    string? PatientName = null) : EventData;

/// <summary>
/// An allergy no longer counts; <c>reason</c> is <c>resolved</c>, <c>inactive</c>, <c>refuted</c>, <c>entered-in-error</c> or
/// <c>deleted</c>.
/// </summary>
public sealed record PatientAllergyRemoved(
    string PatientId,
    string Resource,
    string AllergyId,
    string Reason,
    string? Substance = null,
    Coding? Code = null) : EventData;

/// <summary>An insurer confirmed that the patient's coverage is in force.</summary>
public sealed record PatientInsuranceVerified(
    string PatientId,
    string Resource,
    string? Insurer = null,
    string? CoverageId = null,
    string? ValidUntil = null) : EventData;

/// <summary>
/// What the patient owes moved by <c>change</c> (negative: less); <c>reason</c> is <c>invoice_issued</c>, <c>invoice_corrected</c>,
/// <c>invoice_cancelled</c>, <c>payment_recorded</c> or <c>payment_cancelled</c>.
/// </summary>
public sealed record PatientBalanceChanged(
    string PatientId,
    string Resource,
    decimal Change,
    string Currency,
    string Reason,
    string? InvoiceId = null) : EventData;
