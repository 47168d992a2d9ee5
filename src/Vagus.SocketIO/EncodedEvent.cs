using Vagus.SocketIO.Delivery;
using Vagus.SocketIO.Packets;

namespace Vagus.SocketIO;

/// <summary>
/// An event of one namespace, encoded once and shared by everyone it is sent to. Make one with
/// <see cref="SocketNamespace.Encode(string, ReadOnlyMemory{byte}, EventOffset?)"/>.
/// </summary>
public sealed class EncodedEvent
{
    private Frame[]? _frames;
    private EncodedEvent? _bare;

    internal EncodedEvent(
        string @namespace, string name, ReadOnlyMemory<byte> argumentsJson, byte[][] attachments, EventOffset? offset = null)
    {
        Namespace = @namespace;
        Name = name;
        ArgumentsJson = argumentsJson;
        Attachments = attachments;
        Offset = offset;
    }

    public string Namespace { get; }

    public string Name { get; }

    /// <summary>The arguments as JSON, separated by commas, without the array's brackets.</summary>
    public ReadOnlyMemory<byte> ArgumentsJson { get; }

    public EventOffset? Offset { get; }

    /// <summary>The bytes that this event occupies in a queue.</summary>
    public long Size => Frames.Sum(frame => (long)frame.Wire.Length);

    internal byte[][] Attachments { get; }

    /// <summary>Ends an argument list that a client would mistake for one that carries an offset; see the README on recovery.</summary>
    internal bool WithoutOffsetMark { get; init; }

    /// <summary>The same event with that mark, once somebody needed it.</summary>
    internal EncodedEvent? Marked { get; set; }

    /// <summary>The same event for sockets that follow no history.</summary>
    internal EncodedEvent Bare => Offset is null ? this : _bare ??= new EncodedEvent(Namespace, Name, ArgumentsJson, Attachments);

    // Two threads may both build it; the frames are equal and one set wins.
    internal Frame[] Frames => _frames ??= EventFrames.Build(this, ack: null);

    /// <summary>The same event at a place in a history.</summary>
    public EncodedEvent At(EventOffset offset) => new(Namespace, Name, ArgumentsJson, Attachments, offset);

    internal Frame[] FramesWithAck(long ack) => EventFrames.Build(this, ack);
}
