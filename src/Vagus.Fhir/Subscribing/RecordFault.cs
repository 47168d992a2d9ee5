using Vagus.Access.Audit;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// A fault of the server's own at a subscription: it is tried again with the pauses of a receiver that fails, so that it holds up nothing
/// else, and it stands in the list of those who run the server.
/// </summary>
internal sealed class RecordFault(GroupCommit commit, TimeProvider clock)
{
    /// <summary>Of exactly the row that was worked on: where it has changed meanwhile, nothing is recorded.</summary>
    /// <param name="row">What was worked on.</param>
    /// <param name="outcome">The end of the attempt, which is recorded in any case; null: none was made.</param>
    public async ValueTask Run(SubscriptionRow row, AuditEntry? outcome)
    {
        var now = clock.GetUtcNow();
        var next = now + EndNotification.PauseAfter(row.Attempts + 1);
        object?[] values =
        [
            now.ToMicroseconds(), Backport.ServerFault, next.ToMicroseconds(), row.Tenant.Value, row.Id, row.Position, row.DueAt,
        ];
        // Where it is refused, the row is as it was and is looked at again.
        await OutcomeWrite.Run(commit, row.Tenant, outcome, SubscriptionTables.Fault, values, CancellationToken.None);
    }
}
