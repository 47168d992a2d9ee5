using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Subscribing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>What happened before a subscription asked for something else stays what it was.</summary>
public abstract class ChangedFilterTests(SubscriptionServer server)
{
    [Fact]
    public async Task What_happened_before_the_filters_changed_is_counted_by_those_of_then()
    {
        await using var desk = await Desk.Open(server);
        var (rows, index) = (new SubscriptionRows(desk), new SubscriptionIndex());
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var call = SubscriptionCalls.AsServer(
            desk.Clinic.Tenant, server.Options, server.Get<OwnBases>(), TimeProvider.System, CancellationToken.None);
        Assert.True(index.Take(await rows.Of(id), call));
        await desk.Observe("before");
        await Change(desk, id, desk.SocketForm("Observation?code=999-9"));
        Assert.True(index.Take(await rows.Of(id), call));
        await desk.Observe("after");
        (await desk.Owner.Put("Observation/other", Sample.Observation("Patient/p", "999-9", "other"))).Is(201);
        await Change(desk, id, desk.SocketForm("Observation?code=999-9", content: "empty"));
        Assert.True(index.Take(await rows.Of(id), call));

        var log = await desk.Clinic.Log();
        var found = await server.Get<FindConcerned>().Run(index, log, CancellationToken.None);

        Assert.Equal(
            ["before", "other"], found.Select(each => log.Single(row => row.Position == each.Position).Resource!.Split('/')[1]));
    }

    [Fact]
    public async Task The_backlog_keeps_what_it_was_about_when_the_filters_name_another_type()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        for (var number = 1; number <= 5; number++) await desk.Observe($"o{number}");
        await Desk.Until(async () => (await new SubscriptionRows(desk).Of(id)).Events == 5, "not counted");

        await Change(desk, id, desk.SocketForm("Condition?patient=Patient/p"));

        await using var socket = await BoundSocket.Bound(desk.Owner, id);
        Assert.Equal([1, 2, 3, 4, 5], await socket.Numbers(5));
        Assert.Equal(["o1", "o2", "o3", "o4", "o5"], socket.Of("event-notification").SelectMany(told => told.Focuses));
        (await desk.Owner.Put("Condition/c", """
            {"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"}}
            """)).Is(201);
        await desk.Observe("o6");
        Assert.Equal(6, (await socket.Numbers(6))[5]);
        Assert.Equal("c", socket.Of("event-notification").SelectMany(told => told.Focuses).Last());
    }

    [Fact]
    public async Task Of_another_type_is_told_what_the_owner_may_see_alone()
    {
        await using var desk = await Desk.Open(server);
        var restricted = await desk.Clinic.Provider(seesSensitive: false);
        var id = (await restricted.Create(desk.SocketForm())).Is(201).Id;
        await desk.Observe("o1");
        await Desk.Until(async () => (await new SubscriptionRows(desk).Of(id)).Events == 1, "not counted");
        await desk.Observe("o1", Sample.Labelled("R"));

        (await restricted.Put($"Subscription/{id}", WithId(desk.SocketForm("Condition?patient=Patient/p"), id))).Is(200);

        var told = (await restricted.Get($"Subscription/{id}/$events?content=full-resource")).Is(200).Text;
        Assert.Contains("event-number", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Observation", told, StringComparison.Ordinal);
    }

    private static async Task Change(Desk desk, string id, string form) => (await desk.Owner.Put($"Subscription/{id}", WithId(form, id))).Is(200);

    private static string WithId(string form, string id) =>
        form.Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal);
}

public sealed class ChangedFilterOnSqlite(SqliteSubscriptionServer server) : ChangedFilterTests(server);

public sealed class ChangedFilterOnPostgres(PostgresSubscriptionServer server) : ChangedFilterTests(server);
