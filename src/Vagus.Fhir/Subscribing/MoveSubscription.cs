using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// Moves a subscription on to another status: a version of its resource, like any other change, with its event and its entry in the audit.
/// Where somebody was faster, nothing happens; one that cannot be moved as it stands is put off.
/// </summary>
internal sealed partial class MoveSubscription(
    FhirWrites writes, RecordFault faults, FhirOptions options, OwnBases own, TimeProvider clock, ILogger<MoveSubscription> logger)
{
    /// <summary>The receiver has taken the handshake.</summary>
    public ValueTask Activate(SubscriptionRow subscription, AuditEntry? outcome, CancellationToken cancel) =>
        Run(subscription, new Step(SubscriptionBody.Active, Error: null, Text: null, outcome), cancel);

    /// <summary>It cannot be told any more: its owner activates the subscription again (requirement 81).</summary>
    /// <param name="subscription">As it was worked on.</param>
    /// <param name="error">Why, as a code.</param>
    /// <param name="text">What its resource says.</param>
    /// <param name="outcome">The attempt that was the last one; null: no attempt was made.</param>
    /// <param name="cancel">Ends the writing.</param>
    public ValueTask Fail(SubscriptionRow subscription, string error, string text, AuditEntry? outcome, CancellationToken cancel) =>
        Run(subscription, new Step(SubscriptionBody.Error, error, text, outcome), cancel);

    public ValueTask End(SubscriptionRow subscription, string text, CancellationToken cancel) =>
        Run(subscription, new Step(SubscriptionBody.Off, Error: null, text, Outcome: null), cancel);

    private async ValueTask Run(SubscriptionRow subscription, Step step, CancellationToken cancel)
    {
        var status = step.Status;
        var call = SubscriptionCalls.AsServer(subscription.Tenant, options, own, clock, cancel) with
        {
            MovesSubscription = new SubscriptionMove(subscription.Owner.Name, subscription.Position, status, step.Error)
            {
                Outcome = step.Outcome,
            },
        };
        var moved = await Write(writes, call, subscription.Id, step.Text);
        if (moved.Refusal is { } refused)
        {
            Log.Stayed(logger, subscription.Tenant.Value, subscription.Id, status, refused.Code);
            await faults.Run(subscription, step.Outcome);
            return;
        }

        Log.Moved(logger, subscription.Tenant.Value, subscription.Id, status);
    }

    /// <summary>The version in the status to which the call moves the subscription, with what is wrong; null: nothing is.</summary>
    internal static ValueTask<Result<StoredResource>> Write(FhirWrites writes, FhirCall call, string id, string? text) =>
        writes.Run<StoredResource>(call, async transaction =>
        {
            if (call.MovesSubscription is not { Status: var status }) throw new InvalidOperationException("The call moves no subscription.");
            var current = await transaction.Current(SubscriptionBody.Type, id);
            if (current.Refusal is { } gone) return gone;
            var body = SubscriptionBody.InStatus(current.Value.Body, status, text);
            var prepared = ResourcePreparation.OfChange(call, SubscriptionBody.Type, id, body, current.Value.Body);
            if (prepared.Refusal is { } invalid) return invalid;
            return await transaction.Put(prepared.Value, new Precondition(current.Value.Version, Absent: false));
        });

    private sealed record Step(string Status, string? Error, string? Text, AuditEntry? Outcome);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Tenant {Tenant}: subscription {Subscription} is {Status} now")]
        public static partial void Moved(ILogger logger, string tenant, string subscription, string status);

        [LoggerMessage(2, LogLevel.Information, "Tenant {Tenant}: subscription {Subscription} did not become {Status} ({Reason})")]
        public static partial void Stayed(ILogger logger, string tenant, string subscription, string status, string reason);
    }
}
