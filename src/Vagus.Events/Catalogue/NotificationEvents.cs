using System.Text.Json.Serialization;

namespace Vagus.Events;

/// <summary>
/// What one person is told of: a result, a denial. <c>type</c> says of what, <c>action</c> where it is looked at. Only that person gets it.
/// </summary>
public sealed record NotificationSent(
    string Id,
    string Type,
    string Priority,
    string Title,
    string Message,
    string? PatientId = null,
    string? ReportId = null,
    NotificationAction? Action = null) : EventData;

/// <summary>What a client offers to do, such as <c>view_lab_result</c>, and the path of the page.</summary>
public sealed record NotificationAction(string Type, string Url);

/// <summary>
/// An alert waits for the person who gets this, its owner, until <c>dueAt</c>. It comes again with each new owner.
/// </summary>
public sealed record CriticalAlert(
    string Id,
    string Type,
    string Priority,
    string Title,
    string Message,
    bool RequiresAcknowledgment,
    CriticalAlertOwner Owner,
    int Level,
    DateTimeOffset DueAt,
    string? PatientId = null,
    string? PatientName = null,
    CriticalAlertDetails? Details = null) : EventData;

/// <summary>Whom an alert waits for.</summary>
public sealed record CriticalAlertOwner(string UserId, string Name, string Role);

/// <summary>
/// What is critical. A number is in <c>value</c>; any other finding is in <c>valueText</c>, which is absent where there is a number.
/// </summary>
public sealed record CriticalAlertDetails(
    string? TestName = null,
    decimal? Value = null,
    string? Unit = null,
    string? CriticalReason = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ValueText = null);
