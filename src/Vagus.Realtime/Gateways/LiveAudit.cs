using System.Globalization;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Gateways;

/// <summary>
/// Puts into the audit what a connection asks to be told, before it is told anything of it. Each event that it is sent then is not an entry
/// of its own: what it was sent follows from its entries, the log and the caller's rights.
/// </summary>
internal sealed class LiveAudit(AuditTrail trail, AuditRefusals refusals)
{
    /// <summary>A connection that comes in with something to follow: every event, or what it had asked for before.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="entry">Where it begins and with what.</param>
    /// <param name="goesOn">It names a position that it goes on from: what lies behind is replayed.</param>
    /// <returns>Null once it is recorded; else the connection may not be let in.</returns>
    public async ValueTask<Refusal?> Began(LiveConnection session, Entry entry, bool goesOn)
    {
        if (entry.Asked is { Count: 0 }) return null;
        var filters = entry.Asked?.Select(asked => asked.Filter).ToList() ?? [EventFilter.AllEvents];
        return await Record(session, goesOn ? AuditActions.Replay : AuditActions.Subscribe, filters, goesOn ? entry.After : null);
    }

    public ValueTask<Refusal?> Subscribes(LiveConnection session, EventFilter filter, long? since) =>
        Record(session, AuditActions.Subscribe, [filter], since);

    public ValueTask<Refusal?> Unsubscribed(LiveConnection session) => Record(session, AuditActions.Unsubscribe, [], since: null);

    /// <summary>A connection that was not let in.</summary>
    /// <param name="origin">From where it came.</param>
    /// <param name="door">What it asked to enter.</param>
    /// <param name="caller">Who it is; null where no credential was good.</param>
    /// <param name="refusal">Why it was not let in.</param>
    /// <returns>What it is told: the same, or that the audit could not be written.</returns>
    public async ValueTask<Refusal> Refused(AuditOrigin origin, string door, Caller? caller, Refusal refusal) =>
        await refusals.Record(origin, door, caller, refusal) ?? refusal;

    private async ValueTask<Refusal?> Record(LiveConnection session, string action, IReadOnlyList<EventFilter> filters, long? since)
    {
        var entry = AuditEntry.Of(action, session.Caller, session.Origin) with
        {
            // The token may have been renewed under another session.
            Session = session.Session,
            Patients = [.. filters.SelectMany(filter => filter.Patients ?? []).Distinct().Select(patient => new PatientId(patient))],
            Detail = string.Join(';', Details(filters, since)),
        };
        return await trail.Append(session.Caller.Tenant, entry);
    }

    private static IEnumerable<string> Details(IReadOnlyList<EventFilter> filters, long? since)
    {
        if (since is { } position) yield return string.Create(CultureInfo.InvariantCulture, $"since={position}");
        foreach (var filter in filters)
        {
            // What is asked for is in the audit as a search, sealed.
            if (filter.Search is { } search) yield return $"search={search.Type}";
            else yield return $"events={Names(filter.EventTypes)}";
            if (filter.Resources) yield return $"resources={Names(filter.ResourceTypes)}";
        }
    }

    private static string Names(IReadOnlySet<string>? names) => names is null ? "*" : string.Join(',', names.Order(StringComparer.Ordinal));
}
