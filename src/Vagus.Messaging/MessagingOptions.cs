namespace Vagus.Messaging;

/// <summary>Settings of this room.</summary>
public sealed record MessagingOptions
{
    /// <summary>Messages and words of typing that one user may send in a minute, evenly; also the burst.</summary>
    public int SendsPerMinute { get; init; } = 240;

    /// <summary>How long somebody counts as typing without saying so again.</summary>
    public TimeSpan TypingLease { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How many users may count as typing at a time, each once per thread; more are not told of.</summary>
    internal int MostTyping { get; init; } = 20_000;

    internal void Validate()
    {
        if (SendsPerMinute < 1 || MostTyping < 1 || TypingLease < TimeSpan.FromSeconds(1))
            throw new InvalidOperationException("Messaging: SendsPerMinute and MostTyping are at least 1, TypingLease at least a second.");
    }
}
