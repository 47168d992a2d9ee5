using System.Security.Cryptography;
using System.Text;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Direct;

/// <summary>
/// The one thread of two sides. Its id is worked out of them, so that two who write to each other at the same moment begin the same one.
/// </summary>
internal static class DirectThread
{
    /// <summary>A UUID version 8 (RFC 9562) of a hash; the order of the sides does not matter.</summary>
    public static string IdOf(TenantId tenant, string one, string other)
    {
        string[] sides = [one, other];
        Array.Sort(sides, StringComparer.Ordinal);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"direct\n{tenant.Value}\n{sides[0]}\n{sides[1]}"));
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString();
    }

    /// <summary>The thread as it begins, with nothing in it.</summary>
    public static ThreadRow New(Caller caller, Recipient recipient, DateTimeOffset at)
    {
        var side = Correspondents.SideOf(caller);
        PatientId? own = caller is { Role: Role.Patient, OwnPatients: [var first, ..] } ? first : null;
        return new ThreadRow
        {
            Tenant = caller.Tenant,
            Id = IdOf(caller.Tenant, side, recipient.Name),
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
    /// Who takes part from the next message on: of a pool those who belong to it now, those who have written and the assignee, besides the
    /// side that began. Whom a role stands for is asked of each caller, so the name of its pool stays.
    /// </summary>
    public static async ValueTask<IReadOnlyList<string>> Members(
        IRunQueries queries, ThreadRow thread, Recipient recipient, CancellationToken cancel)
    {
        if (!recipient.IsPool) return thread.Members;
        List<string> members = [thread.Members[0]];
        foreach (var name in thread.Members.Skip(1))
        {
            if (recipient.Members.Contains(name) || name == thread.AssignedTo || await HasWritten(queries, thread, name, cancel))
                members.Add(name);
        }

        return [.. members, .. recipient.Members.Except(members, StringComparer.Ordinal)];
    }

    private static async ValueTask<bool> HasWritten(IRunQueries queries, ThreadRow thread, string user, CancellationToken cancel) =>
        await queries.QueryOne(Written, [thread.Tenant.Value, thread.Id, user], row => row.GetInt64(0), cancel) > 0;

    private static readonly Statement Written = new("""
        select count(*)
        from (
          select sequence
          from messaging_message
          where tenant_id = @tenant_id
            and thread_id = @thread_id
            and sender_id = @sender_id
          order by sequence
          limit 1) w
        """);
}
