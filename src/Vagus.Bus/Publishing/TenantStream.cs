using Microsoft.Extensions.Logging;
using Vagus.Access.Visibility;
using Vagus.Bus.Connecting;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;

namespace Vagus.Bus.Publishing;

/// <summary>What the streams of all tenants share.</summary>
internal sealed record StreamTools(
    NatsLine Line, EventLog Log, Cursors Cursors, IReadEventLabels Labels, BusOptions Options, BusMeter Meter, ILogger Logger);

/// <summary>
/// One tenant's stream as its only writer: the log in its order, without hole and without repetition. After any failure the place is
/// forgotten and read from the stream before the next message; events that the stream lacks then are read from the log. See the README of
/// this room.
/// </summary>
internal sealed partial class TenantStream(StreamTools tools, TenantId tenant) : IDisposable
{
    private const int EventsPerPage = 256;
    private readonly SemaphoreSlim turn = new(1);
    private readonly StreamAppender appender = new(tools);
    private readonly StreamEnd end = new(tools, tenant);
    private StreamPlace? place;

    /// <summary>True while the stream is not as the settings say.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>
    /// Events that the consumer of the log was given, in their order. Those that the stream has already are left out, except one that an
    /// operator has tried again: it was passed over, and comes after later ones.
    /// </summary>
    public ValueTask Publish(IReadOnlyList<LoggedEvent> events, CancellationToken cancel) => InTurn(
        async () =>
        {
            tools.Line.DemandOpen();
            place ??= await Find(cancel);
            if (events is [var one] && one.Position <= place.Position && await IsBehindTheCursor(one, cancel))
            {
                place = await appender.Append(place, events, Filling.No, cancel);
                return;
            }

            await Fill(events[0].Position - 1, cancel);
            place = await appender.Append(place, [.. events.Where(each => each.Position > place.Position)], Filling.No, cancel);
        },
        cancel);

    /// <summary>Looks whether the stream still has its messages, and fills it from the log up to the consumer's cursor.</summary>
    public ValueTask Look(long cursor, CancellationToken cancel) => InTurn(
        async () =>
        {
            tools.Line.DemandOpen();
            var info = await StreamRules.Find(tools.Line.JetStream, Subjects.EventStream(tenant), cancel);
            if (place is { } known && known.IsLostIn(info)) Log.Lost(tools.Logger, tenant.Value);
            // Another node may be the one that publishes.
            if (info is null || place is null || place.IsLostIn(info) || info.State.LastSeq != place.Sequence) place = await Find(cancel);
            await Fill(cursor, cancel);
        },
        cancel);

    public void Dispose() => turn.Dispose();

    private async ValueTask InTurn(Func<Task> work, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        var isDone = false;
        try
        {
            await work();
            (isDone, IsRefused) = (true, false);
        }
        catch (StreamRefusedException)
        {
            IsRefused = true;
            throw;
        }
        finally
        {
            if (!isDone) place = null;
            turn.Release();
        }
    }

    private async Task<StreamPlace> Find(CancellationToken cancel)
    {
        var info = await StreamRules.Ensure(tools.Line.JetStream, StreamRules.Events(tenant, tools.Options.Limits), cancel);
        foreach (var reader in tools.Options.Readers.Where(each => each.Tenant == tenant.Value))
            await StreamRules.EnsureReader(tools.Line.JetStream, info.Config.Name!, reader.Name, cancel);
        return await end.Find(info, cancel);
    }

    private async ValueTask<bool> IsBehindTheCursor(LoggedEvent one, CancellationToken cancel) =>
        one.Position <= await tools.Cursors.Read(tenant, PublishToNats.ConsumerName, cancel);

    private async Task Fill(long upTo, CancellationToken cancel)
    {
        if (place!.Position >= upTo) return;
        var from = place.Position;
        while (place.Position < upTo)
        {
            var page = await tools.Log.Read(tenant, place.Position, EventsPerPage, cancel);
            List<LoggedEvent> due = [.. page.Where(each => each.Position <= upTo)];
            // The log has nothing there: retention removed it, or a restore left the positions out.
            place = due.Count == 0 ? place with { Position = upTo } : await appender.Append(place, due, Filling.Yes, cancel);
            if (due.Count > 0 && from >= 0) Log.Filling(tools.Logger, tenant.Value, from + 1, upTo);
            from = -1;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The stream of tenant {Tenant} has lost messages or is another one: it is filled from the log")]
        public static partial void Lost(ILogger logger, string tenant);

        [LoggerMessage(2, LogLevel.Information, "The stream of tenant {Tenant} is filled from the log, positions {From} to {To}")]
        public static partial void Filling(ILogger logger, string tenant, long from, long to);
    }
}
