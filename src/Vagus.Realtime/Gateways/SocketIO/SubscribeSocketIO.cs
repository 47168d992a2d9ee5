using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Requests;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>
/// <c>subscribe { eventTypes?, patientIds?, since? }</c>, <c>subscribe { search, since? }</c> and <c>unsubscribe { subscriptionId }</c>.
/// </summary>
internal sealed class SubscribeSocketIO(RealtimeOptions options, LiveAudit audit, SubscribeSearch searches, IdSource ids)
{
    public async ValueTask<Result<object>> Subscribe(SocketIOSession session, EventArguments arguments, CancellationToken cancel)
    {
        var fields = RequestFields.Read(AnswerEvent.Given(arguments), "eventTypes", "patientIds", "search", "since");
        if (fields.IsRefused) return fields.Refusal!;
        var search = fields.Value.OptionalText("search", SubscribeSearch.LongestSearch);
        if (search.IsRefused) return search.Refusal!;
        if (search.Value is { } text) return await Search(session, fields.Value, text, arguments, cancel);
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

    private async ValueTask<Result<object>> Search(
        SocketIOSession session, RequestFields fields, string search, EventArguments arguments, CancellationToken cancel)
    {
        if (fields.Has("eventTypes") || fields.Has("patientIds")) return Refusals.SearchStandsAlone;
        var since = fields.Position("since");
        if (since.IsRefused) return since.Refusal!;

        var id = ids.NewId();
        var refused = await searches.Run(session, id, search, since.Value, Answer, cancel);
        return refused is not null ? refused : new { ok = true };

        void Answer(OpenedSearch opened) => arguments.Ack(SocketPayload.Of(id, opened, isResume: since.Value is not null));
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
