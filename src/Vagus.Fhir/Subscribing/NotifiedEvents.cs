using System.Data.Common;
using System.Globalization;
using Vagus.Fhir.Live;
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

    public IReadOnlyList<PatientId> Patients { get; init; } = [];
}

/// <summary>Events of a subscription in the order of their numbers, and the statement that goes with their content.</summary>
internal sealed record EventPage(IReadOnlyList<NotifiedEvent> Events, string? Notice);

/// <summary>
/// Reads events of a subscription from the log: what happened, the versions tell, and whether it may be told, the rights and labels of now.
/// Numbers stand whatever became of the rights, so a reader knows that nothing is missing.
/// </summary>
internal sealed class NotifiedEvents(
    Database database, EventLog log, ChangedResources changes, ResourcesNow resources, RedisclosureNotices notices)
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
        var search = subscription.Plan.Read(call);
        var reached = search.IsRefused ? null : search.Value.Within(call.Reach);
        var moves = reached is null
            ? [] : await changes.Of(tenant, logged, new HashSet<string>([search.Value.Type], StringComparer.Ordinal), now, call.Cancel);
        var told = new List<NotifiedEvent>(numbered.Count);
        var bytes = 0L;
        foreach (var entry in numbered)
        {
            var seen = reached is not null && moves.TryGetValue(entry.Position, out var move) && reached.MayTell(move) ? move : null;
            var row = seen is null ? null : logged.Find(each => each.Position == entry.Position);
            bytes += seen?.Content?.Length ?? 0;
            if (bytes > MostBytes && told.Count > 0) break;
            told.Add(row is null || seen is null ? new NotifiedEvent(entry.Number, entry.At) : Tell(entry, row, seen));
        }

        return new EventPage(told, await notices.For(call, [.. told.Select(each => each.Focus).OfType<StoredResource>()]));
    }

    private static NotifiedEvent Tell(Entry entry, LoggedEvent row, ResourceMove move)
    {
        var state = move.After ?? move.Before ?? throw new InvalidOperationException("A change has a version.");
        var isFirst = move.Before is null;
        return new NotifiedEvent(entry.Number, entry.At)
        {
            Patients = row.Patients,
            Focus = new StoredResource
            {
                Type = state.Facts.Type,
                Id = state.Id,
                Version = VersionOf(row),
                UpdatedAt = row.OccurredAt,
                Position = row.Position,
                Body = move.Content,
                Interaction = move.After is null ? "DELETE" : isFirst ? "POST" : "PUT",
                Rid = row.Position,
                Labels = state.Facts.Labels,
                Created = isFirst,
            },
        };
    }

    private static long VersionOf(LoggedEvent row) =>
        row.Resource?.Split('/') is [_, _, _, var version] ? long.Parse(version, CultureInfo.InvariantCulture) : 0;

    private sealed record Entry(long Number, long Position, DateTimeOffset At)
    {
        public static Entry Of(DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1), Instant.FromMicroseconds(row.GetInt64(2)));
    }
}
