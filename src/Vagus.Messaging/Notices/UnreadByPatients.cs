using System.Data.Common;
using System.Text.Json;
using Vagus.Access.Outgoing;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Notices;

/// <summary>
/// Which threads hold a message that no one of the patient's side has read, and since when. After two days its sender is told once, and the
/// thread says so until it is read.
/// </summary>
internal sealed class UnreadByPatients(ITellPeople people, IdSource ids)
{
    public static readonly TimeSpan Limit = TimeSpan.FromDays(2);

    /// <summary>A field of the thread, as <c>thread.updated</c> names it.</summary>
    private const string Field = "unreadSince";

    public static ValueTask Begin(WriteTransaction write, ThreadRow thread, DateTimeOffset at, CancellationToken cancel) => write.Queue(
        Add, [write.Tenant.Value, thread.Id, (at + Limit).ToMicroseconds(), at.ToMicroseconds()], cancel);

    /// <summary>Something was read or retracted, or the time has come.</summary>
    public async ValueTask LookAgain(WriteTransaction write, ThreadRow thread, CancellationToken cancel)
    {
        if (await write.QueryOne(Find, [write.Tenant.Value, thread.Id], row => new Row(!row.IsDBNull(0)), cancel) is not { } known) return;
        var waiting = await write.Query(Unread, [write.Tenant.Value, thread.Id], Read, cancel);
        if (waiting.Count == 0)
        {
            await write.Queue(Remove, [write.Tenant.Value, thread.Id], cancel);
            if (known.WasTold) await Changed(write, thread, cancel);
            return;
        }

        var since = waiting[0].SentAt;
        var isLate = since + Limit <= write.At;
        if (isLate && known.WasTold) return;
        await write.Queue(
            Update,
            [
                isLate ? null : (since + Limit).ToMicroseconds(), isLate ? write.At.ToMicroseconds() : null, since.ToMicroseconds(),
                write.Tenant.Value, thread.Id,
            ],
            cancel);
        if (isLate) await Tell(write, thread, waiting.Where(each => each.SentAt + Limit <= write.At), cancel);
        else if (known.WasTold) await Changed(write, thread, cancel);
    }

    public static ValueTask<List<(TenantId Tenant, string Thread)>> Due(
        IRunQueries queries, DateTimeOffset now, int limit, CancellationToken cancel) => queries.Query(
        DueBy, [now.ToMicroseconds(), (long)limit], row => (new TenantId(row.GetString(0)), row.GetString(1)), cancel);

    /// <summary>After a failure: others are looked at first.</summary>
    public static async ValueTask<bool> PutOff(WriteTransaction write, string thread, DateTimeOffset until, CancellationToken cancel) =>
        await write.Execute(SetDue, [until.ToMicroseconds(), write.Tenant.Value, thread, write.At.ToMicroseconds()], cancel) == 1;

    /// <summary>Of these threads those whose senders were told, and since when they are unread.</summary>
    public static async ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> Told(
        IRunQueries queries, TenantId tenant, IEnumerable<string> threads, CancellationToken cancel)
    {
        var rows = await queries.Query(
            ToldOf, [tenant.Value, JsonSerializer.Serialize(threads)],
            row => (Thread: row.GetString(0), Since: Instant.FromMicroseconds(row.GetInt64(1))), cancel);
        return rows.ToDictionary(row => row.Thread, row => row.Since, StringComparer.Ordinal);
    }

    private async ValueTask Tell(WriteTransaction write, ThreadRow thread, IEnumerable<Waiting> late, CancellationToken cancel)
    {
        var told = await Changed(write, thread, cancel);
        foreach (var sender in late.Select(each => each.Sender).Distinct(StringComparer.Ordinal))
        {
            var content = new NotificationSent(
                "", "message_unread", "normal", "Message Not Read", "A message to a patient has not been read for two days.",
                thread.Patient?.Value, null, new NotificationAction("view_thread", $"/inbox/{thread.Id}"));
            await people.Tell(write, new UserId(sender), content, told, cancel);
        }
    }

    private async ValueTask<string> Changed(WriteTransaction write, ThreadRow thread, CancellationToken cancel)
    {
        var data = new ThreadUpdated(
            thread.Id, thread.Kind, thread.Status, thread.Members, [Field], thread.Patient?.Value, thread.Category, thread.Priority,
            thread.AssignedTo);
        var draft = new NewEvent(ids.NewId(), EventCatalogue.Of(data).Name, EventCatalogue.Serialize(data))
        {
            Patient = thread.Patient, Audience = EventAudience.OfThread(thread.Kind, thread.Category, thread.Members),
        };
        await write.Append(draft, cancel);
        return draft.EventId;
    }

    private static Waiting Read(DbDataReader row) => new(row.GetString(0), Instant.FromMicroseconds(row.GetInt64(1)));

    private sealed record Row(bool WasTold);

    private sealed record Waiting(string Sender, DateTimeOffset SentAt);

    private static readonly Statement Add = new("""
        insert into messaging_unread (tenant_id, thread_id, due_at, unread_since)
        values (@tenant_id, @thread_id, @due_at, @unread_since)
        on conflict do nothing
        """);

    private static readonly Statement Find = new("""
        select told_at
        from messaging_unread
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    // More are not looked at: the oldest decide.
    private static readonly Statement Unread = new("""
        select sender_id, sent_at
        from messaging_message
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and sender_role not in ('patient', 'service')
          and read_at is null
          and status = 'sent'
        order by sequence
        limit 100
        """);

    private static readonly Statement Update = new("""
        update messaging_unread
        set due_at = @due_at, told_at = @told_at, unread_since = @unread_since
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    private static readonly Statement SetDue = new("""
        update messaging_unread
        set due_at = @due_at
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and due_at <= @now
        """);

    private static readonly Statement Remove = new("""
        delete from messaging_unread
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    // A thread out of sight is left alone: it would be found again in each turn.
    private static readonly Statement DueBy = new($"""
        select u.tenant_id, u.thread_id
        from messaging_unread u
        where u.due_at <= @now
          and u.{NotStopped.Sql}
          and not exists (
            select 1
            from messaging_thread t
            where t.tenant_id = u.tenant_id
              and t.thread_id = u.thread_id
              and t.erasing_at is not null)
        order by u.due_at, u.tenant_id, u.thread_id
        limit @limit
        """);

    private static readonly Statement ToldOf = ListSql.With(list => $"""
        select thread_id, unread_since
        from messaging_unread
        where tenant_id = @tenant_id
          and thread_id in ({list("threads")})
          and told_at is not null
        order by thread_id
        """);
}
