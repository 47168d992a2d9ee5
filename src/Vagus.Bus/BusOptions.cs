using Vagus.Kernel;

namespace Vagus.Bus;

/// <summary>Where NATS is, how it is spoken to, and what it is given. Without <see cref="Servers"/> the room does nothing.</summary>
public sealed record BusOptions
{
    /// <summary>Addresses, separated by commas: <c>tls://nats-1:4222,tls://nats-2:4222</c>. Null: no NATS.</summary>
    public string? Servers { get; init; }

    public BusCredentials Credentials { get; init; } = new();

    /// <summary>The <c>source</c> of the events that go out: a URI reference.</summary>
    public string Source { get; init; } = "vagus";

    /// <summary>CloudEvents in binary mode: the attributes are headers and the message is <c>data</c> alone.</summary>
    public bool Binary { get; init; }

    /// <summary>
    /// Categories of labelled records of which events go out whole. Of others their open form goes out where there is one, and nothing
    /// otherwise.
    /// </summary>
    public Sensitivity SeesLabels { get; init; }

    public BusLimits Limits { get; init; } = new();

    /// <summary>Who may send events in.</summary>
    public IReadOnlyList<BusSender> Senders { get; init; } = [];

    /// <summary>Who follows events by a consumer that the server makes.</summary>
    public IReadOnlyList<BusReader> Readers { get; init; } = [];

    public bool IsOn => Servers is not null;

    /// <summary>What is wrong with the settings; null where they can be used.</summary>
    public string? FirstProblem()
    {
        if (Servers is null) return null;
        if (!Uri.TryCreate(Source, UriKind.RelativeOrAbsolute, out _) || Source.Length is 0 or > 200)
            return "The source of events is a URI reference of at most 200 characters.";
        return BusAddresses.Problem(Servers) ?? Credentials.Problem() ?? Limits.Problem() ?? BusSender.Problem(Senders)
            ?? BusReader.Problem(Readers);
    }
}

/// <summary>
/// How the server shows NATS who it is, and how it knows NATS. Files are read when a connection is made, so they can be renewed.
/// </summary>
public sealed record BusCredentials
{
    /// <summary>A file with a user's JWT and seed, as <c>nsc</c> writes it.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>A file with the seed of an NKey.</summary>
    public string? NKeyFile { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>PEM certificates of the authorities that NATS' own certificate may come from. Null: those of the system.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Our certificate, where NATS asks for one.</summary>
    public string? CertificateFile { get; init; }

    public string? CertificateKeyFile { get; init; }

    internal string? Problem()
    {
        if (User is null != Password is null) return "NATS needs both a user and a password, or neither.";
        if (CertificateFile is null != CertificateKeyFile is null)
            return "A certificate for NATS needs its key, and the key a certificate.";
        if (new[] { CredentialsFile, NKeyFile, User }.Count(each => each is not null) > 1)
            return "NATS is shown one credential: a credentials file, an NKey or a user.";
        return Files().FirstOrDefault(file => !File.Exists(file)) is { } missing ? $"{missing} does not exist (a setting for NATS)." : null;
    }

    internal IEnumerable<string> Files() =>
        new[] { CredentialsFile, NKeyFile, AuthorityFile, CertificateFile, CertificateKeyFile }.OfType<string>();
}

/// <summary>How streams are made, and the limits of the intake.</summary>
public sealed record BusLimits
{
    /// <summary>Copies of each stream: 1, or 3 in a cluster of NATS.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>How long events stay in a stream. The log keeps its own time.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Bytes of one tenant's stream, after which the oldest events go. 0: no limit.</summary>
    public long StreamBytes { get; init; }

    /// <summary>How long NATS knows an event's id. Later repetitions are known by the position in the last message of the stream.</summary>
    public TimeSpan DedupeWindow { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Bytes that may wait in one tenant's intake; further events are refused to their sender.</summary>
    public long IntakeBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>An event that comes in is at most so large.</summary>
    public int EventBytes { get; init; } = 256 * 1024;

    /// <summary>An event from outside that makes the room that takes it fail so often is a dead letter.</summary>
    public int Attempts { get; init; } = 8;

    /// <summary>Bytes of a tenant's dead letters, after which the oldest go.</summary>
    public long DeadBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>How long dead letters stay.</summary>
    public TimeSpan KeepDead { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The pause after the first failure of the intake; each further failure doubles it.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>At most 20 s: NATS gives a message out again when it has heard nothing of it for 30 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the streams are looked at: for storage that was lost while nothing happened.</summary>
    public TimeSpan LookAtStreams { get; init; } = TimeSpan.FromSeconds(10);

    internal string? Problem()
    {
        if (Replicas is not (1 or 3 or 5)) return "A stream has 1, 3 or 5 replicas.";
        if (Keep < TimeSpan.FromMinutes(10) || KeepDead < TimeSpan.FromMinutes(10)) return "Streams keep events for at least 10 minutes.";
        if (DedupeWindow < TimeSpan.FromSeconds(1) || DedupeWindow > Keep)
            return "The dedupe window is at least 1 s and no longer than events stay.";
        if (StreamBytes < 0 || IntakeBytes < EventBytes || DeadBytes < EventBytes || EventBytes < 1024)
            return "The sizes of streams and events do not fit each other.";
        if (LongestPause > TimeSpan.FromSeconds(20)) return "The longest pause of the intake is at most 20 s.";
        return Attempts < 1 || FirstPause <= TimeSpan.Zero || LongestPause < FirstPause || LookAtStreams <= TimeSpan.Zero
            ? "Attempts and pauses of the bus are more than nothing." : null;
    }
}
