using System.Diagnostics;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Threads;

/// <summary>
/// Appends the events of a thread, with the participation by which it is decided who sees them, and keeps through whose hands it went.
/// </summary>
internal sealed class ThreadEvents(IdSource ids)
{
    public ValueTask<long> Append(WriteTransaction write, Caller by, ThreadRow thread, EventData data, CancellationToken cancel) =>
        Append(write, by, thread, data, narrows: null, cancel);

    /// <param name="write">The write of what is told.</param>
    /// <param name="by">Who did it.</param>
    /// <param name="thread">As it is afterwards.</param>
    /// <param name="data">What is told.</param>
    /// <param name="narrows">Set where something told before may not be told any more: live readers look again.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask<long> Append(
        WriteTransaction write, Caller by, ThreadRow thread, EventData data, FormerReach? narrows, CancellationToken cancel)
    {
        var draft = new NewEvent(ids.NewId(), EventCatalogue.Of(data).Name, EventCatalogue.Serialize(data))
        {
            Patient = thread.Patient,
            Audience = EventAudience.OfThread(thread.Kind, thread.Category, thread.Members),
            Narrows = narrows,
            UserId = by.User.Value,
            PortalType = by.PortalType,
            Cause = Activity.Current?.Id,
        };
        return await write.Append(draft, cancel);
    }

    /// <summary>What became of a thread: closed, opened again, or otherwise changed; nothing where nothing differs.</summary>
    public async ValueTask Changed(WriteTransaction write, Caller by, ThreadRow before, ThreadRow after, CancellationToken cancel)
    {
        var changed = ThreadRules.Changed(before, after);
        if (changed.Count == 0) return;
        AssignmentTable.Add(write, by.Role is Role.Patient or Role.Service ? null : by, before, after);
        var (members, patient, user) = (after.Members, after.Patient?.Value, by.User.Value);
        if (before.Status != ThreadStatus.Closed && after.Status == ThreadStatus.Closed)
            await Append(write, by, after, new ThreadClosed(after.Id, after.Kind, members, patient, user), cancel);
        else if (before.Status == ThreadStatus.Closed && after.Status != ThreadStatus.Closed)
            await Append(write, by, after, new ThreadReopened(after.Id, after.Kind, after.Status, members, patient, user), cancel);
        if (changed is ["status"] && (before.Status == ThreadStatus.Closed || after.Status == ThreadStatus.Closed)) return;
        await Updated(write, by, before, after, changed, cancel);
    }

    /// <summary>Fields of the thread have changed, named as clients know them.</summary>
    public async ValueTask Updated(
        WriteTransaction write, Caller by, ThreadRow before, ThreadRow after, IReadOnlyList<string> changed, CancellationToken cancel) =>
        await Append(write, by, after, UpdateOf(by, after, changed), Narrows(before, after), cancel);

    /// <summary>What live readers keep in memory and what the log tells again was for those who took part or saw the category.</summary>
    public static FormerReach? Narrows(ThreadRow before, ThreadRow after) =>
        ThreadReaders.AnyoneLoses(before, after) ? FormerReach.Nothing : null;

    private static ThreadUpdated UpdateOf(Caller by, ThreadRow after, IReadOnlyList<string> changed) => new(
        after.Id, after.Kind, after.Status, after.Members, changed, after.Patient?.Value, after.Category, after.Priority,
        after.AssignedTo, by.User.Value);

    public async ValueTask Created(WriteTransaction write, Caller by, ThreadRow thread, CancellationToken cancel)
    {
        AssignmentTable.Add(write, by: null, before: null, thread);
        var created = new ThreadCreated(
            thread.Id, thread.Kind, thread.Status, thread.Members, thread.Patient?.Value, thread.Category, thread.Priority,
            thread.AssignedTo, by.User.Value);
        await Append(write, by, thread, created, cancel);
    }
}
