using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Vagus.Bus.Connecting;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Bus.Publishing;

/// <summary>
/// Finds up to where a stream is complete. A message is believed when the log holds its event at its position: numbers alone would fit the
/// events of a log that was set back, by a restored backup for instance, and has gone on otherwise. What lies behind the last message that
/// is believed is told, and stays: nothing is taken out of a stream.
/// </summary>
internal sealed partial class StreamEnd(StreamTools tools, TenantId tenant)
{
    private const int NotFound = 404;
    private const int MostLookedAt = 1_000;

    public async ValueTask<StreamPlace> Find(StreamInfo info, CancellationToken cancel)
    {
        var place = new StreamPlace(info.Created, info.State.LastSeq, 0);
        if (info.State.LastSeq == 0) return place;
        // All messages have gone by their age: the consumer's own cursor counts.
        if (info.State.Messages == 0) return place with { Position = await Cursor(cancel) };
        var stream = await tools.Line.JetStream.GetStreamAsync(info.Config.Name!, request: null, cancel);
        var extent = await tools.Log.Extent(tenant, cancel);
        var first = Math.Max(info.State.FirstSeq, info.State.LastSeq - Math.Min(info.State.LastSeq, MostLookedAt) + 1);
        MessageRange? unknown = null;
        for (var sequence = info.State.LastSeq; sequence >= first; sequence--)
        {
            if (await Read(stream, sequence, isLast: sequence == info.State.LastSeq, cancel) is not { } message
                || !await IsInRecord(message, extent, cancel))
            {
                unknown = new MessageRange(sequence, unknown?.Last ?? sequence);
            }
            else if (message.IsInItsPlace)
            {
                return Told(place with { Position = message.CompleteUpTo }, unknown);
            }
        }

        return Told(place with { Position = await Cursor(cancel) }, unknown);
    }

    private StreamPlace Told(StreamPlace place, MessageRange? unknown)
    {
        if (unknown is null) return place;
        Log.NotInRecord(tools.Logger, tenant.Value, unknown.First, unknown.Last, place.Position);
        tools.Meter.Diverged();
        return place with { NotInRecord = unknown };
    }

    /// <summary>Null where there is none of this number, or another client wrote it.</summary>
    private static async ValueTask<Kept?> Read(INatsJSStream stream, ulong sequence, bool isLast, CancellationToken cancel)
    {
        try
        {
            return Kept.Of((await stream.GetAsync(new StreamMsgGetRequest { Seq = sequence }, cancel)).Message);
        }
        catch (NatsJSApiException none) when (none.Error.Code == NotFound)
        {
            // Were the last one taken for gone, events that the stream holds would be published again.
            return isLast ? throw new StreamUnreadableException(stream.Info.Config.Name!) : null;
        }
    }

    private async ValueTask<bool> IsInRecord(Kept message, LogExtent extent, CancellationToken cancel)
    {
        // Retention has removed it: the log says nothing about it any more.
        if (message.Position < extent.Oldest) return true;
        return (await tools.Log.At(tenant, [message.Position], cancel)) is [var logged]
            && HeaderText.Write(logged.EventId) == message.EventId;
    }

    private ValueTask<long> Cursor(CancellationToken cancel) => tools.Cursors.Read(tenant, PublishToNats.ConsumerName, cancel);

    /// <summary>A message of ours as the stream keeps it.</summary>
    /// <param name="EventId">As it stands in the header.</param>
    /// <param name="CompleteUpTo">Up to where in the log the stream is complete with it.</param>
    /// <param name="Position">That of its own event; less where an operator has tried a parked event again.</param>
    private sealed record Kept(string EventId, long CompleteUpTo, long Position)
    {
        /// <summary>False of an event that was tried again: it is in a log that was set back, and its end may not be.</summary>
        public bool IsInItsPlace => Position == CompleteUpTo;

        public static Kept? Of(StoredMessage message)
        {
            if (message.Hdrs is not { } encoded) return null;
            var headers = Encoding.ASCII.GetString(Convert.FromBase64String(encoded)).Split("\r\n");
            if (Header(headers, OutgoingEvent.MessageId) is not { } id) return null;
            if (Number(Header(headers, OutgoingEvent.PlaceHeader)) is not { } upTo) return null;
            var own = Number(Header(headers, OutgoingEvent.SequenceAttribute)) ?? CloudEvent.Read(message.Data).Event?.Sequence;
            return new Kept(id, upTo, own ?? upTo);
        }

        private static string? Header(string[] lines, string name) =>
            Array.Find(lines, line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

        private static long? Number(string? text) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error,
            "The stream of tenant {Tenant} holds messages that the log does not have, {First} to {Last}: the log was set back, or another "
            + "client wrote them. Who follows it has seen what is not in the record. It goes on behind position {Position}, and the next "
            + "message says so")]
        public static partial void NotInRecord(ILogger logger, string tenant, ulong first, ulong last, long position);
    }
}
