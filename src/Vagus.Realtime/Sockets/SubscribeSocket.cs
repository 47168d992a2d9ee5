using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Realtime.Requests;
using Vagus.Realtime.Sessions;
using Vagus.SocketIO;

namespace Vagus.Realtime.Sockets;

/// <summary><c>subscribe { eventTypes?, patientIds?, since? }</c> and <c>unsubscribe { subscriptionId }</c>.</summary>
internal sealed class SubscribeSocket(RealtimeOptions options, IdSource ids, ILogger<Replays> logger)
{
    public async ValueTask<Outcome<object>> Subscribe(SocketSession session, EventArguments arguments, CancellationToken cancel)
    {
        var fields = RequestFields.Read(LiveNamespace.Given(arguments), "eventTypes", "patientIds", "since");
        if (fields.IsRefused) return fields.Refusal!;
        var filter = FilterOf(fields.Value);
        if (filter.IsRefused) return filter.Refusal!;
        var since = fields.Value.Position("since");
        if (since.IsRefused) return since.Refusal!;

        var feed = session.Feed!;
        if (feed.CountOf(session) >= options.MaxSubscriptions) return Refusals.TooManySubscriptions(options.MaxSubscriptions);

        var id = ids.NewId();
        var subscribed = since.Value is { } position
            ? await feed.SubscribeSince(session, id, filter.Value, position, cancel)
            : feed.Subscribe(session, id, filter.Value);
        arguments.Ack(new { ok = true, subscriptionId = id, sequence = subscribed.Sequence });
        // The answer goes first: the client must know up to where the replay goes. The next event need not wait for its end.
        if (subscribed.Resume is { } resume) session.CatchUp(() => Replays.Run(session, feed, resume, logger, cancel));
        return new { ok = true };
    }

    public static ValueTask<Outcome<object>> Unsubscribe(SocketSession session, EventArguments arguments)
    {
        var fields = RequestFields.Read(LiveNamespace.Given(arguments), "subscriptionId");
        if (fields.IsRefused) return ValueTask.FromResult<Outcome<object>>(fields.Refusal!);
        var id = fields.Value.Text("subscriptionId");
        if (id.IsRefused) return ValueTask.FromResult<Outcome<object>>(id.Refusal!);

        return ValueTask.FromResult<Outcome<object>>(
            session.Feed!.Unsubscribe(session, id.Value) ? new { ok = true } : Refusals.NoSuchSubscription);
    }

    private Outcome<EventFilter> FilterOf(RequestFields fields)
    {
        var types = fields.EventTypes("eventTypes", options.MaxFilterValues, kinds: false);
        if (types.IsRefused) return types.Refusal!;
        var patients = fields.Texts("patientIds", options.MaxFilterValues);
        if (patients.IsRefused) return patients.Refusal!;

        // An empty list asks for all, on both gateways.
        return new EventFilter
        {
            EventTypes = types.Value is { Count: > 0 } ? types.Value : null,
            Patients = patients.Value is { Length: > 0 } ? patients.Value.ToFrozenSet(StringComparer.Ordinal) : null,
        };
    }
}
