namespace Vagus.Events;

/// <summary>A visit began.</summary>
public sealed record EncounterStarted(
    string PatientId,
    string Resource,
    string EncounterId,
    string Status,
    string? Class = null,
    string? ProviderId = null,
    string? StartedAt = null) : EventData;

/// <summary>A visit changed without beginning, ending or being signed; <c>changed</c> names the FHIR elements that differ.</summary>
public sealed record EncounterUpdated(
    string PatientId,
    string Resource,
    string EncounterId,
    string Status,
    IReadOnlyList<string> Changed,
    string? Class = null,
    string? ProviderId = null) : EventData;

/// <summary>A visit ended.</summary>
public sealed record EncounterCompleted(
    string PatientId,
    string Resource,
    string EncounterId,
    string Status,
    string? Class = null,
    string? ProviderId = null,
    string? EndedAt = null) : EventData;

/// <summary>A clinician signed the record of a visit.</summary>
public sealed record EncounterSigned(
    string PatientId,
    string Resource,
    string EncounterId,
    string? SignedBy = null,
    string? SignedAt = null) : EventData;

/// <summary>Vital signs of one visit that were recorded together. <c>resource</c> is the first of them.</summary>
public sealed record EncounterVitalsRecorded(
    string PatientId,
    string Resource,
    IReadOnlyList<VitalSign> Vitals,
    string? EncounterId = null,
    string? RecordedAt = null) : EventData;

/// <summary>One measured vital sign; the two pressures of a blood pressure are two of them with the same resource.</summary>
public sealed record VitalSign(
    string Resource,
    string Name,
    Coding? Code = null,
    decimal? Value = null,
    string? Unit = null);
