using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;

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
        if (changes.AssignedTo is { } user
            && !ThreadReaders.MayHave(known, await accounts.Known(known.Tenant, new UserId(user), cancel)))
            return MessagingRefusals.NotAssignable;
        // Who stands in has what is given to somebody who is away; where nobody does, it is given as it was said.
        if (changes.AssignedTo is { } away && await coverage.Of(known, away, cancel) is { By: { } standIn })
            changes = changes with { AssignedTo = standIn, CoveredFor = away };
        if (changes.Category is not { } category || category == known.Category) return changes;
        var policy = await policies.Of(known.Tenant, cancel);
        return changes with { Route = await routes.Of(known with { Category = category }, policy, cancel) };
    }
}
