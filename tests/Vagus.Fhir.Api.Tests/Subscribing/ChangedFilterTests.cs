using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Subscribing;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>What happened before a subscription asked for something else stays what it was.</summary>
public abstract class ChangedFilterTests(SubscriptionServer server)
{
    [Fact]
    public async Task What_happened_before_the_filters_changed_is_counted_by_those_of_then()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var kept = new SubscriptionIndex();
        await Follow(desk, kept);
        await desk.Observe("before");
        await Change(desk, id, desk.SocketForm("Observation?code=999-9"));
        await Follow(desk, kept);
        await desk.Observe("after");
        (await desk.Owner.Put("Observation/other", Sample.Observation("Patient/p", "999-9", "other"))).Is(201);
        await Change(desk, id, desk.SocketForm("Observation?code=999-9", content: "empty"));
        await Follow(desk, kept);

        Assert.Equal(["before", "other"], await Found(desk, kept));
        Assert.Equal(["before", "other"], await Found(desk, await Started(desk)));
    }

    [Fact]
    public async Task A_process_that_starts_later_judges_each_change_by_the_filters_of_its_place()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        await desk.Observe("first");
        await Change(desk, id, desk.SocketForm("Observation?code=999-9"));
        await desk.Observe("between");
        await Change(desk, id, desk.SocketForm("Condition?patient=Patient/p"));
        await desk.Observe("third");
        await Change(desk, id, desk.SocketForm());
        await desk.Observe("last");

        Assert.Equal(["first", "last"], await Found(desk, await Started(desk)));
    }

    [Fact]
    public async Task What_a_topic_was_decides_what_happened_before_it_was_changed()
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        (await admin.Put("Basic/own", OwnTopic.Form(Becomes("final")))).Is(201);
        var id = (await desk.Owner.Create(desk.SocketForm("_type=Observation", topic: OwnTopic.Url))).Is(201).Id;
        await Status(desk, "o", "preliminary");
        await Status(desk, "o", "final");
        (await admin.Put("Basic/own", OwnTopic.Form(Becomes("amended")))).Is(200);
        await Status(desk, "p", "preliminary");
        await Status(desk, "p", "final");
        await Status(desk, "q", "final");
        await Status(desk, "q", "amended");
        (await admin.Delete("Basic/own")).Is(204);
        await Status(desk, "r", "final");
        await Status(desk, "r", "amended");

        Assert.Equal(["o/2", "q/2"], await Versions(desk, await Started(desk), id));
    }

    [Fact]
    public async Task What_happens_while_a_subscription_is_off_is_not_counted_wherever_it_is_judged()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var kept = new SubscriptionIndex();
        await Follow(desk, kept);
        await desk.Observe("first");
        await Change(desk, id, Off(desk.SocketForm()));
        await desk.Observe("between");
        await Change(desk, id, desk.SocketForm());
        await desk.Observe("second");
        await Change(desk, id, Off(desk.SocketForm()));
        await desk.Observe("last");
        await Follow(desk, kept);

        Assert.Equal(["first", "second"], await Found(desk, kept));
        Assert.Equal(["first", "second"], await Found(desk, await Started(desk)));
        kept.LeaveOutBefore((await desk.Clinic.Log())[^1].Position);
        Assert.True(kept.IsEmpty);
    }

    [Fact]
    public async Task What_happened_before_a_subscription_was_off_has_a_number_and_makes_nothing_due()
    {
        await using var desk = await Desk.Open(server);
        var id = await desk.Subscribe(desk.Form());
        await Change(desk, id, Off(desk.Form()));
        var key = SubscriptionTables.KeyOf(id, (await new SubscriptionRows(desk).Of(id)).Since);

        await server.Get<GroupCommit>().Write<int>(
            desk.Clinic.Tenant,
            async (write, cancel) => await write.Execute(
                SubscriptionTables.Count, [1L, false, write.At.ToMicroseconds(), desk.Clinic.Tenant.Value, $"[\"{id}\"]", $"[\"{key}\"]"],
                cancel),
            CancellationToken.None);

        var row = await new SubscriptionRows(desk).Of(id);
        Assert.Equal((1, null), (row.Events, row.DueAt));
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

    private static string Becomes(string status) => OwnTopic.Trigger(OwnTopic.Query(
        OwnTopic.Part("previous", "valueString", $"status:not={status}"), OwnTopic.Part("current", "valueString", $"status={status}"),
        OwnTopic.Both(holds: true)));

    private static async Task Status(Desk desk, string id, string status)
    {
        var body = Sample.Observation("Patient/p", id: id).Replace("\"final\"", $"\"{status}\"", StringComparison.Ordinal);
        Assert.InRange((await desk.Owner.Put($"Observation/{id}", body)).Status, 200, 201);
    }

    /// <summary>The index of a process that has just begun to follow the log.</summary>
    private async Task<SubscriptionIndex> Started(Desk desk)
    {
        var index = new SubscriptionIndex();
        await Follow(desk, index);
        return index;
    }

    private async Task Follow(Desk desk, SubscriptionIndex index)
    {
        var (tenant, database) = (desk.Clinic.Tenant, server.Get<Database>());
        var call = SubscriptionCalls.AsServer(
            tenant, server.Options, server.Get<OwnBases>(), TimeProvider.System, CancellationToken.None);
        var rows = await database.Query(
            SubscriptionTables.Changed, [tenant.Value, index.Position], SubscriptionRow.Of, CancellationToken.None);
        var former = await FormerAsks.Read(database, tenant, from: 0, CancellationToken.None);
        Assert.All(rows, row => Assert.True(index.Take(row, former, call)));
    }

    private async Task<List<string>> Found(Desk desk, SubscriptionIndex index) =>
        (await Versions(desk, index)).ConvertAll(each => each.Split('/')[0]);

    private async Task<List<string>> Versions(Desk desk, SubscriptionIndex index, string? id = null)
    {
        var log = await desk.Clinic.Log();
        var found = await server.Get<FindConcerned>().Run(index, log, CancellationToken.None);
        return [.. found.Where(each => id is null || each.Subscription == id)
            .Select(each => log.Single(row => row.Position == each.Position).Resource!.Split('/'))
            .Select(parts => $"{parts[1]}/{parts[3]}")];
    }

    private static async Task Change(Desk desk, string id, string form) => (await desk.Owner.Put($"Subscription/{id}", WithId(form, id))).Is(200);

    private static string Off(string form) => form.Replace("\"requested\"", "\"off\"", StringComparison.Ordinal);

    private static string WithId(string form, string id) =>
        form.Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal);
}

public sealed class ChangedFilterOnSqlite(SqliteSubscriptionServer server) : ChangedFilterTests(server);

public sealed class ChangedFilterOnPostgres(PostgresSubscriptionServer server) : ChangedFilterTests(server);
