using System.Security.Cryptography;
using System.Text;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

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

    /// <summary>A pool has those who belong to it now, besides those who did.</summary>
    public static ThreadRow Joined(ThreadRow thread, Recipient? recipient)
    {
        if (recipient is null) return thread;
        var joining = recipient.Members.Except(thread.Members, StringComparer.Ordinal).ToList();
        return joining.Count == 0 ? thread : thread with { Members = [.. thread.Members, .. joining] };
    }
}
