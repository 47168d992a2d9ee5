using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Threads;

/// <summary>Through whose hands a thread went: a row for each change of its assignee or its team, in the write of the change.</summary>
internal static class AssignmentTable
{
    /// <param name="write">The write of the change.</param>
    /// <param name="by">Whose doing it is; null: the server gives threads on by rules and absences.</param>
    /// <param name="before">Null for a thread that begins.</param>
    /// <param name="after">With the version of the change.</param>
    public static void Add(WriteTransaction write, Caller? by, ThreadRow? before, ThreadRow after)
    {
        if (before?.AssignedTo == after.AssignedTo && before?.Team == after.Team) return;
        write.Insert(
            Rows, after.Tenant.Value, after.Id, after.Version, write.At.ToMicroseconds(), by?.User.Value, after.AssignedTo, after.Team);
    }

    private static readonly InsertInto Rows = new(
        "messaging_assignment",
        ("tenant_id", ColumnType.Text), ("thread_id", ColumnType.Text), ("version", ColumnType.BigInt), ("at", ColumnType.BigInt),
        ("by_user", ColumnType.Text), ("assigned_to", ColumnType.Text), ("team", ColumnType.Text));
}
