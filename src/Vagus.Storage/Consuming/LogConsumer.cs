using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Consuming;

/// <summary>
/// Reads every tenant's log in order and keeps state or tells others of it: charts, alerts, a bus. It is registered with
/// <see cref="StorageFeature.AddLogConsumer{T}"/>; one node of a cluster runs it at a time. See the README beside this file.
/// </summary>
public abstract class LogConsumer
{
    /// <summary>Its cursors are kept under this name: never renamed, no patient data.</summary>
    public abstract string Name { get; }

    /// <summary>Wire names of the event types that it is given; null: all of them.</summary>
    public abstract IReadOnlySet<string>? Types { get; }

    /// <summary>
    /// True where events from before the consumer was first installed are of no use to it: they are not given. E-mail is an example, a
    /// chart is none.
    /// </summary>
    public virtual bool SkipsThePast => false;

    /// <summary>
    /// Changes the consumer's state by these events, in order. The cursor moves in the same transaction, so each event changes the state
    /// once. The work may wait for nothing but the transaction: others wait behind it.
    /// </summary>
    public abstract ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel);

    /// <summary>
    /// Runs before the transaction and outside the write lane: the place for the network. The same events may come again, after a failure
    /// or from another node, so the receiver must know repetitions by <see cref="LoggedEvent.EventId"/>.
    /// </summary>
    public virtual ValueTask Deliver(IReadOnlyList<LoggedEvent> events, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>
    /// True where none of these events changes the consumer's state, which it has found out in <see cref="Deliver"/>: they are passed over,
    /// like events of other types, and no transaction moves the cursor for them.
    /// </summary>
    public virtual bool PassesOver(IReadOnlyList<LoggedEvent> events) => false;

    /// <summary>What <see cref="Apply"/> did is committed: a hint for those who wait for it in this process. It returns at once.</summary>
    public virtual void Committed()
    {
    }

    /// <summary>
    /// True where a failure says nothing about the events: the receiver cannot be reached. Such failures are retried without limit and
    /// park no event. Failures of our own database are known without this.
    /// </summary>
    public virtual bool IsOutage(Exception cause) => false;

    internal bool Wants(LoggedEvent @event) => Types is null || Types.Contains(@event.Type);
}
