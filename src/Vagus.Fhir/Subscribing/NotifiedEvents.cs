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
    // A notification is made in memory: it ends with the change by which it has so many bytes.
    private const long MostBytes = 4 * 1024 * 1024;

    public async ValueTask<EventPage> Read(FhirCall call, SubscriptionRow subscription, long first, long last, int most)
    {
        var tenant = subscription.Tenant;
        var numbered = await database.Query(
            SubscriptionTables.EventsFrom, [tenant.Value, subscription.Id, first, last, (long)most], Entry.Of, call.Cancel);
        var logged = await log.At(tenant, numbered.ConvertAll(each => each.Position), call.Cancel);
        var now = await resources.Of(tenant, [.. logged.SelectMany(EventFactsReader.AskedFor).Distinct()], call.Cancel);
        // Of one that was about something else before, the numbers of then are told as what they were.
        var shown = await changes.Read(call, subscription, logged.FindAll(IsChange), now);
        if (subscription.Plan.Event is not null)
        {
            var ofCatalogue = await catalogue.Read(call, subscription, logged.FindAll(row => !IsChange(row)), now);
            foreach (var (position, seen) in ofCatalogue) shown.Add(position, seen);
        }

        var told = new List<NotifiedEvent>(numbered.Count);
        var bytes = 0L;
        foreach (var entry in numbered)
        {
            var seen = shown.GetValueOrDefault(entry.Position);
            bytes += (seen?.Focus?.Body?.Length ?? 0) + (seen?.Context.Sum(each => (long)(each.Body?.Length ?? 0)) ?? 0);
            if (bytes > MostBytes && told.Count > 0) break;
            told.Add(new NotifiedEvent(entry.Number, entry.At)
            {
                Focus = seen?.Focus, Context = seen?.Context ?? [], Patients = seen?.Patients ?? [],
            });
        }

        var all = told.Select(each => each.Focus).OfType<StoredResource>().Concat(told.SelectMany(each => each.Context));
        return new EventPage(told, await notices.For(call, [.. all]));
    }

    private static bool IsChange(LoggedEvent row) => row.Type.StartsWith(ResourceEvent.Family, StringComparison.Ordinal);

    private sealed record Entry(long Number, long Position, DateTimeOffset At)
    {
        public static Entry Of(DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1), Instant.FromMicroseconds(row.GetInt64(2)));
    }
}
