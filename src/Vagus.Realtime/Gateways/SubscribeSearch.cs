using Vagus.Access.Visibility;
using Vagus.Fhir.Live;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Requests;

namespace Vagus.Realtime.Gateways;

/// <summary>What a client is answered whose search is kept open from here on.</summary>
/// <param name="Sequence">The position at which its list is exact.</param>
/// <param name="Page">The first page; null where the client goes on with the list that it has.</param>
internal sealed record OpenedSearch(long Sequence, FirstPage? Page);

/// <summary>
/// <c>subscribe { search, since? }</c> of both gateways: answers the first page, or goes on from a position where it is proved that the
/// client's list was exact there under the rights of now.
/// </summary>
internal sealed class SubscribeSearch(
    OpenLiveSearch door, TenantPolicies policies, KnownRights rights, LiveAudit audit, RealtimeOptions options)
{
    public const int LongestSearch = 8_192;

    // A page lies before the log's beginning only where retention is shorter than a request.
    private const int Attempts = 3;

    /// <param name="session">The connection.</param>
    /// <param name="id">The subscription's.</param>
    /// <param name="text">The search.</param>
    /// <param name="since">The position at which the client has the result; null: it has none.</param>
    /// <param name="answer">Called before anything is told of the search.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>Null once it is answered.</returns>
    public async ValueTask<Refusal?> Run(
        LiveConnection session, string id, string text, long? since, Action<OpenedSearch> answer, CancellationToken cancel)
    {
        if (session.Place is not { } place) return Refusals.Unavailable;
        if (place.Count >= options.MaxSubscriptions) return Refusals.TooManySubscriptions(options.MaxSubscriptions);
        var most = options.SearchesOf(session.Caller.Role);
        if (place.SearchesOfUser >= most) return Refusals.TooManySearchesOfUser(most);
        if (place.SearchesOfTenant >= options.MaxSearches) return Refusals.TooManySearches(options.MaxSearches);
        var call = new LiveSearchCall(session.Reach, session.Origin, options.MaxSearchMatches, options.MaxSearchBytes);
        var read = door.Read(call, text);
        if (read.Refusal is { } refused) return refused;
        var search = read.Value;
        var reached = search.Within(session.Reach);
        if (!reached.AgreesWith(await policies.Of(session.Caller.Tenant, cancel)))
        {
            // The connection came in under another policy of its tenant: it comes back with that of now.
            session.Close(Closing.TokenExpired);
            return Refusals.Unavailable;
        }

        var filter = new EventFilter { Search = search, Rights = reached.Mark };
        if (await audit.Subscribes(session, filter, since) is { } unaudited) return unaudited;
        if (since is { } known && rights.Held(session, search.Type, reached.Mark, known))
        {
            if (await door.Continue(call, search, cancel) is { } unrecorded) return unrecorded;
            if (await place.Follow(id, filter, known, () => answer(new OpenedSearch(known, Page: null)), cancel)) return null;
        }

        return await Open(session, place, (id, filter), call, answer, cancel);
    }

    /// <summary>Whether subscriptions that a client had may go on under the rights that it has now.</summary>
    public static bool MayGoOn(LiveConnection session, IReadOnlyList<(string Id, EventFilter Filter)> asked) =>
        asked.All(each => each.Filter.Search is not { } search || search.Within(session.Reach).Mark == each.Filter.Rights);

    private async ValueTask<Refusal?> Open(
        LiveConnection session, FeedPlace place, (string Id, EventFilter Filter) asked, LiveSearchCall call, Action<OpenedSearch> answer,
        CancellationToken cancel)
    {
        var search = asked.Filter.Search!;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var page = await door.Page(call, search, cancel);
            if (page.Refusal is { } refused) return refused;
            var opened = new OpenedSearch(page.Value.Position, page.Value);
            rights.Hold(session, search.Type, asked.Filter.Rights ?? "", opened.Sequence);
            if (await place.Follow(asked.Id, asked.Filter, opened.Sequence, () => answer(opened), cancel)) return null;
        }

        return Refusals.Unavailable;
    }
}
