namespace Vagus.Storage.Consuming;

/// <summary>
/// What one node of a cluster does again and again, under a lease of its own; added with <see cref="StorageFeature.AddLeasedDuty{T}"/>.
/// A node that was paused may still end its turn after another one has begun: a turn must bear that.
/// </summary>
public abstract class LeasedDuty
{
    /// <summary>The name of its lease. It never changes and is no consumer's.</summary>
    public abstract string Name { get; }

    public abstract TimeSpan Interval { get; }

    /// <summary>A turn that fails is logged, and the next one comes as usual.</summary>
    public abstract ValueTask Turn(CancellationToken cancel);

    /// <summary>Called once when the process stops while it has the lease, after the last turn.</summary>
    public virtual ValueTask Finish(CancellationToken cancel) => ValueTask.CompletedTask;
}
