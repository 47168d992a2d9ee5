using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>Notes each event that it is given as a row, without any check of its own: what came twice stands there twice.</summary>
internal sealed class TestConsumer(string name) : LogConsumer
{
    public static readonly Migration Table = new(
        60, "taken", "create table taken (consumer text not null, tenant_id text not null, event_id text not null)");

    public override string Name => name;

    public override IReadOnlySet<string>? Types => Only;

    public IReadOnlySet<string>? Only { get; init; }

    public override bool SkipsThePast => FromNow;

    public bool FromNow { get; init; }

    /// <summary>Called for each event before its row is written; throws where the test wants a failure.</summary>
    public Action<LoggedEvent> OnApply { get; set; } = _ => { };

    public Func<IReadOnlyList<LoggedEvent>, CancellationToken, ValueTask> OnDeliver { get; set; } = (_, _) => ValueTask.CompletedTask;

    /// <summary>Whether an event concerns it.</summary>
    public Func<LoggedEvent, bool> Concerns { get; init; } = _ => true;

    public int Commits => commits;

    private int commits;

    public override bool PassesOver(IReadOnlyList<LoggedEvent> events) => !events.Any(Concerns);

    public override void Committed() => Interlocked.Increment(ref commits);

    public override bool IsOutage(Exception cause) => cause is HttpRequestException;

    public override ValueTask Deliver(IReadOnlyList<LoggedEvent> events, CancellationToken cancel) => OnDeliver(events, cancel);

    public override async ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel)
    {
        foreach (var @event in events)
        {
            await write.Queue(Note, [name, @event.Tenant.Value, @event.EventId], cancel);
            OnApply(@event);
        }
    }

    public async Task<List<string>> Taken(TestStorage storage, TenantId tenant) =>
        await storage.Database.Query(Read, [name, tenant.Value], row => row.GetString(0), default);

    private static readonly Statement Note = new("""
        insert into taken (consumer, tenant_id, event_id)
        values (@consumer, @tenant_id, @event_id)
        """);

    private static readonly Statement Read = new("""
        select event_id
        from taken
        where consumer = @consumer
          and tenant_id = @tenant_id
        order by event_id
        """);
}
