using System.Text.Json;
using Vagus.SocketIO.Packets;

namespace Vagus.SocketIO;

/// <summary>The arguments of a received event or acknowledgement, as they came, and the way to acknowledge.</summary>
public sealed class EventArguments
{
    private readonly byte[] _json;
    private readonly Range[] _ranges;
    private readonly byte[][] _attachments;
    private readonly SocketIOOptions _options;
    private readonly long _ack;
    private ClientSocket? _answerTo;

    internal EventArguments(
        string name, ParsedArguments parsed, byte[][] attachments, SocketIOOptions options, ClientSocket? answerTo, long ack)
    {
        Name = name;
        _json = parsed.Json;
        _ranges = parsed.Ranges;
        _attachments = attachments;
        _options = options;
        _answerTo = answerTo;
        _ack = ack;
    }

    public string Name { get; }

    public int Count => _ranges.Length;

    /// <summary>Whether the client asked for an acknowledgement that it has not got.</summary>
    public bool WantsAck => _answerTo is not null;

    /// <summary>All arguments as JSON, separated by commas, without brackets; attachments are placeholders.</summary>
    public ReadOnlyMemory<byte> Json => Count == 0 ? default : _json.AsMemory(_ranges[0].Start.Value.._ranges[^1].End.Value);

    public IReadOnlyList<byte[]> Attachments => _attachments;

    /// <summary>One argument as JSON; empty when the client sent fewer.</summary>
    public ReadOnlyMemory<byte> Raw(int index) => index < Count ? _json.AsMemory(_ranges[index]) : default;

    /// <summary>
    /// One argument as an object; binary parts become <c>byte[]</c>. An absent argument is null or default. Throws
    /// <see cref="JsonException"/> if it does not fit.
    /// </summary>
    public T Get<T>(int index)
    {
        if (index >= Count) return default!;

        return Attached.Read<T>(Raw(index).Span, _attachments, _options.Json)!;
    }

    /// <summary>Acknowledges, once; later calls and calls on an event that asked for none do nothing.</summary>
    public void Ack(params ReadOnlySpan<object?> answer) =>
        Interlocked.Exchange(ref _answerTo, null)?.Answer(_ack, answer);

    /// <summary>Acknowledges with the arguments themselves.</summary>
    public void AckWith(EventArguments other) => Interlocked.Exchange(ref _answerTo, null)?.Answer(_ack, other);

    /// <summary>The same arguments under another name, for sending on, with their attachments and without the first ones.</summary>
    public EncodedEvent As(string name, SocketNamespace target, int skip = 0) =>
        new(target.Name, name, skip < Count ? _json.AsMemory(_ranges[skip].Start.Value.._ranges[^1].End.Value) : default, _attachments);
}
