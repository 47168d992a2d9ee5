using Vagus.Events;

namespace Vagus.Care.Charts;

/// <summary>
/// The whole chart. <c>Withheld</c> names the parts that the caller's role does not see: they are empty for that reason alone.
/// <c>Truncated</c> names lists that have more than <see cref="ChartLimits.InChart"/> entries.
/// </summary>
internal sealed record PatientChart(
    string PatientId,
    string? Name,
    string? BirthDate,
    int? Age,
    string? Sex,
    string? Mrn,
    IReadOnlyList<ChartAllergy> Allergies,
    IReadOnlyList<ChartMedication> Medications,
    LatestVitals LatestVitals,
    IReadOnlyList<ChartDiagnosis> ActiveDiagnoses,
    DateTimeOffset? LastEncounterAt,
    long EncounterCount,
    long PendingLabOrders,
    long PendingImagingOrders,
    long CriticalAlertCount,
    long UnreadResultCount,
    IReadOnlyList<ChartAlert> CriticalAlerts,
    long Sequence,
    DateTimeOffset UpdatedAt,
    IReadOnlyList<string> Withheld,
    IReadOnlyList<string> Truncated);

internal sealed record ChartPerson(string? Name, string? BirthDate, string? Sex, string? Mrn);

internal sealed record ChartAllergy(
    string Id, string? Display, Coding? Code, string? Criticality, IReadOnlyList<string> Reactions, string? RecordedAt);

internal sealed record ChartMedication(
    string Id, string? Display, Coding? Code, string? Dosage, string Status, string? PrescribedAt, string? PrescriberId);

internal sealed record ChartDiagnosis(string Id, string? Display, Coding? Code, string? Onset);

/// <summary>Each is null where none was measured, or none that the caller sees. A blood pressure's value is <c>120/80</c>.</summary>
internal sealed record LatestVitals(
    VitalValue? HeartRate,
    PressureValue? BloodPressure,
    VitalValue? Temperature,
    VitalValue? RespiratoryRate,
    VitalValue? OxygenSaturation,
    VitalValue? Weight,
    VitalValue? Height);

internal sealed record VitalValue(decimal? Value, string? Unit, string? At);

internal sealed record PressureValue(string Value, string? Unit, string? At);

internal sealed record ChartAlert(string Id, string Type, string Title, string Message)
{
    public string Priority { get; init; } = "urgent";

    public string? PatientId { get; init; }

    public string? PatientName { get; init; }

    public AlertDetails? Details { get; init; }

    public bool RequiresAcknowledgment { get; init; } = true;

    public AlertOwner? Owner { get; init; }

    public int? Level { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    /// <summary><c>raised</c>, <c>acknowledged</c> or <c>escalated</c>.</summary>
    public string State { get; init; } = "raised";
}

internal sealed record AlertDetails(string? TestName, decimal? Value, string? ValueText, string? Unit, string? CriticalReason);

internal sealed record AlertOwner(string? UserId, string? Name, string? Role);

internal sealed record LabResultView(
    string Id,
    string ReportId,
    string PatientId,
    string? OrderId,
    string? Title,
    Coding? Code,
    string Status,
    string? AvailableAt,
    IReadOnlyList<LabTest> Tests,
    bool HasCriticalValue,
    IReadOnlyList<ChartAlert> CriticalAlerts,
    bool IsViewed,
    IReadOnlyList<ResultViewing> Viewings);

internal sealed record LabTest(
    Coding? Code, string? Name, decimal? Value, string? ValueText, string? Unit, string? Range, string? Interpretation, bool IsCritical);

/// <summary>A report as it is kept: its tests are rows of their own.</summary>
internal sealed record KeptReport(
    string? OrderId, string? Title, Coding? Code, string Status, string? AvailableAt, string? Findings, string? Impression,
    IReadOnlyList<string> Results, string? StudyId);

/// <summary>A user opened a result. The name is null where the id is no user's of this server.</summary>
internal sealed record ResultViewing(string UserId, string? Name, string At);

internal sealed record KeptViewing(string UserId, string At, bool ByPatient);

internal sealed record ImagingStudyView(
    string Id,
    string PatientId,
    string? OrderId,
    string? Modality,
    string? Description,
    string? StartedAt,
    IReadOnlyList<ImageView> Images,
    ImagingReportView? Report,
    bool HasCriticalFinding,
    bool IsViewed,
    IReadOnlyList<ResultViewing> Viewings);

internal sealed record ImageView(string? FileId, string? Url, string? SeriesUid, string? InstanceUid);

internal sealed record ImagingReportView(string Id, string Status, string? Findings, string? Impression, string? FinalizedAt);

internal sealed record KeptStudy(
    string? OrderId, string? Modality, string? Description, string? StartedAt, IReadOnlyList<ImageView> Images);

internal sealed record MedicationView(
    string Id,
    string PatientId,
    string? Display,
    Coding? Code,
    string? Dosage,
    string Status,
    string? PrescribedAt,
    string? PrescriberId,
    IReadOnlyList<DispenseView> Dispenses,
    IReadOnlyList<WarningView> InteractionWarnings,
    IReadOnlyList<WarningView> AllergyWarnings);

internal sealed record DispenseView(string? At, decimal? Quantity, string? By);

internal sealed record WarningView(string? Severity, string? Text);

internal sealed record KeptWarning(bool IsAllergy, string? Severity, string? Text);

internal sealed record EncounterView(
    string Id,
    string PatientId,
    string Status,
    string? Class,
    string? Type,
    string? StartedAt,
    string? EndedAt,
    string? ProviderId,
    string? Reason,
    IReadOnlyList<CodedText> Diagnoses,
    IReadOnlyList<CodedText> Procedures,
    LatestVitals Vitals,
    IReadOnlyList<OrderView> Orders,
    bool IsSigned);

internal sealed record CodedText(string? Display, Coding? Code);

internal sealed record OrderView(string Id, string Kind, string? Display);

internal sealed record KeptEncounter(
    string Status, string? Class, string? Type, string? StartedAt, string? EndedAt, string? ProviderId, string? Reason);

internal sealed record ChartPage<T>(IReadOnlyList<T> Items, string? NextCursor);

internal sealed record ChartAlerts(IReadOnlyList<ChartAlert> Items);

internal sealed record AuditLine(
    string? UserId, string Action, string? ResourceType, string? ResourceId, string? IpAddress, DateTimeOffset Timestamp);
