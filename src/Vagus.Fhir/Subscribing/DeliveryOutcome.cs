using System.Globalization;
using Vagus.Access.Audit;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// What the audit says of an attempt that has ended: of which subscription, which numbers, and how it ended. What was told, and of whom, is
/// in the entry that was made before it left. Signs of life that were taken tell of nothing, and have none.
/// </summary>
internal static class DeliveryOutcome
{
    private const string HandshakeText = "handshake";
    private const string GoneText = "gone";

    /// <summary>Null: there is nothing to record.</summary>
    public static AuditEntry? Of(TakenNotification taken, HookAnswer answer) => answer switch
    {
        HookAnswer.Taken => taken.Type == Backport.HeartbeatType ? null : EntryOf(taken),
        HookAnswer.Unanswered => Failed(taken, Backport.NoResponse),
        HookAnswer.Gone => Failed(taken, GoneText),
        _ => Failed(taken, Backport.ErrorResponse),
    };

    /// <summary>The server itself could not send it.</summary>
    public static AuditEntry OfFault(TakenNotification taken) =>
        Failed(taken, Backport.ServerFault) with { Outcome = AuditOutcome.SeriousFailure };

    /// <summary>The handshake of a socket, with the session by which it was bound.</summary>
    public static AuditEntry OfSocket(string id, Caller caller, AuditOrigin origin) =>
        AuditEntry.Of(AuditActions.Deliver, caller, origin) with { On = AddressOf(id), Detail = HandshakeText };

    private static AuditEntry Failed(TakenNotification taken, string reason) =>
        EntryOf(taken) with { Outcome = AuditOutcome.MinorFailure, Reason = reason };

    private static AuditEntry EntryOf(TakenNotification taken) =>
        AuditEntry.Of(AuditActions.Deliver, SubscriptionCalls.ServerOf(taken.Row.Tenant), AuditOrigin.Unknown) with
        {
            On = AddressOf(taken.Row.Id),
            Detail = string.Create(CultureInfo.InvariantCulture, $"{WhatOf(taken)};attempt={taken.Row.Attempts + 1}"),
        };

    private static string WhatOf(TakenNotification taken) => taken.Type == Backport.EventNotification
        ? string.Create(CultureInfo.InvariantCulture, $"events={taken.Row.Delivered + 1}-{taken.Last}") : taken.Type;

    private static string AddressOf(string id) => $"{SubscriptionBody.Type}/{id}";
}
