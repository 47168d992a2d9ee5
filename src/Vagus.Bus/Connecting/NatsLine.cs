using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Vagus.Kernel;

namespace Vagus.Bus.Connecting;

/// <summary>
/// The one connection of this process to NATS. It is opened by <see cref="OpenLine"/> and comes back by itself; a use of it meanwhile
/// is refused at once.
/// </summary>
internal sealed class NatsLine : IAsyncDisposable
{
    private readonly NatsConnection connection;

    public NatsLine(BusOptions options)
    {
        connection = new NatsConnection(OptionsOf(options));
        JetStream = new NatsJSContext(connection);
    }

    public NatsConnection Connection => connection;

    public NatsJSContext JetStream { get; }

    public bool IsOpen => connection.ConnectionState == NatsConnectionState.Open;

    /// <summary>The largest message that the server takes.</summary>
    public int MaxPayload => connection.ServerInfo?.MaxPayload ?? int.MaxValue;

    /// <summary>Without it a publish would wait for the connection, and with it for all that was published before.</summary>
    public void DemandOpen()
    {
        if (!IsOpen) throw new NatsException("There is no connection to NATS.");
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>Read for each connection: a file that was renewed counts from the next one on.</summary>
    private static Func<Uri, CancellationToken, ValueTask<NatsAuthCred>>? FileOf(BusCredentials credentials)
    {
        if (credentials.CredentialsFile is { } both)
            return async (_, cancel) => NatsAuthCred.FromCreds(await File.ReadAllTextAsync(both, cancel));
        if (credentials.NKeyFile is { } key)
            return async (_, cancel) => NatsAuthCred.FromNkey(SeedIn(await File.ReadAllLinesAsync(key, cancel)));
        return null;
    }

    // The seed of a user begins so; its public key may stand beside it.
    private static string SeedIn(string[] lines) =>
        Array.Find(lines, line => line.StartsWith("SU", StringComparison.Ordinal))?.Trim()
            ?? throw new NatsException("The file of the NKey holds no seed of a user.");

    internal static NatsOpts OptionsOf(BusOptions options) => new()
    {
        Url = options.Servers ?? throw new InvalidOperationException("NATS is off."),
        Name = "vagus",
        // Answers come below a prefix that no other user may subscribe to: deploy/nats/users.conf.
        InboxPrefix = "_INBOX_vagus",
        ConnectTimeout = TimeSpan.FromSeconds(5),
        RequestTimeout = TimeSpan.FromSeconds(5),
        CommandTimeout = TimeSpan.FromSeconds(5),
        // A server that stands still is left after two pings.
        PingInterval = TimeSpan.FromSeconds(10),
        ReconnectWaitMin = TimeSpan.FromMilliseconds(100),
        ReconnectWaitMax = TimeSpan.FromSeconds(5),
        // A credential that was renewed is taken without a restart.
        IgnoreAuthErrorAbort = true,
        PublishTimeoutOnDisconnected = true,
        AuthOpts = new NatsAuthOpts
        {
            Username = options.Credentials.User,
            Password = options.Credentials.Password,
            AuthCredCallback = FileOf(options.Credentials),
        },
        TlsOpts = new NatsTlsOpts
        {
            CaFile = options.Credentials.AuthorityFile,
            CertFile = options.Credentials.CertificateFile,
            KeyFile = options.Credentials.CertificateKeyFile,
        },
    };
}

/// <summary>Opens the connection when the process starts, also where NATS comes later, and tells when it is lost and back.</summary>
internal sealed partial class OpenLine(NatsLine line, BusMeter meter, TimeProvider clock, ILogger<OpenLine> logger) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        meter.IsConnected = () => line.IsOpen;
        line.Connection.ConnectionOpened += (_, _) => Tell(() => Log.Open(logger));
        line.Connection.ConnectionDisconnected += (_, _) => Tell(() => Log.Lost(logger));
        var isFailing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await line.Connection.ConnectAsync();
                return;
            }
            catch (Exception cause) when (!stoppingToken.IsCancellationRequested)
            {
                if (!isFailing) Log.NotOpen(logger, FailureName.CauseOf(cause));
                isFailing = true;
                await Task.Delay(Retry, clock, stoppingToken);
            }
        }
    }

    private static ValueTask Tell(Action log)
    {
        log();
        return ValueTask.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The connection to NATS is open")]
        public static partial void Open(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "The connection to NATS is lost; events wait in the log until it is back")]
        public static partial void Lost(ILogger logger);

        [LoggerMessage(3, LogLevel.Warning, "NATS cannot be reached ({Cause}); trying again, events wait in the log")]
        public static partial void NotOpen(ILogger logger, string cause);
    }
}
