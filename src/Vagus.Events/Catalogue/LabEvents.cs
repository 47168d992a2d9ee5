namespace Vagus.Events;

/// <summary>A laboratory test was ordered.</summary>
public sealed record LabOrderCreated(
    string PatientId,
    string Resource,
    string OrderId,
    string? TestName = null,
    Coding? Code = null,
    string? Priority = null,
    string? OrderingProviderId = null,
    string? EncounterId = null) : EventData;

/// <summary>A laboratory report can be read; <c>released</c> says whether the patient may see it already.</summary>
public sealed record LabResultAvailable(
    string PatientId,
    string Resource,
    string ReportId,
    string Status,
    bool Released,
    string? TestName = null,
    Coding? Code = null,
    string? OrderingProviderId = null,
    string? OrderId = null,
    string? EncounterId = null,
    string? IssuedAt = null) : EventData;

/// <summary>
/// A laboratory value that endangers the patient; a person has to acknowledge it. A number is in <c>value</c>, any other result in
/// <c>valueText</c>. Of several values of one code in a record <c>place</c> says which one it is, from the second on.
/// </summary>
public sealed record LabCriticalAlert(
    string PatientId,
    string Resource,
    string ObservationId,
    string TestName,
    string CriticalReason,
    string? PatientName = null,
    Coding? Code = null,
    decimal? Value = null,
    string? ValueText = null,
    string? Unit = null,
    string? Interpretation = null,
    string? OrderingProviderId = null,
    string? OrderId = null,
    string? EncounterId = null,
    string? ObservedAt = null,
    string? IssuedAt = null,
    int? Place = null) : EventData;

/// <summary>
/// A value that was told as critical does not hold: <c>correction</c> is <c>corrected</c>, <c>entered-in-error</c>, <c>withdrawn</c>,
/// <c>deleted</c> or <c>other-patient</c>. The value of now is in <c>value</c> or <c>valueText</c>, where there is one; that of before in
/// <c>previousValue</c> or <c>previousValueText</c>.
/// </summary>
public sealed record LabCriticalCorrected(
    string PatientId,
    string Resource,
    string ObservationId,
    string TestName,
    string Correction,
    string? PatientName = null,
    Coding? Code = null,
    decimal? Value = null,
    string? ValueText = null,
    string? Unit = null,
    decimal? PreviousValue = null,
    string? PreviousValueText = null,
    string? PreviousUnit = null,
    string? OrderingProviderId = null,
    string? ObservedAt = null,
    string? IssuedAt = null,
    int? Place = null) : EventData;

/// <summary>A person opened a result of the laboratory, or the report of a study.</summary>
public sealed record LabResultViewed(
    string PatientId,
    string Resource,
    string ReportId,
    string ViewedBy,
    string? ViewedAt = null) : EventData;
