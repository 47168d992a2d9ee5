using System.Text.Json;
using Vagus.Fhir.Subscribing;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>What other servers are known to get wrong about subscriptions, and no other test asks.</summary>
public abstract class KnownFailureTests(Engine engine) : IAsyncLifetime
{
    private readonly FhirServer server = new SubscriptionServer(engine);

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Each_status_of_success_takes_a_notification_and_no_body_is_asked_for()
    {
        await using var desk = await Desk.Open(server);
        var id = await desk.Subscribe(desk.Form());
        int[] statuses = [200, 201, 202, 204, 206, 299];

        foreach (var (status, at) in statuses.Select((status, at) => (status, at + 1)))
        {
            desk.Receiver.Answers.Enqueue(status);
            await desk.Observe($"o{at}");
            await Desk.Until(async () => (await Row(desk, id)).Delivered == at, $"{status} does not take it");
        }

        Assert.Equal(Enumerable.Range(1, statuses.Length).Select(number => (long)number), await desk.Numbers(statuses.Length));
        Assert.Equal("active", (await Row(desk, id)).Status);
    }

    [Fact]
    public async Task Each_version_is_told_where_a_receiver_was_slow_and_instants_have_times()
    {
        await using var desk = await Desk.Open(server);
        await desk.Subscribe(desk.Form(content: "full-resource"));
        var held = new TaskCompletionSource();
        desk.Receiver.BeforeAnswer = () => held.Task;
        await desk.Observe("o");
        await desk.Numbers(1);
        await desk.Observe("o", ",\"note\":[{\"text\":\"second\"}]");
        await desk.Observe("o", ",\"note\":[{\"text\":\"third\"}]");
        held.SetResult();

        Assert.Equal([1, 2, 3], await desk.Numbers(3));

        var told = desk.Taken("event-notification");
        Assert.Equal(
            ["1", "2", "3"],
            told.SelectMany(each => each.Entries.Skip(1)).Select(each => each.GetProperty("resource").GetProperty("meta").GetProperty("versionId").GetString()));
        Assert.All(told, each => IsInstant(each.Bundle.GetProperty("timestamp")));
        Assert.All(told.SelectMany(each => each.Events), each => IsInstant(
            each.GetProperty("part").EnumerateArray().Single(part => part.GetProperty("name").GetString() == "timestamp").GetProperty("valueInstant")));
    }

    [Fact]
    public async Task A_row_that_is_not_understood_any_more_stops_neither_the_start_nor_others()
    {
        await using var desk = await Desk.Open(server);
        var broken = await Row(desk, await desk.Subscribe(desk.Form()));
        await desk.Subscribe(desk.Form(endpoint: $"{desk.Receiver.Address}other"));
        var written = await server.Get<GroupCommit>().Write<bool>(
            desk.Clinic.Tenant,
            async (write, cancel) => await write.Execute(
                Break, [SubscriptionRow.BodyOf(broken.Plan with { Search = "Observation?gone=1" }), desk.Clinic.Tenant.Value, broken.Id], cancel) == 1,
            CancellationToken.None);
        Assert.True(written.Value);

        await server.House.Restart(isKilled: false);
        await desk.Observe("o");

        Assert.Equal("/other", Assert.Single(await desk.Notified(1)).Request.Path);
        Assert.Equal(0, (await Row(desk, broken.Id)).Events);
    }

    private static void IsInstant(JsonElement value) =>
        Assert.Matches("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$", value.GetString()!);

    private async Task<SubscriptionRow> Row(Desk desk, string id) =>
        await server.Get<Database>().QueryOne(
            SubscriptionTables.Find, [desk.Clinic.Tenant.Value, id], SubscriptionRow.Of, CancellationToken.None)
        ?? throw new InvalidOperationException("There is no such subscription.");

    private static readonly Statement Break = new("""
        update subscription_state
        set body = @body
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
        """);
}

public sealed class KnownFailuresOnSqlite() : KnownFailureTests(Engine.Sqlite);

public sealed class KnownFailuresOnPostgres() : KnownFailureTests(Engine.Postgres);
