using Vagus.Kernel;

namespace Vagus.Messaging.Threads;

/// <summary>
/// On which side of a thread somebody reads and writes. The first member is the first side: the patient, with who holds a proxy, or the
/// user who began a direct thread; all others are the other one. A thread among staff has no sides.
/// </summary>
internal static class ThreadSides
{
    public static bool Has(ThreadRow thread) => thread.Kind != ThreadKind.Staff;

    /// <summary>The user who is the first side; empty where the patient is.</summary>
    public static string First(ThreadRow thread) =>
        thread.Members[0].StartsWith("Patient/", StringComparison.Ordinal) ? "" : thread.Members[0];

    public static bool IsOfFirst(ThreadRow thread, Caller caller) =>
        First(thread) is { Length: > 0 } user ? caller.User.Value == user : caller.Role == Role.Patient;

    /// <summary>A condition: the message <c>g</c> is of the other side than a reader of whom <see cref="IsOfFirst"/> says so.</summary>
    public const string IsOfOther = """
        (@has_sides = false or (g.sender_id = @first or (@first = '' and g.sender_role = 'patient')) <> @of_first)
        """;
}
