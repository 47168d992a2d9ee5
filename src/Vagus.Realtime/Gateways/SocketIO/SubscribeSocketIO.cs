using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Requests;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary><c>subscribe { eventTypes?, patientIds?, since? }</c> and <c>unsubscribe { subscriptionId }</c>.</summary>
internal sealed class SubscribeSocketIO(RealtimeOptions options, LiveAudit audit, IdSource ids)
{
    public async ValueTask<Result<object>> Subscribe(SocketIOSession session, EventArguments arguments, CancellationToken cancel)
    {
        var fields = RequestFields.Read(AnswerEvent.Given(arguments), "eventTypes", "patientIds", "since");
        if (fields.IsRefused) return fields.Refusal!;
        var filter = FilterOf(fields.Value);
        if (filter.IsRefused) return filter.Refusal!;
        var since = fields.Value.Position("since");
        if (since.IsRefused) return since.Refusal!;

        if (session.Place is not { } place) return Refusals.Unavailable;
        if (place.Count >= options.MaxSubscriptions) return Refusals.TooManySubscriptions(options.MaxSubscriptions);

        if (await audit.Subscribes(session, filter.Value, since.Value) is { } unaudited) return unaudited;

        // The answer goes first: the client must know where its subscription begins before anything comes of it.
        var id = ids.NewId();
        void Answer(long sequence) => arguments.Ack(new { ok = true, subscriptionId = id, sequence });
        await place.Subscribe(id, filter.Value, since.Value, Answer, cancel);
        return new { ok = true };
    }

    public async ValueTask<Result<object>> Unsubscribe(SocketIOSession session, EventArguments arguments, CancellationToken cancel)
    {
        var fields = RequestFields.Read(AnswerEvent.Given(arguments), "subscriptionId");
        if (fields.IsRefused) return fields.Refusal!;
        var id = fields.Value.Text("subscriptionId");
        if (id.IsRefused) return id.Refusal!;

        if (session.Place?.Unsubscribe(id.Value) != true) return Refusals.NoSuchSubscription;
        return await audit.Unsubscribed(session) is { } unaudited ? unaudited : new { ok = true };
    }

    private Result<EventFilter> FilterOf(RequestFields fields)
    {
        var types = fields.EventTypes("eventTypes", options.MaxFilterValues, kinds: false);
        if (types.IsRefused) return types.Refusal!;
        var patients = fields.Patients("patientIds", options.MaxFilterValues);
        if (patients.IsRefused) return patients.Refusal!;

        // An empty list of names asks for all here; on /ws it asks for none.
        return new EventFilter
        {
            EventTypes = types.Value is { Count: > 0 } ? types.Value : null,
            Patients = patients.Value,
        };
    }
}
