using Vagus.Kernel;

namespace Vagus.Access.Visibility;

/// <summary>
/// Who takes part in a thread, for rooms that tell who looks at it and read nothing of it. The room that keeps the threads implements it.
/// </summary>
public interface IKnowThreads
{
    /// <summary>Null where there is no such thread.</summary>
    ValueTask<Participation?> Find(TenantId tenant, string id, CancellationToken cancel);
}
