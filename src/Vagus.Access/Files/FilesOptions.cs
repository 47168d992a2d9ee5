namespace Vagus.Access.Files;

/// <summary>The limits of files and where they are scanned.</summary>
public sealed record FilesOptions
{
    /// <summary>clamd, as <c>tcp://host:3310</c> or <c>unix:/run/clamd.ctl</c>. Null: nothing is scanned, every file is clean.</summary>
    public Uri? Scanner { get; init; }

    /// <summary>Bytes of content of a tenant that has not set <c>files</c> for itself.</summary>
    public long QuotaBytes { get; init; } = 1L << 40;

    /// <summary>How long a signed address opens its file.</summary>
    public TimeSpan AddressLifetime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Uploads of one process at the same moment; one more is refused.</summary>
    public int Uploads { get; init; } = 64;

    /// <summary>How long an attachment waits for its message.</summary>
    public TimeSpan UnboundFor { get; init; } = TimeSpan.FromDays(1);

    internal void Validate()
    {
        if (QuotaBytes < 0 || Uploads < 1) throw new InvalidOperationException("The limits of files must be positive.");
        if (AddressLifetime <= TimeSpan.Zero || AddressLifetime > TimeSpan.FromMinutes(15))
            throw new InvalidOperationException("A signed address opens its file for a quarter of an hour at most.");
        if (UnboundFor < TimeSpan.FromHours(1)) throw new InvalidOperationException("An attachment waits for its message an hour at least.");
        if (Scanner is { } scanner && (scanner.Scheme is not ("tcp" or "unix") || (scanner.Scheme == "tcp" && scanner.Port <= 0)))
            throw new InvalidOperationException("The scanner is named as tcp://host:port or unix:/path.");
    }
}
