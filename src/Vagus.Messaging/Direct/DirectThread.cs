using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Direct;

/// <summary>
/// The one thread of two sides: how it begins, and who takes part in it.
/// </summary>
internal static class DirectThread
{
    /// <summary>The thread as it begins, with nothing in it.</summary>
    /// <param name="id">Of the two sides: <see cref="DirectIds"/>.</param>
    /// <param name="caller">Who begins it.</param>
    /// <param name="recipient">The other side.</param>
    /// <param name="at">When.</param>
    public static ThreadRow New(string id, Caller caller, Recipient recipient, DateTimeOffset at)
    {
        var side = Correspondents.SideOf(caller);
        PatientId? own = caller is { Role: Role.Patient, OwnPatients: [var first, ..] } ? first : null;
        return new ThreadRow
        {
            Tenant = caller.Tenant,
            Id = id,
            Kind = ThreadKind.Direct,
            Patient = own ?? recipient.Patient,
            Pool = recipient.IsPool ? recipient.Name : null,
            Members = [side, .. recipient.Members.Where(name => name != side)],
            CreatedBy = caller.User.Value,
            CreatedAt = at,
            LastMessageAt = at,
        };
    }

    /// <summary>
    /// Who takes part from now on: of a pool those who belong to it now, those who have written and the assignee, besides the side that
    /// began. Whom a role stands for is asked of each caller, so the name of its pool stays.
    /// </summary>
    public static async ValueTask<IReadOnlyList<string>> Members(
        IRunQueries queries, ThreadRow thread, Recipient recipient, CancellationToken cancel) =>
        recipient.IsPool ? (await Members(queries, thread.Tenant, [(thread, recipient)], cancel))[0] : thread.Members;

    /// <summary>The same of many threads of pools, in their order, with one question for all of them.</summary>
    public static async ValueTask<List<IReadOnlyList<string>>> Members(
        IRunQueries queries, TenantId tenant, IReadOnlyList<(ThreadRow Thread, Recipient Pool)> threads, CancellationToken cancel)
    {
        var left = threads.Select(each => (each.Thread.Id, Names: Left(each.Thread, each.Pool)))
            .Where(each => each.Names.Count > 0).ToList();
        var names = left.SelectMany(each => each.Names).Distinct(StringComparer.Ordinal);
        var wrote = left.Count == 0 ? [] : await queries.Query(
            Written,
            [tenant.Value, JsonSerializer.Serialize(left.Select(each => each.Id)), JsonSerializer.Serialize(names)],
            row => (Thread: row.GetString(0), Sender: row.GetString(1)), cancel);
        var kept = wrote.ToHashSet();
        return [.. threads.Select(each => Members(each.Thread, each.Pool, name => kept.Contains((each.Thread.Id, name))))];
    }

    private static IReadOnlyList<string> Members(ThreadRow thread, Recipient pool, Func<string, bool> hasWritten)
    {
        var gone = Left(thread, pool).Where(name => !hasWritten(name));
        return [.. thread.Members.Except(gone, StringComparer.Ordinal).Union(pool.Members, StringComparer.Ordinal)];
    }

    /// <summary>Who takes part, and would not if it has not written.</summary>
    private static IReadOnlyList<string> Left(ThreadRow thread, Recipient pool) =>
        [.. thread.Members.Skip(1).Where(name => name != thread.AssignedTo).Except(pool.Members, StringComparer.Ordinal)];

    private static readonly Statement Written = ListSql.With(list => $"""
        select distinct thread_id, sender_id
        from messaging_message
        where tenant_id = @tenant_id
          and thread_id in ({list("threads")})
          and sender_id in ({list("senders")})
        """);
}
