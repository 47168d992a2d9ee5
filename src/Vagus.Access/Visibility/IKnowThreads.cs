using Vagus.Kernel;

namespace Vagus.Access.Visibility;

/// <summary>
/// Who takes part in a thread, for rooms that tell who looks at it or what happened in it, and read nothing of it. The room that keeps the
/// threads implements it.
/// </summary>
public interface IKnowThreads
{
    /// <summary>Null where there is no such thread.</summary>
    ValueTask<Participation?> Find(TenantId tenant, string id, CancellationToken cancel);

    /// <summary>Of many; threads that are not there are missing.</summary>
    ValueTask<IReadOnlyDictionary<string, Participation>> Find(
        TenantId tenant, IReadOnlyCollection<string> ids, CancellationToken cancel);
}
