using Vagus.Access.Outgoing;
using Vagus.Identity.Notices;
using Vagus.Identity.Queue;

namespace Vagus.Identity.Delivering;

/// <summary>One way to people. Throws where the same delivery may be taken later.</summary>
internal interface IChannel
{
    bool Serves(NoticeChannel channel);

    /// <summary>An attempt takes no longer: its lease ends then.</summary>
    TimeSpan Longest { get; }

    Task<ChannelAnswer> Send(TakenDelivery taken, CancellationToken cancel);
}

/// <summary>What the other side said.</summary>
internal enum ChannelAnswer
{
    Taken,

    /// <summary>It was refused for good.</summary>
    Refused,

    /// <summary>The address takes nothing any more.</summary>
    AddressGone,
}

/// <summary>A delivery whose attempt is this process' own until its lease ends.</summary>
/// <param name="Row">As it stands after the claim.</param>
/// <param name="To">The address; null for push.</param>
internal sealed record TakenDelivery(Delivery Row, string? To)
{
    /// <summary>What came later, it does not tell.</summary>
    public DateTimeOffset ClaimedAt { get; init; }

    public PushAddress? Push { get; init; }

    public string Language { get; init; } = NoticePreferences.DefaultLanguage;

    /// <summary>The page that a link leads to, on this installation.</summary>
    public string Page { get; init; } = "/";

    /// <summary>An attempt before this one ended without an outcome: the person may get it twice.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Of a notice; a mail about an account has none.</summary>
    public NoticeKind Kind => Row.Notice ?? throw new InvalidOperationException($"There is no notice with the name {Row.Kind}.");
}
