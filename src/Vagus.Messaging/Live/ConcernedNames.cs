using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Live;

/// <summary>
/// The names of those whose count of unread threads an event may change; none for a change of a thread that no count depends on, such as
/// its priority or labels.
/// </summary>
internal static class ConcernedNames
{
    private static readonly string[] Everybody = [.. Enum.GetValues<Role>().Where(role => role.IsStaff()).Select(ThreadNames.Of)];
    private static readonly string[] ForReaders = ["status", "assignedTo"];
    private static readonly string[] ForEverybody = ["category", "participants", "erased"];

    /// <summary>Events that nothing is told of but other counts.</summary>
    public static readonly string[] Types = ["thread.updated", "thread.closed", "thread.reopened", "note.added"];

    /// <param name="fact">The event.</param>
    /// <param name="thread">Its thread; null once it is being erased.</param>
    public static IReadOnlyList<string> Of(LiveFact fact, ThreadRow? thread) => fact.Type switch
    {
        "message.read" => [fact.Text("readerId")],
        "note.added" => fact.Texts("mentionedIds"),
        "thread.updated" => OfUpdate(fact, thread),
        _ => Readers(thread),
    };

    // Who has lost sight of the thread is not told by its row: the roles are asked all.
    private static IReadOnlyList<string> OfUpdate(LiveFact fact, ThreadRow? thread)
    {
        var changed = fact.Texts("changed");
        if (changed.Any(ForEverybody.Contains)) return [.. fact.Texts("participantIds"), .. Everybody];
        return changed.Any(ForReaders.Contains) ? Readers(thread) : [];
    }

    private static IReadOnlyList<string> Readers(ThreadRow? thread) => thread is null ? [] : ThreadReaders.Of(thread);
}
