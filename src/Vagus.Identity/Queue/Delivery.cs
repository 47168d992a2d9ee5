using System.Data.Common;
using Vagus.Access.Outgoing;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Queue;

/// <summary>One mail, push message, text message or call that is to be made. See README.md beside this file.</summary>
internal sealed record Delivery
{
    public required string Id { get; init; }

    public required TenantId Tenant { get; init; }

    /// <summary>Whom a notice is for; null for a mail about an account, which goes to <see cref="Recipient"/>.</summary>
    public UserId? User { get; init; }

    public required NoticeChannel Channel { get; init; }

    /// <summary>The name of a <see cref="NoticeKind"/>, or of a mail about an account.</summary>
    public required string Kind { get; init; }

    public string About { get; init; } = "";

    /// <summary>An address, or the id of a push subscription. Empty: the person's own address when it is sent.</summary>
    public string Recipient { get; init; } = "";

    public byte[]? SealedToken { get; init; }

    public required DateTimeOffset GiveUpAt { get; init; }

    /// <summary>When the next attempt is due; while one is under way, when its lease ends. Microseconds: it is compared exactly.</summary>
    public required long DueAt { get; init; }

    /// <summary>The person's digest has set the time.</summary>
    public bool Planned { get; init; }

    public required long Attempts { get; init; }

    /// <summary>Until when a process may be at it; one that ended without an outcome leaves it.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }

    /// <summary>Of a mail to somebody without an account; null where nothing is known.</summary>
    public string? Language { get; init; }

    /// <summary>Null for a mail about an account.</summary>
    public NoticeKind? Notice => User is null ? null : NoticeNames.ParseKind(Kind);

    public bool IsUrgent => Notice == NoticeKind.Alert;

    public const string Columns = """
        delivery_id, tenant_id, user_id, channel, kind, about, recipient, sealed_token, give_up_at, due_at, planned, attempts, leased_until,
          cancelled_at, language
        """;

    public static Delivery Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Tenant = new TenantId(row.GetString(1)),
        User = row.IsDBNull(2) ? null : new UserId(row.GetString(2)),
        Channel = NoticeNames.ParseChannel(row.GetString(3)) ?? throw new InvalidDataException("A delivery has an unknown channel."),
        Kind = row.GetString(4),
        About = row.GetString(5),
        Recipient = row.GetString(6),
        SealedToken = row.IsDBNull(7) ? null : (byte[])row.GetValue(7),
        GiveUpAt = Instant.FromMicroseconds(row.GetInt64(8)),
        DueAt = row.GetInt64(9),
        Planned = row.GetBoolean(10),
        Attempts = row.GetInt64(11),
        LeasedUntil = row.IsDBNull(12) ? null : Instant.FromMicroseconds(row.GetInt64(12)),
        CancelledAt = row.IsDBNull(13) ? null : Instant.FromMicroseconds(row.GetInt64(13)),
        Language = row.IsDBNull(14) ? null : row.GetString(14),
    };
}
