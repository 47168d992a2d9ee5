using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Threads;

/// <summary>
/// In which threads a reader may have something unread: a user by its id, or another name of who takes part. It names too many rather than
/// too few. What is unread is decided by the marks; counts only begin here, so that they walk no thread that is read or dealt with.
/// </summary>
internal static class BehindTable
{
    /// <summary>Somebody has written: all others who take part, have the thread or have read in it before are behind.</summary>
    public static ValueTask Wrote(WriteTransaction write, ThreadRow thread, string sender, CancellationToken cancel) => write.Queue(
        AddReaders, [write.Tenant.Value, thread.Id, JsonSerializer.Serialize(ReadersOf(thread)), sender], cancel);

    /// <summary>What is there is new to who was not asked to read it before: each reader is one statement for all threads.</summary>
    public static async ValueTask Changed(
        WriteTransaction write, IReadOnlyList<(ThreadRow Before, ThreadRow After)> changes, CancellationToken cancel)
    {
        foreach (var (_, after) in changes.Where(each => each.After.IsDealtWith && !each.Before.IsDealtWith))
        {
            foreach (var pool in after.Members.Where(ThreadNames.IsPool)) await Remove(write, after.Id, pool, cancel);
        }

        var come = changes.SelectMany(
            each => ReadersOf(each.After).Except(ReadersOf(each.Before), StringComparer.Ordinal),
            (each, reader) => (Reader: reader, Thread: each.After.Id));
        foreach (var threads in come.ToLookup(each => each.Reader, each => each.Thread, StringComparer.Ordinal))
            await write.Queue(AddThreads, [threads.Key, write.Tenant.Value, JsonSerializer.Serialize(threads)], cancel);
    }

    public static async ValueTask Add(WriteTransaction write, string thread, IEnumerable<string> readers, CancellationToken cancel)
    {
        foreach (var reader in readers) await write.Queue(AddOne, [write.Tenant.Value, reader, thread], cancel);
    }

    /// <summary>A user has read. Only its own row ends: a record's name may be that of several people.</summary>
    public static ValueTask Read(WriteTransaction write, string thread, UserId user, bool toTheEnd, CancellationToken cancel) =>
        toTheEnd ? Remove(write, thread, user.Value, cancel) : Add(write, thread, [user.Value], cancel);

    private static ValueTask Remove(WriteTransaction write, string thread, string reader, CancellationToken cancel) =>
        write.Queue(RemoveOne, [write.Tenant.Value, reader, thread], cancel);

    /// <summary>Pools are asked to read what no one of them has dealt with yet.</summary>
    private static IEnumerable<string> ReadersOf(ThreadRow thread)
    {
        var members = thread.IsDealtWith ? thread.Members.Where(name => !ThreadNames.IsPool(name)) : thread.Members;
        return thread.AssignedTo is { } user ? members.Append(user).Distinct(StringComparer.Ordinal) : members;
    }

    private static readonly Statement AddReaders = ListSql.With(list => $"""
        insert into messaging_behind (tenant_id, thread_id, reader)
        select @tenant_id, @thread_id, r.reader
        from (
          select k.user_id as reader from messaging_mark k where k.tenant_id = @tenant_id and k.thread_id = @thread_id
          union
          {list("readers")}) r
        where r.reader <> @sender
        on conflict do nothing
        """);

    private static readonly Statement AddThreads = ListSql.With(list => $"""
        insert into messaging_behind (tenant_id, reader, thread_id)
        select t.tenant_id, @reader, t.thread_id
        from messaging_thread t
        where t.tenant_id = @tenant_id
          and t.thread_id in ({list("threads")})
        on conflict do nothing
        """);

    private static readonly Statement AddOne = new("""
        insert into messaging_behind (tenant_id, reader, thread_id)
        values (@tenant_id, @reader, @thread_id)
        on conflict do nothing
        """);

    private static readonly Statement RemoveOne = new("""
        delete from messaging_behind
        where tenant_id = @tenant_id
          and reader = @reader
          and thread_id = @thread_id
        """);
}
