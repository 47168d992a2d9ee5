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

    /// <summary>Uploads of one tenant at the same moment.</summary>
    public int UploadsOfTenant { get; init; } = 48;

    /// <summary>Uploads of one user, or service account, at the same moment.</summary>
    public int UploadsOfUser { get; init; } = 16;

    /// <summary>How soon the file of a form begins. Until then nothing is known of the sender's right to store it.</summary>
    public TimeSpan FileBeginsWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an attachment waits for its message.</summary>
    public TimeSpan UnboundFor { get; init; } = TimeSpan.FromDays(1);

    internal void Validate()
    {
        if (QuotaBytes < 0 || Uploads < 1 || UploadsOfTenant < 1 || UploadsOfUser < 1)
            throw new InvalidOperationException("The limits of files must be positive.");
        if (AddressLifetime <= TimeSpan.Zero || AddressLifetime > TimeSpan.FromMinutes(15))
            throw new InvalidOperationException("A signed address opens its file for a quarter of an hour at most.");
        if (FileBeginsWithin <= TimeSpan.Zero || FileBeginsWithin > TimeSpan.FromMinutes(5))
            throw new InvalidOperationException("The file of a form begins within five minutes.");
        if (UnboundFor < TimeSpan.FromHours(1)) throw new InvalidOperationException("An attachment waits for its message an hour at least.");
        if (Scanner is { } scanner && (scanner.Scheme is not ("tcp" or "unix") || (scanner.Scheme == "tcp" && scanner.Port <= 0)))
            throw new InvalidOperationException("The scanner is named as tcp://host:port or unix:/path.");
    }
}
