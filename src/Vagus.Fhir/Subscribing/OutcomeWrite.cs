using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>What becomes of a subscription's row after an attempt, with the attempt's outcome in the audit.</summary>
internal static class OutcomeWrite
{
    /// <param name="commit">Writes both at once.</param>
    /// <param name="tenant">The subscription's.</param>
    /// <param name="outcome">Null: no attempt was made.</param>
    /// <param name="statement">Changes the row, if it is as it was read.</param>
    /// <param name="values">Of the statement.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static ValueTask<Result<bool>> Run(
        GroupCommit commit, TenantId tenant, AuditEntry? outcome, Statement statement, object?[] values, CancellationToken cancel) =>
        commit.Write<bool>(
            tenant,
            async (write, stop) =>
            {
                if (outcome is not null) AuditTrail.Add(write, outcome);
                return await write.Execute(statement, values, stop) == 1;
            },
            cancel);
}
