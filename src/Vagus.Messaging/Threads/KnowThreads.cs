using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Messaging.Threads;

/// <summary>Tells other rooms by what it is decided who sees a thread, the same as of its events.</summary>
internal sealed class KnowThreads(Database database) : IKnowThreads
{
    public async ValueTask<Participation?> Find(TenantId tenant, string id, CancellationToken cancel) =>
        await ThreadRow.Find(database, tenant, id, cancel) is { } thread
            ? new Participation(thread.Kind, thread.Category, [.. thread.Members]) : null;
}
