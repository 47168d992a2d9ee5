namespace Vagus.SocketIO.Engine;

internal static class OptionsCheck
{
    internal const string Rule =
        "Socket.IO: durations and limits are positive, a payload fits into 1 GB, a recovery key is 32 bytes, and at least one transport is on.";

    internal static bool Passes(SocketIOOptions options)
    {
        var engine = options.Engine;
        TimeSpan[] durations =
        [
            engine.PingInterval, engine.PingTimeout, engine.UpgradeTimeout, engine.SendTimeout, options.ConnectTimeout,
            options.AttachmentTimeout, options.AckTimeout, options.Drain.BatchInterval, options.Drain.Limit,
        ];
        long[] limits =
        [
            engine.MaxPayload, engine.MaxQueuedPackets, engine.MaxQueuedBytes, engine.WriteBatchBytes, engine.MaxConnections,
            engine.MaxFramesPerMessage, options.MaxAttachments, options.MaxNamespacesPerConnection, options.MaxConnectsPerConnection,
            options.MaxRoomsPerSocket, options.MaxPendingAcks, options.MaxWaitingEvents, options.MaxNameLength, options.Drain.BatchSize,
        ];
        return durations.All(duration => duration > TimeSpan.Zero && duration <= TimeSpan.FromDays(1))
            && limits.All(limit => limit > 0)
            && engine.MaxPayload <= 1_000_000_000
            && (engine.Polling || engine.WebSockets)
            && options.Recovery is not { Key.Length: not 32 };
    }
}
