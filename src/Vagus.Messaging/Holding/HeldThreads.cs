using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Holding;

/// <summary>The thread of a message that waits, where its author may write in it or begin it now, by the rights of now.</summary>
internal sealed class HeldThreads(Database database, ThreadSights sights, TenantPolicies policies, IFindPatients patients)
{
    /// <summary>Null where the author may not.</summary>
    public async ValueTask<(ThreadRow Thread, ThreadSight Sight)?> Find(Caller author, HeldMessage held, CancellationToken cancel)
    {
        var sight = await sights.Of(author, cancel);
        if (held.Begins is { } begins)
            return await MayBegin(author, sight, begins, cancel) ? (begins.Row(held.ThreadId, author, held.AcceptedAt), sight) : null;
        return await ThreadRow.Find(database, held.Tenant, held.ThreadId, cancel) is { } thread && sight.Sees(thread)
            ? (thread, sight) : null;
    }

    private async ValueTask<bool> MayBegin(Caller author, ThreadSight sight, HeldBeginning begins, CancellationToken cancel)
    {
        if (author.Role == Role.Patient) return author.OwnPatients.Contains(begins.Patient);
        return sight.Categories.Contains(begins.Category)
            && await patients.Find(await policies.ReachOf(author, cancel), begins.Patient, cancel) is not null;
    }
}
