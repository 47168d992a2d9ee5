using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Messages;

/// <summary>
/// Who has a thread while its assignee is away, or may not have it any more: the one who stands in, if that one may have it, or else all
/// who see it.
/// </summary>
/// <param name="Away">The assignee.</param>
/// <param name="By">Who takes it over; null: nobody by name.</param>
internal sealed record Cover(string Away, string? By);

/// <summary>
/// Finds who stands in. Chains of stand-ins are followed to their end by the room that keeps absences; one without an end, or in a circle,
/// leads to nobody by name.
/// </summary>
internal sealed class Coverage(IFindStandIns standIns, IFindUsers users, TimeProvider clock)
{
    /// <summary>Null where the thread has no assignee, or one who is here.</summary>
    public ValueTask<Cover?> Of(ThreadRow thread, CancellationToken cancel) =>
        thread.AssignedTo is { } assignee && (thread.Kind == ThreadKind.Patient || thread.Pool is not null)
            ? Of(thread, assignee, cancel) : ValueTask.FromResult<Cover?>(null);

    /// <summary>The same for somebody to whom the thread is to be assigned.</summary>
    public async ValueTask<Cover?> Of(ThreadRow thread, string assignee, CancellationToken cancel)
    {
        var absence = await standIns.Of(thread.Tenant, new UserId(assignee), clock.GetUtcNow(), cancel);
        if (absence is null && ThreadReaders.MayHave(thread, await users.Known(thread.Tenant, new UserId(assignee), cancel))) return null;
        if (absence?.StandIn is not { } standIn) return new Cover(assignee, null);
        var person = await users.Known(thread.Tenant, standIn, cancel);
        return new Cover(assignee, ThreadReaders.MayHave(thread, person) ? standIn.Value : null);
    }
}
