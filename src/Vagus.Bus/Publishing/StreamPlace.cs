using NATS.Client.JetStream.Models;

namespace Vagus.Bus.Publishing;

/// <summary>
/// Where a tenant's stream ends: its last message, and the position of the log up to which it is complete. The position is a header of the
/// last message that the log knows, so it holds also after storage was lost, and after another process published.
/// </summary>
/// <param name="Created">When the stream was made: another instant is another stream.</param>
/// <param name="Sequence">Of the last message in the stream; 0 where there never was one.</param>
/// <param name="Position">Of the log.</param>
internal sealed record StreamPlace(DateTimeOffset Created, ulong Sequence, long Position)
{
    /// <summary>Messages at the end of the stream that the log does not have, until the next message has told of them; else null.</summary>
    public MessageRange? NotInRecord { get; init; }

    /// <summary>True where the stream is another one than this, or has lost its end.</summary>
    public bool IsLostIn(StreamInfo? info) => info is null || info.Created != Created || info.State.LastSeq < Sequence;
}

/// <summary>Messages of a stream, by their sequences.</summary>
internal sealed record MessageRange(ulong First, ulong Last);

/// <summary>The stream does not show its last message. The message is for the operator.</summary>
internal sealed class StreamUnreadableException(string stream) : Exception(
    $"the last message of the stream {stream} of NATS cannot be read. If it stays so, delete the stream (nats stream rm): "
    + "it is filled anew.");
