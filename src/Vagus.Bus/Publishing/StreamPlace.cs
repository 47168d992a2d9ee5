using System.Globalization;
using System.Text;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Vagus.Bus.Publishing;

/// <summary>
/// Where a tenant's stream ends: its last message, and the position of the log up to which it is complete. The position is a header of the
/// last message, so it holds also after storage was lost, and after another process published.
/// </summary>
/// <param name="Created">When the stream was made: another instant is another stream.</param>
/// <param name="Sequence">Of the last message in the stream; 0 where there never was one.</param>
/// <param name="Position">Of the log.</param>
internal sealed record StreamPlace(DateTimeOffset Created, ulong Sequence, long Position)
{
    private const int NotFound = 404;

    /// <summary>
    /// The position in the last message; null where all are gone by their age, or another client wrote it. One that should be there and
    /// cannot be read is an error: were it taken for gone, events that the stream holds would be published again.
    /// </summary>
    public static async ValueTask<long?> PositionIn(NatsJSContext jetStream, StreamInfo info, CancellationToken cancel)
    {
        if (info.State.Messages == 0) return null;
        try
        {
            var stream = await jetStream.GetStreamAsync(info.Config.Name!, request: null, cancel);
            var last = await stream.GetAsync(new StreamMsgGetRequest { Seq = info.State.LastSeq }, cancel);
            return last.Message.Hdrs is { } headers ? PositionIn(headers) : null;
        }
        catch (NatsJSApiException none) when (none.Error.Code == NotFound)
        {
            throw new StreamUnreadableException(info.Config.Name!);
        }
    }

    /// <summary>True where the stream is another one than this, or has lost its end.</summary>
    public bool IsLostIn(StreamInfo? info) => info is null || info.Created != Created || info.State.LastSeq < Sequence;

    internal static long? PositionIn(string encodedHeaders)
    {
        foreach (var line in Encoding.ASCII.GetString(Convert.FromBase64String(encodedHeaders)).Split("\r\n"))
        {
            if (line.StartsWith(OutgoingEvent.PlaceHeader + ":", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(line.AsSpan(OutgoingEvent.PlaceHeader.Length + 1), NumberStyles.AllowLeadingWhite,
                    CultureInfo.InvariantCulture, out var position))
                return position;
        }

        return null;
    }
}

/// <summary>The stream does not show its last message. The message is for the operator.</summary>
internal sealed class StreamUnreadableException(string stream) : Exception(
    $"the last message of the stream {stream} of NATS cannot be read. If it stays so, delete the stream (nats stream rm): "
    + "it is filled anew.");
