using System.Collections.Frozen;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Kernel;

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
}
