namespace Vagus.SocketIO;

/// <summary>Carries what this node broadcasts to the others, which hand it to <see cref="SocketIOServer.Receive"/>.</summary>
public interface IClusterAdapter
{
    void Publish(ClusterBroadcast broadcast);
}

/// <summary>One broadcast on its way between nodes.</summary>
public sealed record ClusterBroadcast(
    string Namespace,
    string Event,
    ReadOnlyMemory<byte> ArgumentsJson,
    IReadOnlyList<byte[]> Attachments,
    EventOffset? Offset,
    EventAudience Audience,
    bool IsVolatile);
