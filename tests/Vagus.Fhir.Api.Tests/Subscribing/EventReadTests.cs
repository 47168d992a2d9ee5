using Vagus.Fhir.Subscribing;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Readings of <c>$events</c>, each of which takes up to a thousand events into memory.</summary>
public abstract class EventReadTests(SubscriptionServer server)
{
    [Fact]
    public async Task A_user_makes_so_many_at_a_time_and_others_do_not_wait_for_them()
    {
        await using var desk = await Desk.Open(server);
        await using var south = await Desk.Open(server);
        var (mine, theirs) = (await desk.Subscribe(desk.Form()), await south.Subscribe(south.Form()));
        var owner = new Caller(desk.Clinic.Tenant, await desk.OwnerId(), Role.Provider, new SessionId("x"));
        var reads = server.Get<EventReads>();
        var underway = Enumerable.Range(0, EventReads.Most).Select(_ => reads.Begin(owner)).ToList();
        Assert.All(underway, each => Assert.True(each.IsAcquired));

        var refused = await desk.Owner.Get($"Subscription/{mine}/$events");

        refused.IsRefused(429, "throttled");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        (await desk.Owner.Get($"Subscription/{mine}/$status")).Is(200);
        (await south.Owner.Get($"Subscription/{theirs}/$events")).Is(200);
        underway[0].Dispose();
        (await desk.Owner.Get($"Subscription/{mine}/$events")).Is(200);
        (await desk.Owner.Get($"Subscription/{mine}/$events")).Is(200);
        underway[1].Dispose();
    }
}

public sealed class EventReadsOnSqlite(SqliteSubscriptionServer server) : EventReadTests(server);

public sealed class EventReadsOnPostgres(PostgresSubscriptionServer server) : EventReadTests(server);
