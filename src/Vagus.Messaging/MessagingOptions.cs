namespace Vagus.Messaging;

/// <summary>Settings of this room.</summary>
public sealed record MessagingOptions
{
    /// <summary>Messages and words of typing that one user may send in a minute, evenly; also the burst.</summary>
    public int SendsPerMinute { get; init; } = 240;

    /// <summary>How long somebody counts as typing without saying so again.</summary>
    public TimeSpan TypingLease { get; init; } = TimeSpan.FromSeconds(6);

    internal void Validate()
    {
        if (SendsPerMinute < 1 || TypingLease < TimeSpan.FromSeconds(1))
            throw new InvalidOperationException("Messaging: SendsPerMinute is at least 1, TypingLease at least a second.");
    }
}
