using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Vagus.Bus.Connecting;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Bus.Publishing;

/// <summary>
/// Brings every event of the log to the tenant's stream. The cursor moves after NATS has acknowledged; a failure of NATS is waited out
/// without limit, so events wait in the log however long it takes.
/// </summary>
internal sealed partial class PublishToNats(Streams streams, ILogger<PublishToNats> logger) : LogConsumer
{
    public const string ConsumerName = "nats";
    /// <summary>"message size exceeds maximum allowed", the error of JetStream's server.</summary>
    private const int MessageTooLarge = 10054;

    public override string Name => ConsumerName;

    public override IReadOnlySet<string>? Types => null;

    public override async ValueTask Deliver(IReadOnlyList<LoggedEvent> events, CancellationToken cancel)
    {
        try
        {
            await streams.Of(events[0].Tenant).Publish(events, cancel);
        }
        catch (Exception told) when (told is StreamRefusedException or StreamUnreadableException)
        {
            Log.Refused(logger, told.Message);
            throw;
        }
    }

    public override ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel) =>
        ValueTask.CompletedTask;

    public override bool IsOutage(Exception cause) => cause switch
    {
        NatsPayloadTooLargeException => false,
        NatsJSApiException { Error.ErrCode: MessageTooLarge } => false,
        StreamRefusedException or StreamUnreadableException => true,
        NatsException or OperationCanceledException or TimeoutException or IOException or SocketException => true,
        _ => false,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Nothing is published: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
