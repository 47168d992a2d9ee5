using System.Collections.Frozen;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Threads;

/// <summary>
/// The names of who may read the messages of a thread as Communications: who takes part, and of a patient's thread the roles that see its
/// category by the house's table. What a tenant takes away is asked when a message is opened.
/// </summary>
internal static class ThreadReaders
{
    private static readonly FrozenDictionary<string, string[]> RolesOf =
        ThreadCategory.All.ToFrozenDictionary(category => category, Roles, StringComparer.Ordinal);

    public static IReadOnlyList<string> Of(ThreadRow thread) =>
        thread is { Kind: ThreadKind.Patient, Category: { } category }
            ? [.. thread.Members, .. RolesOf.GetValueOrDefault(category, [])] : thread.Members;

    /// <summary>Somebody who could read what was written before may not do so any more.</summary>
    public static bool AnyoneLoses(ThreadRow before, ThreadRow after) => Of(before).Except(Of(after), StringComparer.Ordinal).Any();

    /// <summary>Sets the readers of the Communications of threads that somebody has lost, by one statement per thread.</summary>
    public static async ValueTask Keep(
        WriteTransaction write, IReadOnlyList<(ThreadRow Before, ThreadRow After)> changes, CancellationToken cancel)
    {
        List<ThreadRow> lost = [.. changes.Where(each => AnyoneLoses(each.Before, each.After)).Select(each => each.After)];
        await Set(write, lost, cancel);
    }

    /// <summary>The Communications of these threads are for their readers of now.</summary>
    public static async ValueTask Set(WriteTransaction write, IReadOnlyList<ThreadRow> threads, CancellationToken cancel)
    {
        if (threads.Count == 0) return;
        var readers = threads.ToDictionary(thread => thread.Id, Of, StringComparer.Ordinal);
        var messages = await write.Query(
            MessagesOf, [write.Tenant.Value, JsonSerializer.Serialize(readers.Keys)],
            row => (Thread: row.GetString(0), Id: row.GetString(1)), cancel);
        foreach (var ids in messages.ToLookup(each => each.Thread, each => each.Id, StringComparer.Ordinal))
            await MessageRecords.SetReaders(write, [.. ids], readers[ids.Key], cancel);
    }

    /// <summary>Whether a thread can be assigned to a user: staff who take part, or whose role sees it.</summary>
    public static bool MayHave(ThreadRow thread, UserFacts? person)
    {
        if (person is null or { IsDisabled: true } || !person.Role.IsStaff()) return false;
        var readers = Of(thread);
        return readers.Contains(person.User.Value) || readers.Contains(ThreadNames.Of(person.Role));
    }

    private static string[] Roles(string category) =>
        [.. Enum.GetValues<Role>().Where(role => Sees(role, category)).Select(ThreadNames.Of)];

    private static bool Sees(Role role, string category)
    {
        var somebody = new Caller(new TenantId(""), new UserId(""), role, new SessionId(""));
        var facts = new EventFacts("message.sent") { Participation = new Participation(ThreadKind.Patient, category, []) };
        return EventVisibility.Sees(Reach.Of(somebody, TenantNarrowing.None, ceiling: null), facts);
    }

    private static readonly Statement MessagesOf = ListSql.With(list => $"""
        select thread_id, message_id
        from messaging_message
        where tenant_id = @tenant_id
          and thread_id in ({list("threads")})
        order by thread_id, sequence
        """);
}
