using Vagus.SocketIO;

namespace Vagus.Realtime.Feed;

/// <summary>Something that connections are told beside the log, such as presence: never stored, never replayed.</summary>
internal sealed class EphemeralEvent(string name, object data)
{
    private EncodedEvent? encoded;

    /// <summary>Encoded once, for all sockets of the namespace.</summary>
    public EncodedEvent Encoded(SocketNamespace target) => encoded ??= target.Encode(name, data);
}
