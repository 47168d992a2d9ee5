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
/// Which threads hold a message that no one of the patient's side has read, and since when. After two days each sender of one is told once,
/// and the thread says so until it is read.
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
        if (await write.QueryOne(Find, [write.Tenant.Value, thread.Id], ReadTold, cancel) is not { } known) return;
        var waiting = await write.Query(Unread, [write.Tenant.Value, thread.Id], Read, cancel);
        var late = waiting.FindAll(each => each.SentAt + Limit <= write.At);
        // Who was late when the others were told was told with them.
        var untold = late.FindAll(each => known.ToldAt is not { } told || each.SentAt + Limit > told);
        var toldAt = untold.Count > 0 ? write.At : late.Count > 0 ? known.ToldAt : null;
        if (waiting.Count == 0) await write.Queue(Remove, [write.Tenant.Value, thread.Id], cancel);
        else await Keep(write, thread, waiting, toldAt, cancel);
        if (untold.Count > 0) await Tell(write, thread, untold, cancel);
        else if (known.ToldAt is not null && (late.Count == 0 || waiting[0].SentAt != known.Since)) await Changed(write, thread, cancel);
    }

    /// <summary>The next look is at the time of the first message that is not late yet.</summary>
    private static ValueTask Keep(
        WriteTransaction write, ThreadRow thread, List<Waiting> waiting, DateTimeOffset? toldAt, CancellationToken cancel)
    {
        var next = waiting.Find(each => each.SentAt + Limit > write.At);
        return write.Queue(
            Update,
            [
                (next?.SentAt + Limit)?.ToMicroseconds(), toldAt?.ToMicroseconds(), waiting[0].SentAt.ToMicroseconds(), write.Tenant.Value,
                thread.Id,
            ],
            cancel);
    }

    /// <summary>Of all tenants: of each the thread that waits longest, then of each the next.</summary>
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

    private async ValueTask Tell(WriteTransaction write, ThreadRow thread, List<Waiting> late, CancellationToken cancel)
    {
        var told = await Changed(write, thread, cancel);
        foreach (var (sender, _) in late)
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

    private static Row ReadTold(DbDataReader row) =>
        new(row.IsDBNull(0) ? null : Instant.FromMicroseconds(row.GetInt64(0)), Instant.FromMicroseconds(row.GetInt64(1)));

    /// <param name="ToldAt">When the last of its senders was told; null: none was.</param>
    /// <param name="Since">Since when it is unread.</param>
    private sealed record Row(DateTimeOffset? ToldAt, DateTimeOffset Since);

    /// <summary>The oldest message of a sender that nobody has read.</summary>
    private sealed record Waiting(string Sender, DateTimeOffset SentAt);

    private static readonly Statement Add = new("""
        insert into messaging_unread (tenant_id, thread_id, due_at, unread_since)
        values (@tenant_id, @thread_id, @due_at, @unread_since)
        on conflict (tenant_id, thread_id)
          do update set due_at = coalesce(messaging_unread.due_at, excluded.due_at)
        """);

    private static readonly Statement Find = new("""
        select told_at, unread_since
        from messaging_unread
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    // More senders are not looked at: the oldest messages decide.
    private static readonly Statement Unread = new("""
        select sender_id, min(sent_at)
        from messaging_message
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and sender_role not in ('patient', 'service')
          and read_at is null
          and status = 'sent'
        group by sender_id
        order by min(sent_at), sender_id
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

    // A thread out of sight is left alone: it would be found again in each turn. Of each tenant the first comes before the second of any.
    private static readonly Statement DueBy = new($"""
        select tenant_id, thread_id
        from (
          select u.tenant_id, u.thread_id, u.due_at,
            row_number() over (partition by u.tenant_id order by u.due_at, u.thread_id) as place
          from messaging_unread u
          where u.due_at <= @now
            and u.{NotStopped.Sql}
            and not exists (
              select 1
              from messaging_thread t
              where t.tenant_id = u.tenant_id
                and t.thread_id = u.thread_id
                and t.erasing_at is not null)) as due
        order by place, due_at, tenant_id, thread_id
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
