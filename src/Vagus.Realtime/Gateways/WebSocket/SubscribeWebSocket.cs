using System.Collections.Frozen;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Requests;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>
/// <c>subscribe { subscription_id, resource_types, patient_ids, event_types?, since?, client_id? }</c>,
/// <c>subscribe { subscription_id, search, since?, client_id? }</c> and <c>unsubscribe { subscription_id }</c>. The first one of a
/// connection that came in by header or ticket may say which client it is.
/// </summary>
internal sealed class SubscribeWebSocket(RealtimeOptions options, WebSocketClients clients, LiveAudit audit, SubscribeSearch searches)
{
    private const string Any = "*";

    public async ValueTask<Refusal?> Subscribe(WebSocketConnection connection, JsonElement data)
    {
        var fields = RequestFields.Read(
            data, "subscription_id", "resource_types", "patient_ids", "event_types", "search", "since", "client_id");
        if (fields.IsRefused) return fields.Refusal;
        var id = fields.Value.Text("subscription_id");
        if (id.IsRefused) return id.Refusal;
        var search = fields.Value.OptionalText("search", SubscribeSearch.LongestSearch);
        if (search.IsRefused) return search.Refusal;
        if (search.Value is { } text) return await Search(connection, fields.Value, id.Value, text);
        var filter = FilterOf(fields.Value);
        if (filter.IsRefused) return filter.Refusal;
        var since = fields.Value.Position("since");
        if (since.IsRefused) return since.Refusal;

        if (NameItself(connection, fields.Value) is { } refused) return refused;

        var session = connection.Session!;
        var place = session.Place!;
        if (place.Count >= options.MaxSubscriptions) return Refusals.TooManySubscriptions(options.MaxSubscriptions);

        // Before what is owed is claimed: a subscription that is refused must not take it along.
        if (await audit.Subscribes(session, filter.Value, since.Value) is { } unaudited) return unaudited;

        var beginning = session.Beginning(id.Value, since.Value);

        void Answer(long sequence) => session.Say("subscribed", json =>
        {
            json.WriteString("subscription_id"u8, id.Value);
            json.WriteNumber("sequence"u8, sequence);
        });
        await place.Subscribe(id.Value, filter.Value, beginning, Answer, connection.Gone);
        return null;
    }

    private async ValueTask<Refusal?> Search(WebSocketConnection connection, RequestFields fields, string id, string search)
    {
        if (fields.Has("resource_types") || fields.Has("patient_ids") || fields.Has("event_types")) return Refusals.SearchStandsAlone;
        var since = fields.Position("since");
        if (since.IsRefused) return since.Refusal;
        if (NameItself(connection, fields) is { } refused) return refused;

        var session = connection.Session!;
        return await searches.Run(session, id, search, since.Value, Answer, connection.Gone);

        void Answer(OpenedSearch opened)
        {
            // It is exact from its own position on: nothing of what the connection came with is owed to it.
            session.Beginning(id, opened.Sequence);
            session.Say("subscribed", json => WebSocketForms.Write(json, id, opened, isResume: since.Value is not null));
        }
    }

    /// <summary>The first subscription of a connection that came in without a first frame may say which client it is.</summary>
    private Refusal? NameItself(WebSocketConnection connection, RequestFields fields)
    {
        var client = fields.Has("client_id") ? fields.Text("client_id") : "";
        if (client.IsRefused) return client.Refusal;
        if (client.Value.Length > 0 && connection.MayNameItself) clients.Rename(connection.Session!, client.Value);
        connection.MayNameItself = false;
        return null;
    }

    public async ValueTask<Refusal?> Unsubscribe(WebSocketConnection connection, JsonElement data)
    {
        var fields = RequestFields.Read(data, "subscription_id");
        if (fields.IsRefused) return fields.Refusal;
        var id = fields.Value.Text("subscription_id");
        if (id.IsRefused) return id.Refusal;

        var session = connection.Session!;
        if (!session.Place!.Unsubscribe(id.Value)) return Refusals.NoSuchSubscription;
        if (await audit.Unsubscribed(session) is { } unaudited) return unaudited;
        session.Say("unsubscribed", json => json.WriteString("subscription_id"u8, id.Value));
        return null;
    }

    /// <summary>
    /// Resource types: <c>["*"]</c> is all, none is none. Event types: absent is all, an empty list is none; otherwise wire names, socket
    /// names, families or clinical kinds. Patients: an empty or absent list is all that the caller may see.
    /// </summary>
    private Result<EventFilter> FilterOf(RequestFields fields)
    {
        var resources = fields.Texts("resource_types", options.MaxFilterValues);
        if (resources.IsRefused) return resources.Refusal!;
        // A type that does not exist would be a subscription to nothing, and silent.
        if (resources.Value?.FirstOrDefault(type => type != Any && !R4Definitions.IsResourceType(type)) is { } unknown)
        {
            return Refusals.UnknownResourceType(unknown);
        }

        var patients = fields.Patients("patient_ids", options.MaxFilterValues);
        if (patients.IsRefused) return patients.Refusal!;
        var types = fields.EventTypes("event_types", options.MaxFilterValues, kinds: true);
        if (types.IsRefused) return types.Refusal!;

        return new EventFilter
        {
            Resources = resources.Value is { Length: > 0 },
            ResourceTypes = resources.Value is { } named && !named.Contains(Any) ? named.ToFrozenSet(StringComparer.Ordinal) : null,
            Patients = patients.Value,
            EventTypes = types.Value,
        };
    }
}
