using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Threads;

/// <summary>How a thread's row and those of its members are written.</summary>
internal static class ThreadTables
{
    public static void Add(WriteTransaction write, ThreadRow thread)
    {
        write.Insert(
            Threads, thread.Tenant.Value, thread.Id, thread.Kind, thread.Patient?.Value, thread.Category, thread.Priority, thread.Status,
            thread.AssignedTo, thread.Team, thread.Pool, string.Join(' ', thread.Members), thread.CreatedBy,
            thread.CreatedAt.ToMicroseconds(), thread.LastSequence, thread.LastNote, thread.LastMessageAt.ToMicroseconds(),
            thread.WaitingSince?.ToMicroseconds(), thread.Version, thread.SealedSubject, thread.SealedPreview, thread.PreviewSequence,
            string.Join(' ', thread.Labels));
        foreach (var name in thread.Members) write.Insert(Members, thread.Tenant.Value, name, thread.Id);
    }

    /// <summary>The thread is out of sight, and its rows are being removed.</summary>
    public static async ValueTask<bool> IsErasing(WriteTransaction write, string id, CancellationToken cancel) =>
        await write.QueryOne(Erasing, [write.Tenant.Value, id], row => row.GetInt64(0), cancel) > 0;

    /// <summary>
    /// All columns that change after a thread has begun. The tenant's head is held, so the row is still as it was read.
    /// </summary>
    public static ValueTask Replace(WriteTransaction write, ThreadRow before, ThreadRow after, CancellationToken cancel) =>
        Replace(write, [(before, after)], cancel);

    /// <summary>The same of many threads, sent together: a name that leaves is one statement for all of them.</summary>
    public static async ValueTask Replace(
        WriteTransaction write, IReadOnlyList<(ThreadRow Before, ThreadRow After)> changes, CancellationToken cancel)
    {
        foreach (var (_, after) in changes) await write.Queue(Update, Changing(after), cancel);
        var gone = changes.SelectMany(each => Names(each.Before, each.After));
        foreach (var threads in gone.ToLookup(each => each.Name, each => each.Thread, StringComparer.Ordinal))
            await write.Queue(Leave, [write.Tenant.Value, threads.Key, JsonSerializer.Serialize(threads)], cancel);
        await BehindTable.Changed(write, changes, cancel);
        await ThreadReaders.Keep(write, changes, cancel);
        // Last, because rows that wait are sent before a statement that names their table.
        foreach (var (name, thread) in changes.SelectMany(each => Names(each.After, each.Before)))
            write.Insert(Members, write.Tenant.Value, name, thread);
    }

    /// <summary>The names that one state of a thread has and the other has not.</summary>
    private static IEnumerable<(string Name, string Thread)> Names(ThreadRow of, ThreadRow without) =>
        of.Members.Except(without.Members, StringComparer.Ordinal).Select(name => (name, of.Id));

    private static object?[] Changing(ThreadRow after) =>
    [
        after.Category, after.Priority, after.Status, after.AssignedTo, after.Team, string.Join(' ', after.Members),
        after.LastSequence, after.LastNote, after.LastMessageAt.ToMicroseconds(), after.WaitingSince?.ToMicroseconds(),
        after.Version, after.SealedSubject, after.SealedPreview, after.PreviewSequence, after.DueAt?.ToMicroseconds(),
        Microseconds(after.DueLeft), after.OverdueAt?.ToMicroseconds(), after.SnoozedUntil?.ToMicroseconds(),
        string.Join(' ', after.Labels), after.AutoRepliedAt?.ToMicroseconds(), Microseconds(after.DueUsed),
        after.DueSince?.ToMicroseconds(), after.CoveredFor, after.Tenant.Value, after.Id,
    ];

    private static long? Microseconds(TimeSpan? span) => span is { } known ? (long)known.TotalMicroseconds : null;

    private static readonly Statement Erasing = new("""
        select count(*)
        from messaging_thread
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and erasing_at is not null
        """);

    private static readonly InsertInto Threads = new(
        "messaging_thread",
        ("tenant_id", ColumnType.Text), ("thread_id", ColumnType.Text), ("kind", ColumnType.Text), ("patient_id", ColumnType.Text),
        ("category", ColumnType.Text), ("priority", ColumnType.Text), ("status", ColumnType.Text), ("assigned_to", ColumnType.Text),
        ("team", ColumnType.Text), ("pool", ColumnType.Text), ("members", ColumnType.Text), ("created_by", ColumnType.Text),
        ("created_at", ColumnType.BigInt), ("last_sequence", ColumnType.BigInt), ("last_note", ColumnType.BigInt),
        ("last_message_at", ColumnType.BigInt), ("waiting_since", ColumnType.BigInt), ("version", ColumnType.BigInt),
        ("sealed_subject", ColumnType.Bytes), ("sealed_preview", ColumnType.Bytes), ("preview_sequence", ColumnType.BigInt),
        ("labels", ColumnType.Text));

    private static readonly InsertInto Members = new(
        "messaging_member", ("tenant_id", ColumnType.Text), ("name", ColumnType.Text), ("thread_id", ColumnType.Text));

    private static readonly Statement Leave = ListSql.With(list => $"""
        delete from messaging_member
        where tenant_id = @tenant_id
          and name = @name
          and thread_id in ({list("threads")})
        """);

    private static readonly Statement Update = new("""
        update messaging_thread
        set category = @category, priority = @priority, status = @status, assigned_to = @assigned_to, team = @team, members = @members,
          last_sequence = @last_sequence, last_note = @last_note, last_message_at = @last_message_at, waiting_since = @waiting_since,
          version = @version, sealed_subject = @sealed_subject, sealed_preview = @sealed_preview,
          preview_sequence = @preview_sequence, due_at = @due_at, due_left = @due_left, overdue_at = @overdue_at,
          snoozed_until = @snoozed_until, labels = @labels, auto_replied_at = @auto_replied_at, due_used = @due_used,
          due_since = @due_since, covered_for = @covered_for
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);
}
