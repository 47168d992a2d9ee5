namespace Vagus.Events;

/// <summary>What all appointment events tell. The field names are fixed: schedule boards of existing systems read them.</summary>
public abstract record AppointmentData(
    string Id,
    string Resource,
    string Status,
    string? PatientId,
    string? PatientName,
    string? ProviderId,
    string? ProviderName,
    DateTimeOffset? ScheduledStart,
    DateTimeOffset? ScheduledEnd,
    string? AppointmentType,
    string? Location) : EventData;

/// <summary>An appointment was made.</summary>
public sealed record AppointmentCreated(
    string Id,
    string Resource,
    string Status,
    string? PatientId = null,
    string? PatientName = null,
    string? ProviderId = null,
    string? ProviderName = null,
    DateTimeOffset? ScheduledStart = null,
    DateTimeOffset? ScheduledEnd = null,
    string? AppointmentType = null,
    string? Location = null)
    : AppointmentData(
        Id, Resource, Status, PatientId, PatientName, ProviderId, ProviderName, ScheduledStart, ScheduledEnd, AppointmentType, Location);

/// <summary>An appointment was moved or changed in another way.</summary>
public sealed record AppointmentUpdated(
    string Id,
    string Resource,
    string Status,
    string? PatientId = null,
    string? PatientName = null,
    string? ProviderId = null,
    string? ProviderName = null,
    DateTimeOffset? ScheduledStart = null,
    DateTimeOffset? ScheduledEnd = null,
    string? AppointmentType = null,
    string? Location = null)
    : AppointmentData(
        Id, Resource, Status, PatientId, PatientName, ProviderId, ProviderName, ScheduledStart, ScheduledEnd, AppointmentType, Location);

/// <summary>An appointment will not take place: cancelled, or the patient did not come.</summary>
public sealed record AppointmentCancelled(
    string Id,
    string Resource,
    string Status,
    string? PatientId = null,
    string? PatientName = null,
    string? ProviderId = null,
    string? ProviderName = null,
    DateTimeOffset? ScheduledStart = null,
    DateTimeOffset? ScheduledEnd = null,
    string? AppointmentType = null,
    string? Location = null)
    : AppointmentData(
        Id, Resource, Status, PatientId, PatientName, ProviderId, ProviderName, ScheduledStart, ScheduledEnd, AppointmentType, Location);

/// <summary>The patient is here.</summary>
public sealed record AppointmentCheckedIn(
    string Id,
    string Resource,
    string Status,
    string? PatientId = null,
    string? PatientName = null,
    string? ProviderId = null,
    string? ProviderName = null,
    DateTimeOffset? ScheduledStart = null,
    DateTimeOffset? ScheduledEnd = null,
    string? AppointmentType = null,
    string? Location = null)
    : AppointmentData(
        Id, Resource, Status, PatientId, PatientName, ProviderId, ProviderName, ScheduledStart, ScheduledEnd, AppointmentType, Location);
