using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Access.KeyUpkeep;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Erasing;

/// <summary>
/// Chooses the threads of a kind whose retention has ended, and takes them out of sight. A thread with a hold, or in which a message waits
/// for its time, is looked at again a day later.
/// </summary>
internal sealed class BeginErasing(
    Database database, GroupCommit commit, LegalHolds holds, MessagingPolicies policies, ThreadEvents events, TimeProvider clock)
{
    private static readonly TimeSpan Again = TimeSpan.FromDays(1);

    /// <summary>No user has an id with a colon.</summary>
    public static Caller Eraser(TenantId tenant) => Caller.OfServer(tenant, "system:retention");

    /// <summary>How many were looked at, and those that are out of sight now.</summary>
    public async ValueTask<(int Found, IReadOnlyList<string> Begun)> Run(
        TenantId tenant, (string Kind, TimeSpan After) retention, int atMost, CancellationToken cancel)
    {
        var (now, begun) = (clock.GetUtcNow(), new List<string>());
        var held = await holds.List(tenant, cancel);
        if (held.Exists(hold => hold.ScopeType.Length == 0)) return (0, begun);
        object?[] ended =
        [
            tenant.Value, retention.Kind, (now - retention.After).ToMicroseconds(), now.ToMicroseconds(), (long)atMost,
        ];
        var found = await database.Query(Ended, ended, row => row.GetString(0), cancel);
        foreach (var id in found)
        {
            if (await IsHeld(tenant, id, held, cancel)) await Write(tenant, write => Keep(write, id, cancel), cancel);
            else if (await Write(tenant, write => Begin(write, id, cancel), cancel)) begun.Add(id);
        }

        return (found.Count, begun);
    }

    /// <summary>Its key may not be destroyed: the thread is in its place again.</summary>
    public async ValueTask GiveBack(TenantId tenant, string id, CancellationToken cancel) => await Write(
        tenant,
        async write =>
        {
            await write.NextPosition(cancel);
            await write.Execute(Show, [tenant.Value, id], cancel);
            await Keep(write, id, cancel);
            if (await ThreadRow.Find(write, tenant, id, cancel) is not { } thread) return false;
            await events.Updated(write, Eraser(tenant), thread, thread, ["erased"], cancel);
            return true;
        },
        cancel);

    public ValueTask<List<string>> FilesOf(TenantId tenant, string id, CancellationToken cancel) =>
        database.Query(Files, [tenant.Value, id], row => row.GetString(0), cancel);

    private async ValueTask<bool> IsHeld(TenantId tenant, string id, List<LegalHold> held, CancellationToken cancel)
    {
        if (held.Exists(hold => hold.ScopeType == ThreadSeals.ScopeType && (hold.ScopeId.Length == 0 || hold.ScopeId == id))) return true;
        var ofFiles = held.FindAll(hold => hold.ScopeType == StoredFiles.ScopeType);
        if (ofFiles.Count == 0) return false;
        var files = await FilesOf(tenant, id, cancel);
        return files.Count > 0 && ofFiles.Exists(hold => hold.ScopeId.Length == 0 || files.Contains(hold.ScopeId));
    }

    private async ValueTask<bool> Begin(WriteTransaction write, string id, CancellationToken cancel)
    {
        await write.NextPosition(cancel);
        // Asked again: the patient may have written since, which opens it, or somebody's message may wait.
        if (await ThreadRow.Find(write, write.Tenant, id, cancel) is not { } thread
            || (await policies.Of(write, cancel)).Retention.Of(thread.Kind) is not { } retention
            || !ThreadRetention.IsOver(thread)
            || thread.LastMessageAt + retention > write.At
            || await write.QueryOne(Waiting, [write.Tenant.Value, id], row => row.GetInt64(0), cancel) > 0)
            return false;
        await write.Execute(Hide, [write.At.ToMicroseconds(), write.Tenant.Value, id], cancel);
        AuditTrail.Add(write, AuditActor.Server.Entry(AuditActions.Delete) with
        {
            On = $"Thread/{id}", Patients = thread.Patient is { } patient ? [patient] : [],
            Detail = $"retention={retention.Days}",
        });
        // What live readers keep in memory of it is not to be told any more.
        var told = new ThreadUpdated(
            id, thread.Kind, thread.Status, thread.Members, ["erased"], thread.Patient?.Value, thread.Category, thread.Priority,
            thread.AssignedTo, Eraser(write.Tenant).User.Value);
        await events.Append(write, Eraser(write.Tenant), thread, told, FormerReach.Nothing, cancel);
        return true;
    }

    private static async ValueTask<bool> Keep(WriteTransaction write, string id, CancellationToken cancel) =>
        await write.Execute(KeepUntil, [(write.At + Again).ToMicroseconds(), write.Tenant.Value, id], cancel) == 1;

    private async ValueTask<bool> Write(TenantId tenant, Func<WriteTransaction, ValueTask<bool>> work, CancellationToken cancel)
    {
        var done = await commit.Write<bool>(tenant, async (write, _) => await work(write), cancel);
        return done is { IsRefused: false, Value: true };
    }

    private static readonly Statement Ended = new("""
        select t.thread_id
        from messaging_thread t
        where t.tenant_id = @tenant_id
          and t.kind = @kind
          and (t.kind <> 'patient' or t.status = 'closed')
          and t.last_message_at < @before
          and t.erasing_at is null
          and (t.kept_until is null or t.kept_until <= @now)
          and not exists (
            select 1 from messaging_held h
            where h.tenant_id = t.tenant_id and h.thread_id = t.thread_id and h.stopped_by is null)
        order by t.last_message_at, t.thread_id
        limit @limit
        """);

    private static readonly Statement Waiting = new("""
        select count(*)
        from messaging_held
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and stopped_by is null
        """);

    private static readonly Statement Hide = new("""
        update messaging_thread
        set erasing_at = @at
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    private static readonly Statement Show = new("""
        update messaging_thread
        set erasing_at = null
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    private static readonly Statement KeepUntil = new("""
        update messaging_thread
        set kept_until = @until
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    private static readonly Statement Files = new("""
        select file_id
        from messaging_attachment
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        order by file_id
        """);
}
