namespace Vagus.Events;

/// <summary>A biopsy was ordered; its <c>biopsyId</c> is the id of the ServiceRequest.</summary>
public sealed record BiopsyCreated(
    string PatientId,
    string Resource,
    string BiopsyId,
    string Status,
    string? Procedure = null,
    Coding? Code = null,
    string? BodySite = null,
    string? OrderingProviderId = null,
    string? EncounterId = null) : EventData;

/// <summary>The order of a biopsy or its specimen changed; <c>status</c> is that of <c>resource</c>.</summary>
public sealed record BiopsyUpdated(
    string PatientId,
    string Resource,
    string BiopsyId,
    IReadOnlyList<string> Changed,
    string? Status = null,
    string? SpecimenId = null,
    string? OrderingProviderId = null) : EventData;

/// <summary>
/// Pathology's final report on a biopsy arrived and waits for review; <c>released</c> says whether the patient may see it already.
/// <c>isMalignant</c> is the sender's word; null where only the conclusions tell.
/// </summary>
public sealed record BiopsyResultReceived(
    string PatientId,
    string Resource,
    string BiopsyId,
    string ReportId,
    bool Released,
    string? Procedure = null,
    IReadOnlyList<Coding>? Conclusions = null,
    string? OrderingProviderId = null,
    string? PatientName = null,
    string? IssuedAt = null,
    bool? IsMalignant = null) : EventData;

/// <summary>The provider signed that the result of a biopsy was reviewed.</summary>
public sealed record BiopsyReviewed(
    string PatientId,
    string Resource,
    string BiopsyId,
    string? ReportId = null,
    string? ReviewedBy = null,
    string? ReviewedAt = null) : EventData;
