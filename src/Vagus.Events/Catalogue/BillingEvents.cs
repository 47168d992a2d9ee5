namespace Vagus.Events;

/// <summary>A claim was written down, not necessarily sent.</summary>
public sealed record ClaimCreated(
    string Resource,
    string ClaimId,
    string Status,
    string? PatientId = null,
    string? Insurer = null,
    decimal? Total = null,
    string? Currency = null) : EventData;

/// <summary>A claim changed but kept its status.</summary>
public sealed record ClaimUpdated(
    string Resource,
    string ClaimId,
    string Status,
    IReadOnlyList<string> Changed,
    string? PatientId = null,
    decimal? Total = null,
    string? Currency = null) : EventData;

/// <summary>A claim's status became another, or the insurer answered with another outcome.</summary>
public sealed record ClaimStatusChanged(
    string Resource,
    string ClaimId,
    string Status,
    string? PreviousStatus = null,
    string? PatientId = null) : EventData;

/// <summary>A claim is on its way to the insurer.</summary>
public sealed record ClaimSubmitted(
    string Resource,
    string ClaimId,
    string? PatientId = null,
    string? Insurer = null,
    decimal? Total = null,
    string? Currency = null) : EventData;

/// <summary>The insurer pays nothing for a claim.</summary>
public sealed record ClaimDenied(
    string Resource,
    string ClaimId,
    string? PatientId = null,
    string? Reason = null,
    string? Insurer = null) : EventData;

/// <summary>The insurer pays for a claim.</summary>
public sealed record ClaimPaid(
    string Resource,
    string ClaimId,
    string? PatientId = null,
    decimal? Amount = null,
    string? Currency = null,
    string? Insurer = null) : EventData;

/// <summary>Money came in.</summary>
public sealed record PaymentReceived(
    string Resource,
    string PaymentId,
    decimal Amount,
    string? Currency = null,
    string? PatientId = null,
    string? ClaimId = null,
    string? InvoiceId = null) : EventData;

/// <summary>A request for prior authorization has a new status; <c>priorAuthId</c> is the id of the Claim.</summary>
public sealed record PriorAuthStatusChanged(
    string Resource,
    string PriorAuthId,
    string Status,
    string? PreviousStatus = null,
    string? PatientId = null) : EventData;

/// <summary>The insurer authorized what was asked for.</summary>
public sealed record PriorAuthApproved(
    string Resource,
    string PriorAuthId,
    string? PatientId = null,
    string? AuthorizationNumber = null,
    string? ValidUntil = null,
    string? Insurer = null) : EventData;

/// <summary>The insurer refused what was asked for.</summary>
public sealed record PriorAuthDenied(
    string Resource,
    string PriorAuthId,
    string? PatientId = null,
    string? Reason = null,
    string? Insurer = null) : EventData;
