using Vagus.Kernel;

namespace Vagus.Access.Outgoing;

/// <summary>Of what a person who looks at no screen is told.</summary>
public enum NoticeKind
{
    /// <summary>A message waits to be read.</summary>
    Message,

    /// <summary>A notification waits to be seen.</summary>
    Notification,

    /// <summary>A critical alert waits for its owner. Quiet hours and preferences do not hold for it.</summary>
    Alert,
}

/// <summary>The ways by which a person is reached.</summary>
public enum NoticeChannel
{
    Email,
    Push,
    Sms,
    Voice,
}

/// <summary>
/// A word to one person that something waits. It holds nothing of what waits: the texts are the same for every patient and organization.
/// </summary>
/// <param name="Kind">Of what it tells.</param>
/// <param name="User">Whom.</param>
/// <param name="About">The id of what waits. Of what waits already under the same id there is no second notice.</param>
/// <param name="Since">Since when it waits. What is not urgent is told a while after that.</param>
public sealed record Notice(NoticeKind Kind, UserId User, string About, DateTimeOffset Since)
{
    /// <summary>Null: those that the person has chosen for the kind.</summary>
    public IReadOnlyList<NoticeChannel>? Channels { get; init; }

    /// <summary>From when on it is of no use; null: after three days.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>The stored and published names of kinds and channels. They never change.</summary>
public static class NoticeNames
{
    private static readonly string[] Kinds = ["message", "notification", "alert"];
    private static readonly string[] Channels = ["email", "push", "sms", "voice"];

    public static IReadOnlyList<string> AllChannels => Channels;

    public static string Name(this NoticeKind kind) => Kinds[(int)kind];

    public static string Name(this NoticeChannel channel) => Channels[(int)channel];

    public static NoticeKind? ParseKind(string name) => Array.IndexOf(Kinds, name) is >= 0 and var at ? (NoticeKind)at : null;

    public static NoticeChannel? ParseChannel(string name) => Array.IndexOf(Channels, name) is >= 0 and var at ? (NoticeChannel)at : null;
}
