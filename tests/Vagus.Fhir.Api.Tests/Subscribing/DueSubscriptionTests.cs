using Vagus.Fhir.Subscribing;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Subscriptions that have become due with nothing to be done, or nothing that can be done, stand in nobody's way.</summary>
public abstract class DueSubscriptionTests(SubscriptionServer server)
{
    [Fact]
    public async Task Sockets_that_have_become_due_hold_up_no_other_tenant()
    {
        await using var desk = await Desk.Open(server);
        await using var south = await Desk.Open(server);
        await south.Subscribe(south.Form());
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var rows = new SubscriptionRows(desk);
        await rows.Copy(id, 201);

        await south.Observe("o");

        Assert.Equal(["o"], Assert.Single(await south.Notified(1)).Focuses);
        await Desk.Until(async () => await rows.DueCopies(id) == 0, "they are due for ever");
    }

    [Fact]
    public async Task Ends_that_cannot_be_written_hold_up_no_other_tenant_and_administrators_see_them()
    {
        await using var desk = await Desk.Open(server);
        await using var south = await Desk.Open(server);
        await south.Subscribe(south.Form());
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var rows = new SubscriptionRows(desk);
        await rows.Set(id, "ends_at = 1");
        await rows.Copy(id, 201);

        await south.Observe("o");

        Assert.Equal(["o"], Assert.Single(await south.Notified(1)).Focuses);
        await Desk.Until(async () => await rows.DueCopies(id) == 0, "they are due for ever");
        var admin = await desk.Clinic.Admin();
        var listed = (await admin.Send(HttpMethod.Get, "/api/admin/subscriptions?limit=1", (string?)null)).Is(200).Json.GetProperty("items")[0];
        Assert.Equal(
            ("server-fault", "websocket", true),
            (listed.GetProperty("error").GetString(), listed.GetProperty("receiver").GetString(), listed.GetProperty("attempts").GetInt32() >= 1));
    }

    [Fact]
    public async Task A_receiver_that_asks_for_no_signs_of_life_is_sent_none()
    {
        await using var desk = await Desk.Open(server);
        var id = await desk.Subscribe(desk.Form());
        var rows = new SubscriptionRows(desk);

        await rows.Set(id, "due_at = 1");
        await Desk.Until(async () => (await rows.Of(id)).DueAt is null, "it is due for ever");

        Assert.Empty(desk.Taken("heartbeat"));
        await desk.Observe("o");
        await desk.Numbers(1);
    }

    [Fact]
    public async Task Events_that_retention_has_removed_are_passed_over_without_a_notification()
    {
        await using var desk = await Desk.Open(server);
        var id = await desk.Subscribe(desk.Form());
        var rows = new SubscriptionRows(desk);

        await rows.Set(id, "events = 3, due_at = 1");
        await Desk.Until(async () => (await rows.Of(id)).Delivered == 3, "they are due for ever");
        await desk.Observe("o");

        Assert.Equal([4], Assert.Single(await desk.Notified(1)).Numbers);
        Assert.Equal(4, desk.Taken("event-notification")[0].Count);
    }

    [Fact]
    public async Task What_is_counted_leaves_the_due_time_that_an_attempt_has_read()
    {
        await using var desk = await Desk.Open(server);
        var id = await desk.Subscribe(desk.Form());
        var now = DateTimeOffset.UtcNow.ToMicroseconds();
        var key = SubscriptionTables.KeyOf(id, (await new SubscriptionRows(desk).Of(id)).Since);

        // In one transaction: the sender sees neither.
        var due = await server.Get<GroupCommit>().Write<long>(
            desk.Clinic.Tenant,
            async (write, cancel) =>
            {
                foreach (var at in new[] { now, now + 5 })
                {
                    object?[] counted = [1L, false, at, desk.Clinic.Tenant.Value, $"[\"{id}\"]", $"[\"{key}\"]"];
                    await write.Execute(SubscriptionTables.Count, counted, cancel);
                }

                return await write.QueryOne(Due, [desk.Clinic.Tenant.Value, id], row => row.GetInt64(0), cancel);
            },
            CancellationToken.None);

        Assert.Equal(now, due.Value);
    }

    private static readonly Statement Due = new("""
        select due_at
        from subscription_state
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
        """);
}

public sealed class DueSubscriptionOnSqlite(SqliteSubscriptionServer server) : DueSubscriptionTests(server);

public sealed class DueSubscriptionOnPostgres(PostgresSubscriptionServer server) : DueSubscriptionTests(server);
