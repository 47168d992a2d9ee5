using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// Gives the changes and events that a subscription is about their numbers: gapless in each subscription, in the order of the log, in one
/// commit with the cursor. Which subscriptions they concern is found out before the transaction, so a write's lane waits for rows alone.
/// </summary>
internal sealed partial class NumberEvents(
    Database database, FindConcerned concerned, SendNotifications sending, SubscriptionHints hints, FhirOptions options, OwnBases own,
    TimeProvider clock, ILogger<NumberEvents> logger) : LogConsumer
{
    private readonly ConcurrentDictionary<TenantId, SubscriptionIndex> indexes = new();
    private readonly ConditionalWeakTable<IReadOnlyList<LoggedEvent>, List<Concern>> found = [];

    // Of what is undone it tells as well: a hint too many.
    private readonly ConcurrentQueue<(TenantId Tenant, string Id)> counted = new();

    public override string Name => "fhir-subscriptions";

    /// <summary>Changes of resources, and the events that are topics.</summary>
    public override IReadOnlySet<string>? Types { get; } = new HashSet<string>(
        Topics.All.Select(topic => topic.Event?.Name).OfType<string>().Concat(["resource.created", "resource.updated", "resource.deleted"]),
        StringComparer.Ordinal);

    // There is no subscription from before this consumer.
    public override bool SkipsThePast => true;

    public override async ValueTask Deliver(IReadOnlyList<LoggedEvent> events, CancellationToken cancel)
    {
        var index = indexes.GetOrAdd(events[0].Tenant, _ => new SubscriptionIndex());
        // An event that an operator has tried again comes beside the others, and may lie before what the index stands for.
        if (events[0].Position < index.From) index = new SubscriptionIndex();
        await index.Turn.WaitAsync(cancel);
        try
        {
            found.AddOrUpdate(events, await Find(index, events, cancel));
        }
        finally
        {
            index.Turn.Release();
        }
    }

    public override bool PassesOver(IReadOnlyList<LoggedEvent> events) => FoundFor(events).Count == 0;

    public override async ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel)
    {
        // Few statements, however many it concerns: those with as many events are numbered together.
        var found = FoundFor(events).GroupBy(each => each.Subscription, StringComparer.Ordinal).Select(group => group.ToList());
        foreach (var alike in found.GroupBy(each => (Count: each.Count(one => !one.IsOver), IsOver: each.Exists(one => one.IsOver))))
        {
            var byId = alike.ToDictionary(each => each[0].Subscription, each => each.FindAll(one => !one.IsOver), StringComparer.Ordinal);
            object?[] values =
            [
                (long)alike.Key.Count, alike.Key.IsOver, write.At.ToMicroseconds(), write.Tenant.Value, JsonSerializer.Serialize(byId.Keys),
                JsonSerializer.Serialize(alike.Select(each => SubscriptionTables.KeyOf(each[0].Subscription, each[0].Began))),
            ];
            // One that was deleted meanwhile is not in the answer, whatever has been made under its id since.
            var last = await write.Query(SubscriptionTables.Count, values, row => (Id: row.GetString(0), Number: row.GetInt64(1)), cancel);
            foreach (var each in last) Number(write, each.Id, byId[each.Id], each.Number);
        }
    }

    private void Number(WriteTransaction write, string id, List<Concern> numbered, long last)
    {
        counted.Enqueue((write.Tenant, id));
        var number = last - numbered.Count;
        foreach (var each in numbered)
            write.Insert(SubscriptionTables.Events, write.Tenant.Value, id, ++number, each.Position, each.OccurredAt.ToMicroseconds());
    }

    public override void Committed()
    {
        sending.Wake();
        while (counted.TryDequeue(out var each)) hints.Raise(each.Tenant, each.Id);
    }

    private async ValueTask<List<Concern>> Find(SubscriptionIndex index, IReadOnlyList<LoggedEvent> events, CancellationToken cancel)
    {
        await Follow(index, events[0], cancel);
        return index.IsEmpty ? [] : await concerned.Run(index, events, cancel);
    }

    /// <summary>Read after the page: each subscription that was made before an event of it is known.</summary>
    private async ValueTask Follow(SubscriptionIndex index, LoggedEvent first, CancellationToken cancel)
    {
        var tenant = first.Tenant;
        index.LeaveOutBefore(first.Position);
        var rows = await database.Query(SubscriptionTables.Changed, [tenant.Value, index.Position], SubscriptionRow.Of, cancel);
        if (rows.Count == 0) return;
        var former = await FormerAsks.Read(database, tenant, first.Position, cancel);
        index.GoOnFrom(first.Position);
        var server = SubscriptionCalls.AsServer(tenant, options, own, clock, cancel);
        foreach (var row in rows)
            if (!index.Take(row, former, server)) Log.NotUnderstood(logger, tenant.Value, row.Id);
        // A new one is to be shaken hands with.
        sending.Wake();
    }

    private List<Concern> FoundFor(IReadOnlyList<LoggedEvent> events) =>
        found.TryGetValue(events, out var last) ? last : throw new InvalidOperationException("The events were not looked at before.");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Tenant {Tenant}: the filters of subscription {Subscription} are not understood any more; it is left out")]
        public static partial void NotUnderstood(ILogger logger, string tenant, string subscription);
    }
}
