using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Vagus.Bus.Connecting;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Bus.Publishing;

/// <summary>Whether the stream lost the events and is given them again.</summary>
internal enum Filling
{
    No,
    Yes,
}

/// <summary>
/// Writes events behind a known last message. Each message names the one that it expects before it, so several can be under way: where one
/// is lost, all after it are refused by the server, and no other writer gets between them.
/// </summary>
internal sealed partial class StreamAppender(StreamTools tools)
{
    /// <summary>"wrong last msg ID" and "wrong last sequence", the errors of JetStream's server.</summary>
    private static readonly int[] WrongLast = [10070, 10071];
    private const int UnderWay = 64;

    /// <summary>Answers the new end of the stream after all acknowledgements have come.</summary>
    public async Task<StreamPlace> Append(
        StreamPlace place, IReadOnlyList<LoggedEvent> events, Filling filling, CancellationToken cancel)
    {
        var due = Encode(await Labelled(events, cancel), filling);
        for (var next = 0; next < due.Count;)
        {
            var acknowledged = await Send(place, due.GetRange(next, Math.Min(UnderWay, due.Count - next)), cancel);
            for (var each = 0; each < acknowledged.Count; each++, next++)
            {
                // A duplicate is in the stream already, further up: the message before stays the last one.
                var sequence = acknowledged[each].Duplicate ? place.Sequence : acknowledged[each].Seq;
                place = place with { Sequence = sequence, Position = Math.Max(place.Position, due[next].Position), NotInRecord = null };
                tools.Meter.Published(isRefill: filling == Filling.Yes);
            }
        }

        return events.Count == 0 ? place : place with { Position = Math.Max(place.Position, events[^1].Position) };
    }

    /// <summary>
    /// The events with the labels of now: after an outage, and while a stream is filled, records may have been labelled since. An open form
    /// that holds something of what does not go out is taken away.
    /// </summary>
    private async ValueTask<IReadOnlyList<LoggedEvent>> Labelled(IReadOnlyList<LoggedEvent> events, CancellationToken cancel)
    {
        if (events.Count == 0) return events;
        var labels = await tools.Labels.Of(events[0].Tenant, events, cancel);
        return [.. events.Zip(labels, (logged, now) => logged with
        {
            Labels = logged.Labels | now.Whole,
            OpenBody = tools.Options.SeesLabels.Cover(now.Open) ? logged.OpenBody : null,
        })];
    }

    private List<OutgoingEvent> Encode(IReadOnlyList<LoggedEvent> events, Filling filling)
    {
        var due = new List<OutgoingEvent>(events.Count);
        foreach (var logged in events)
        {
            var outgoing = Subjects.IsType(logged.Type) ? OutgoingEvent.Of(logged, tools.Options) : null;
            if (Problem(logged, outgoing) is { } problem)
            {
                if (filling == Filling.No) throw new NotCarriedException(problem);
                Log.NotCarried(tools.Logger, logged.Tenant.Value, logged.Position, problem);
            }
            else if (outgoing is null) tools.Meter.Withheld();
            else due.Add(outgoing);
        }

        return due;
    }

    private string? Problem(LoggedEvent logged, OutgoingEvent? outgoing)
    {
        if (!Subjects.IsType(logged.Type)) return "its type is no subject";
        return outgoing is not null && outgoing.Size > tools.Line.MaxPayload ? "it is larger than NATS takes" : null;
    }

    /// <summary>
    /// Sends all, then awaits the acknowledgements in order. Answers those that came; fewer than were sent where a duplicate shifted the
    /// numbers of the messages after it.
    /// </summary>
    private async Task<List<PubAckResponse>> Send(StreamPlace place, List<OutgoingEvent> due, CancellationToken cancel)
    {
        var waiting = new List<NatsJSPublishConcurrentFuture>(due.Count);
        try
        {
            for (var each = 0; each < due.Count; each++)
            {
                var after = each == 0 ? place : place with { Sequence = place.Sequence + (ulong)each, NotInRecord = null };
                var headers = due[each].At(after, each == 0 ? null : due[each - 1]);
                waiting.Add(await tools.Line.JetStream.PublishConcurrentAsync(
                    due[each].Subject, due[each].Data, NatsRawSerializer<byte[]>.Default, headers: headers, cancellationToken: cancel));
            }

            return await Acknowledgements(waiting, cancel);
        }
        finally
        {
            foreach (var future in waiting) await future.DisposeAsync();
        }
    }

    private static async Task<List<PubAckResponse>> Acknowledgements(
        List<NatsJSPublishConcurrentFuture> waiting, CancellationToken cancel)
    {
        var came = new List<PubAckResponse>(waiting.Count);
        var isShifted = false;
        foreach (var future in waiting)
        {
            var answer = await future.GetResponseAsync(cancel);
            // Those behind a duplicate are all refused; they are awaited, so that none of them can come later.
            if (isShifted) continue;
            if (answer.Error is { ErrCode: var code } && WrongLast.Contains(code) && came.Exists(each => each.Duplicate)) isShifted = true;
            else if (answer.Error is { } error) throw new NatsJSApiException(error);
            else came.Add(answer);
        }

        return came;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Tenant {Tenant}: the event at {Position} is left out of its stream: {Problem}")]
        public static partial void NotCarried(ILogger logger, string tenant, long position, string problem);
    }
}

/// <summary>An event that no further attempt makes fit: it is parked.</summary>
internal sealed class NotCarriedException(string problem) : Exception($"An event cannot be carried: {problem}.");
