namespace Vagus.Events;

/// <summary>An imaging study was ordered.</summary>
public sealed record RadiologyOrderCreated(
    string PatientId,
    string Resource,
    string OrderId,
    string? StudyName = null,
    Coding? Code = null,
    string? Priority = null,
    string? OrderingProviderId = null,
    string? EncounterId = null) : EventData;

/// <summary>One DICOM file was stored.</summary>
public sealed record RadiologyImageUploaded(
    string Resource,
    string ImageId,
    string? PatientId = null,
    string? StudyId = null) : EventData;

/// <summary>All images of a study are there.</summary>
public sealed record RadiologyStudyComplete(
    string PatientId,
    string Resource,
    string StudyId,
    string? StudyName = null,
    string? Modality = null,
    int? NumberOfImages = null,
    string? OrderingProviderId = null,
    string? OrderId = null,
    string? EncounterId = null) : EventData;

/// <summary>
/// A radiologist's report is final; <c>released</c> says whether the patient may see it already. <c>study</c> refers to the ImagingStudy.
/// Of a report that the server holds <c>findings</c> and <c>impression</c> are in the report alone.
/// </summary>
public sealed record RadiologyReportFinalized(
    string PatientId,
    string Resource,
    string ReportId,
    bool Released,
    string? StudyName = null,
    Coding? Code = null,
    string? OrderingProviderId = null,
    string? OrderId = null,
    string? EncounterId = null,
    string? IssuedAt = null,
    string? Findings = null,
    string? Impression = null,
    string? Study = null) : EventData;

/// <summary>A final radiology report tells of a finding that endangers the patient; a person has to acknowledge it.</summary>
public sealed record RadiologyCriticalAlert(
    string PatientId,
    string Resource,
    string ReportId,
    string Finding,
    Coding Code,
    string CriticalReason,
    string? PatientName = null,
    string? StudyName = null,
    string? OrderingProviderId = null,
    string? OrderId = null,
    string? EncounterId = null) : EventData;
