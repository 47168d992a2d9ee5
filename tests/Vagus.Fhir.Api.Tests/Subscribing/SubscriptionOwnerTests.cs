using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Of whom a subscription tells, and whom, is known to its owner and to administrators.</summary>
public abstract class SubscriptionOwnerTests(SubscriptionServer server)
{
    [Fact]
    public async Task A_colleague_comes_upon_it_by_no_way_and_its_owner_and_an_administrator_do_by_each()
    {
        await using var desk = await Desk.Open(server);
        var (colleague, service) = (await desk.Clinic.Provider(), await desk.Clinic.Has(Role.Service, seesSensitive: true));
        var (mine, theirs) = (await Off(desk, desk.Owner), await Off(desk, colleague));
        string[] lists = ["Subscription", "Subscription?status=off", "Subscription/_history", "_history",
            "?_type=Subscription", "Subscription?_total=accurate&_sort=_lastUpdated"];

        foreach (var (reader, own, other) in new[] { (desk.Owner, mine, theirs), (colleague, theirs, mine), (service, null, mine) })
        {
            foreach (var path in new[] { "", "/_history", "/_history/1" })
            {
                (await reader.Get($"Subscription/{other}{path}")).IsRefused(404, "not-found");
                if (own is not null) (await reader.Get($"Subscription/{own}{path}")).Is(200);
            }

            foreach (var list in lists)
            {
                var found = (await reader.Get(list)).Is(200);
                Assert.DoesNotContain(other, found.Text, StringComparison.Ordinal);
                if (own is not null) Assert.Contains(own, found.Text, StringComparison.Ordinal);
            }

            Assert.Equal(own is null ? [] : [own], (await reader.Get($"Subscription?_id={mine},{theirs}")).Is(200).Ids);
            Assert.Equal(own is null ? 0 : 1, (await reader.Get("Subscription?_summary=count")).Is(200).Total);
        }

        var admin = await desk.Clinic.Admin();
        foreach (var list in lists)
        {
            var found = (await admin.Get(list)).Is(200).Text;
            Assert.All([mine, theirs], id => Assert.Contains(id, found, StringComparison.Ordinal));
        }

        foreach (var path in new[] { "", "/_history", "/_history/1" }) (await admin.Get($"Subscription/{mine}{path}")).Is(200);
    }

    [Fact]
    public async Task A_subscription_to_subscriptions_tells_of_ones_own()
    {
        await using var desk = await Desk.Open(server);
        var (colleague, admin) = (await desk.Clinic.Provider(), await desk.Clinic.Admin());
        var (asked, all) = (await Follow(desk, colleague), await Follow(desk, admin));

        var mine = await Off(desk, desk.Owner);
        var theirs = await Off(desk, colleague);
        await Desk.Until(async () => (await Told(colleague, asked)).Contains(theirs, StringComparison.Ordinal), "the colleague is not told");
        await Desk.Until(async () => (await Told(admin, all)).Contains(theirs, StringComparison.Ordinal), "the administrator is not told");

        Assert.DoesNotContain(mine, await Told(colleague, asked), StringComparison.Ordinal);
        Assert.Contains(mine, await Told(admin, all), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stays_its_owners_when_it_is_moved_on_and_deleted()
    {
        await using var desk = await Desk.Open(server);
        var (colleague, admin) = (await desk.Clinic.Provider(), await desk.Clinic.Admin());
        var id = await desk.Subscribe(desk.Form());
        var replayed = await admin.Send(HttpMethod.Post, $"/api/admin/subscriptions/{id}/replay", "{}");
        replayed.Is(202);
        await desk.Becomes(id, "active");
        var form = desk.Form().Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal);

        (await desk.Owner.Delete($"Subscription/{id}")).Is(204);

        (await colleague.Put($"Subscription/{id}", form)).IsRefused(404, "not-found");
        (await colleague.Get($"Subscription/{id}")).IsRefused(404, "not-found");
        (await colleague.Get($"Subscription/{id}/_history")).IsRefused(404, "not-found");
        (await desk.Owner.Get($"Subscription/{id}")).Is(410);
        (await desk.Owner.Put($"Subscription/{id}", form)).Is(201);
    }

    [Fact]
    public async Task Subscriptions_from_before_their_owners_stood_in_their_rows_are_still_their_owners()
    {
        await using var desk = await Desk.Open(server);
        var colleague = await desk.Clinic.Provider();
        var id = await Off(desk, desk.Owner);
        await Execute(desk, Forget, id);
        (await desk.Owner.Get($"Subscription/{id}")).IsRefused(404, "not-found");

        await Execute(desk, new Statement(OwnersMigration.Step.Script));

        (await desk.Owner.Get($"Subscription/{id}")).Is(200);
        (await colleague.Get($"Subscription/{id}")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task One_that_was_deleted_and_swept_before_rows_had_owners_begins_anew_with_whoever_writes_it_and_shows_nothing_of_before()
    {
        await using var desk = await Desk.Open(server);
        var (colleague, other) = (await desk.Clinic.Provider(), await desk.Clinic.Provider());
        var (mine, theirs) = (await Left(desk), await Left(desk));

        (await desk.Owner.Get($"Subscription/{mine}")).IsRefused(404, "not-found");
        (await desk.Owner.Put($"Subscription/{mine}", Form(desk, mine))).Is(201);
        (await colleague.Put($"Subscription/{theirs}", Form(desk, theirs))).Is(201);

        foreach (var (id, owner) in new[] { (mine, desk.Owner), (theirs, colleague) })
        {
            (await owner.Get($"Subscription/{id}")).Is(200);
            (await owner.Get($"Subscription/{id}/_history/1")).Is(410);
            Assert.DoesNotContain("before", (await owner.Get($"Subscription/{id}/_history")).Is(200).Text, StringComparison.Ordinal);
            (await other.Get($"Subscription/{id}")).IsRefused(404, "not-found");
            (await other.Put($"Subscription/{id}", Form(desk, id))).IsRefused(404, "not-found");
        }

        static string Form(Desk desk, string id) =>
            desk.Form().Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal);
    }

    private async Task<string> Left(Desk desk)
    {
        var form = desk.Form(endpoint: "https://before.example.org/hook").Replace("\"requested\"", "\"off\"", StringComparison.Ordinal);
        var id = (await desk.Owner.Create(form)).Is(201).Id;
        (await desk.Owner.Delete($"Subscription/{id}")).Is(204);
        await Execute(desk, Forget, id);
        await Execute(desk, ForgetState, id);
        return id;
    }

    private static async Task<string> Off(Desk desk, Person owner) =>
        (await owner.Create(desk.Form().Replace("\"requested\"", "\"off\"", StringComparison.Ordinal))).Is(201).Id;

    private static async Task<string> Follow(Desk desk, Person owner)
    {
        var id = (await owner.Create(desk.Form("_type=Subscription", content: "full-resource"))).Is(201).Id;
        await desk.Becomes(id, "active", owner);
        return id;
    }

    private static async Task<string> Told(Person owner, string id) =>
        (await owner.Get($"Subscription/{id}/$events?content=full-resource")).Is(200).Text;

    private async Task Execute(Desk desk, Statement statement, params object?[] values) => await server.Get<GroupCommit>().Write<int>(
        desk.Clinic.Tenant, async (write, cancel) => await write.Execute(statement, values, cancel), CancellationToken.None);

    private static readonly Statement ForgetState = new("delete from subscription_state where subscription_id = @id");

    private static readonly Statement Forget = new("""
        update fhir_resource
        set parties = null
        where id = @id
        """);
}

public sealed class SubscriptionOwnerOnSqlite(SqliteSubscriptionServer server) : SubscriptionOwnerTests(server);

public sealed class SubscriptionOwnerOnPostgres(PostgresSubscriptionServer server) : SubscriptionOwnerTests(server);
