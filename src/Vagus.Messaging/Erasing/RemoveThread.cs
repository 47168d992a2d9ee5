using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Threads;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Erasing;

/// <summary>
/// Removes the rows of a thread that is out of sight: its messages with their Communications, some in a write, and then everything else.
/// Each write leaves less of it, so it may be ended and begun again at any time.
/// </summary>
internal sealed class RemoveThread(GroupCommit commit, MessageRecords records)
{
    private const int MessagesAtOnce = 50;

    /// <summary>Null where all of it is gone.</summary>
    public async ValueTask<Refusal?> Run(TenantId tenant, string id, CancellationToken cancel)
    {
        while (true)
        {
            var more = await commit.Write<bool>(tenant, (write, stop) => Step(write, id, stop), cancel);
            if (more.Refusal is { } refusal) return refusal;
            if (!more.Value) return null;
        }
    }

    /// <summary>True where there is more.</summary>
    private async ValueTask<Result<bool>> Step(WriteTransaction write, string id, CancellationToken cancel)
    {
        await write.NextPosition(cancel);
        var messages = await write.Query(
            Oldest, [write.Tenant.Value, id, (long)MessagesAtOnce], row => (Id: row.GetString(0), Sequence: row.GetInt64(1)), cancel);
        if (messages.Count == 0)
        {
            await Rest(write, id, cancel);
            return false;
        }

        var gone = messages.ConvertAll(message => message.Id);
        var by = BeginErasing.Eraser(write.Tenant);
        if (await records.Remove(write, by, AuditOrigin.Unknown, gone, cancel) is { } refusal) return refusal;
        // Files belong to nothing from here on, and are swept.
        foreach (var message in gone) await StoredFiles.UnbindAll(write, $"Communication/{message}", cancel);
        await write.Queue(RemoveMessages, [write.Tenant.Value, id, messages[^1].Sequence], cancel);
        return true;
    }

    private static async ValueTask Rest(WriteTransaction write, string id, CancellationToken cancel)
    {
        object?[] ofThread = [write.Tenant.Value, id];
        foreach (var note in await write.Query(Notes, ofThread, row => row.GetString(0), cancel))
            await StoredFiles.UnbindAll(write, $"Note/{note}", cancel);
        foreach (var held in await write.Query(Held, ofThread, row => row.GetString(0), cancel))
            await StoredFiles.UnbindAll(write, $"Communication/{held}", cancel);
        var drafts = await write.Query(
            DraftsIn, ofThread, row => (User: new UserId(row.GetString(0)), Place: new DraftPlace(row.GetString(1), id)), cancel);
        foreach (var (user, place) in drafts) await DraftTable.Remove(write, user, place, cancel);
        if (await write.QueryOne(Hidden, ofThread, ThreadRow.Read, cancel) is { } thread)
        {
            foreach (var name in thread.Members) await write.Queue(Leave, [write.Tenant.Value, name, id], cancel);
            await DirectIds.Count(write, thread, cancel);
        }

        foreach (var table in Tables) await write.Queue(table, ofThread, cancel);
    }

    private static readonly Statement Oldest = new("""
        select message_id, sequence
        from messaging_message
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        order by sequence
        limit @limit
        """);

    private static readonly Statement RemoveMessages = new("""
        delete from messaging_message
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and sequence <= @sequence
        """);

    private static readonly Statement Notes = new("""
        select note_id
        from messaging_note
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        order by number
        """);

    private static readonly Statement Held = new("""
        select message_id
        from messaging_held
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        order by message_id
        """);

    private static readonly Statement DraftsIn = new("""
        select user_id, kind
        from messaging_draft
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        order by user_id, kind
        """);

    private static readonly Statement Hidden = new($"""
        select {ThreadRow.Columns}
        from messaging_thread t
        where t.tenant_id = @tenant_id
          and t.thread_id = @thread_id
        """);

    // By its key: the table is led by names.
    private static readonly Statement Leave = new("""
        delete from messaging_member
        where tenant_id = @tenant_id
          and name = @name
          and thread_id = @thread_id
        """);

    /// <summary>The thread itself goes last.</summary>
    private static readonly Statement[] Tables =
    [
        .. new[] { "attachment", "note", "held", "mark", "follow", "unread", "behind", "assignment", "thread" }.Select(name => new Statement($"""
            delete from messaging_{name}
            where tenant_id = @tenant_id
              and thread_id = @thread_id
            """)),
    ];
}
