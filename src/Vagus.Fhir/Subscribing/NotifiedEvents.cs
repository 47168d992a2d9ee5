using System.Data.Common;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Subscribing;

/// <summary>One event of a subscription, as its reader may be told of it now.</summary>
/// <param name="Number">Its number in the subscription.</param>
/// <param name="At">When it happened.</param>
internal sealed record NotifiedEvent(long Number, DateTimeOffset At)
{
    /// <summary>The change; null where the reader may not be told any more what it was, or the log does not hold it any more.</summary>
    public StoredResource? Focus { get; init; }

    /// <summary>What goes with it, as the topic asks for it and the reader may see it now.</summary>
    public IReadOnlyList<StoredResource> Context { get; init; } = [];

    public IReadOnlyList<PatientId> Patients { get; init; } = [];

    /// <summary>Of the resources that it holds in memory.</summary>
    public long Bytes => (Focus?.Body?.Length ?? 0) + Context.Sum(each => (long)(each.Body?.Length ?? 0));
}

/// <summary>Events of a subscription in the order of their numbers, and the statement that goes with their content.</summary>
internal sealed record EventPage(IReadOnlyList<NotifiedEvent> Events, string? Notice);

/// <summary>What a reader may be told of one event of the log now.</summary>
/// <param name="Patients">Whom it concerns.</param>
/// <param name="Focus">The resource; null where the event points at none.</param>
internal sealed record ShownEvent(IReadOnlyList<PatientId> Patients, StoredResource? Focus)
{
    /// <inheritdoc cref="NotifiedEvent.Context"/>
    public IReadOnlyList<StoredResource> Context { get; init; } = [];
}

/// <summary>
/// Reads events of a subscription from the log: what happened, the versions tell, and whether it may be told, the rights and labels of now.
/// Numbers stand whatever became of the rights, so a reader knows that nothing is missing.
/// </summary>
internal sealed class NotifiedEvents(
    Database database, EventLog log, ChangeEvents changes, CatalogueEvents catalogue, ResourcesNow resources,
    RedisclosureNotices notices)
{
    public async ValueTask<EventPage> Read(FhirCall call, SubscriptionRow subscription, long first, long last, int most)
    {
        var told = await EventParts.Fill(
            first, most, (from, count) => ReadPart(call, subscription, (from, last), count));
        StoredResource[] all = [.. told.Select(each => each.Focus).OfType<StoredResource>(), .. told.SelectMany(each => each.Context)];
        return new EventPage(told, await (subscription.Pushes ? notices.ForLeaving(call, all) : notices.For(call, all)));
    }

    private async ValueTask<List<NotifiedEvent>> ReadPart(
        FhirCall call, SubscriptionRow subscription, (long First, long Last) range, int most)
    {
        var tenant = subscription.Tenant;
        var numbered = await database.Query(
            SubscriptionTables.EventsFrom, [tenant.Value, subscription.Id, range.First, range.Last, (long)most], Entry.Of, call.Cancel);
        var logged = await log.At(tenant, numbered.ConvertAll(each => each.Position), call.Cancel);
        var now = await resources.Of(tenant, [.. logged.SelectMany(EventFactsReader.AskedFor).Distinct()], call.Cancel);
        // Of one that was about something else before, the numbers of then are told as what they were.
        var shown = await changes.Read(call, subscription, logged.FindAll(IsChange), now);
        if (subscription.Plan.Event is not null)
        {
            var ofCatalogue = await catalogue.Read(call, subscription, logged.FindAll(row => !IsChange(row)), now);
            foreach (var (position, seen) in ofCatalogue) shown.Add(position, seen);
        }

        return numbered.ConvertAll(entry => Told(entry, shown.GetValueOrDefault(entry.Position)));
    }

    private static NotifiedEvent Told(Entry entry, ShownEvent? seen) => new(entry.Number, entry.At)
    {
        Focus = seen?.Focus, Context = seen?.Context ?? [], Patients = seen?.Patients ?? [],
    };

    private static bool IsChange(LoggedEvent row) => row.Type.StartsWith(ResourceEvent.Family, StringComparison.Ordinal);

    private sealed record Entry(long Number, long Position, DateTimeOffset At)
    {
        public static Entry Of(DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1), Instant.FromMicroseconds(row.GetInt64(2)));
    }
}
