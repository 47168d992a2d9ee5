using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Server.Commands;

/// <summary>
/// What the operator does to an installation as a whole, in its system log. It is recorded before it is done, and not done where it cannot
/// be recorded. A restore is recorded afterwards, in the database that it has made.
/// </summary>
internal static class OperatorRecord
{
    /// <summary>
    /// Null once it is in the database: an entry by itself may be acknowledged from a journal, which a backup has not.
    /// </summary>
    public static async ValueTask<Refusal?> Keep(IServiceProvider rooms, string action, string on, string? detail = null)
    {
        var entry = AuditActor.Operator.Entry(action) with { On = on, Detail = detail };
        var kept = await rooms.GetRequiredService<GroupCommit>().Write<bool>(
            AuditTrail.System,
            (write, _) =>
            {
                AuditTrail.Add(write, entry);
                return ValueTask.FromResult<Result<bool>>(true);
            },
            CancellationToken.None);
        return kept.Refusal;
    }

    /// <summary>The same around a command that answers a result.</summary>
    public static async ValueTask<Result<T>> Before<T>(
        IServiceProvider rooms, (string Action, string On) what, Func<ValueTask<Result<T>>> command) =>
        await Keep(rooms, what.Action, what.On) is { } unrecorded ? unrecorded : await command();
}
