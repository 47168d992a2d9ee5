using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Staff;

/// <summary>
/// Who has a thread after a change: whom it names, who stands in for that one, or where the rule of a new category leads.
/// </summary>
internal sealed class PlaceThread(IFindUsers accounts, Coverage coverage, Routes routes, MessagingPolicies policies)
{
    /// <param name="known">The thread before its write.</param>
    /// <param name="changes">What is asked.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask<Result<ThreadChanges>> Run(ThreadRow known, ThreadChanges changes, CancellationToken cancel)
    {
        if (changes.Category is not null && known.Kind != ThreadKind.Patient)
            return FieldRefusals.Wrong("category", "left out: a patient's thread alone has one");
        // Rights are those in the category that it is to have.
        var next = known with { Category = changes.Category ?? known.Category };
        if (changes.AssignedTo is { } user
            && !ThreadReaders.MayHave(next, await accounts.Known(known.Tenant, new UserId(user), cancel)))
            return MessagingRefusals.NotAssignable;
        // Who stands in has what is given to somebody who is away; where nobody does, it is given as it was said.
        if (changes.AssignedTo is { } away && await coverage.Of(next, away, cancel) is { By: { } standIn })
            changes = changes with { AssignedTo = standIn, CoveredFor = away };
        if (next.Category == known.Category) return changes;
        var policy = await policies.Of(known.Tenant, cancel);
        return changes with { Route = await routes.Of(next, policy, cancel) };
    }

    /// <summary>
    /// The thread as it is to be, asked again in its write. Whom a new category takes it out of sight of has it no longer, so that it
    /// stands in the list of those who see it.
    /// </summary>
    public async ValueTask<Result<ThreadRow>> Apply(
        WriteTransaction write, ThreadRow thread, ThreadChanges changes, CancellationToken cancel)
    {
        var named = changes.Named(thread);
        var isMoved = named.Category != thread.Category || named.AssignedTo != thread.AssignedTo;
        if (!isMoved || named.AssignedTo is not { } user) return changes.Routed(thread, named);
        if (ThreadReaders.MayHave(named, await accounts.Find(write, write.Tenant, new UserId(user), cancel)))
            return changes.Routed(thread, named);
        return changes.Assigns ? MessagingRefusals.NotAssignable : changes.Routed(thread, Unassigned(named, changes));
    }

    private static ThreadRow Unassigned(ThreadRow thread, ThreadChanges changes) => thread with
    {
        AssignedTo = null,
        Status = changes.Status is null && thread.Status is (ThreadStatus.InProgress or ThreadStatus.WaitingProvider)
            ? ThreadStatus.Open : thread.Status,
    };
}
