using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>A subscription tells its owner what its owner may see, and nobody else anything.</summary>
public abstract class SubscriptionAccessTests(SubscriptionServer server)
{
    [Fact]
    public async Task Changes_of_another_tenant_are_told_to_nobody()
    {
        await using var north = await Desk.Open(server);
        await using var south = await Desk.Open(server);
        await north.Subscribe(north.Form());
        await south.Subscribe(south.Form());

        await north.Observe("n");
        await south.Observe("s");
        await north.Notified(1);
        await south.Notified(1);
        await north.Observe("n2");
        await south.Observe("s2");

        Assert.Equal([1, 2], await north.Numbers(2));
        Assert.Equal([1, 2], await south.Numbers(2));
        Assert.Equal(["n", "n2"], north.Taken("event-notification").SelectMany(each => each.Focuses));
        Assert.Equal(["s", "s2"], south.Taken("event-notification").SelectMany(each => each.Focuses));
    }

    [Fact]
    public async Task What_the_owner_may_not_see_has_no_number()
    {
        await using var desk = await Desk.Open(server);
        var restricted = await desk.Clinic.Provider(seesSensitive: false);
        var id = (await restricted.Create(desk.Form())).Is(201).Id;
        await desk.Becomes(id, "active", restricted);

        await desk.Observe("hidden", Sample.Labelled("R"));
        await desk.Observe("hidden-too", Sample.Labelled("HIV"));
        await desk.Observe("plain");

        Assert.Equal(["plain"], Assert.Single(await desk.Notified(1)).Focuses);
        Assert.Equal([1], await desk.Numbers(1));
        var events = (await restricted.Get($"Subscription/{id}/$events?content=full-resource")).Is(200);
        Assert.DoesNotContain("hidden", events.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_that_came_later_hides_what_was_told_before()
    {
        await using var desk = await Desk.Open(server);
        var restricted = await desk.Clinic.Provider(seesSensitive: false);
        var id = (await restricted.Create(desk.Form())).Is(201).Id;
        await desk.Becomes(id, "active", restricted);
        await desk.Observe("o");
        await desk.Observe("p");
        await desk.Numbers(2);

        await desk.Observe("o", Sample.Labelled("R"));

        var events = (await restricted.Get($"Subscription/{id}/$events?content=full-resource")).Is(200);
        Assert.Equal(2, events.Entries.Count);
        Assert.DoesNotContain("Observation/o", events.Text, StringComparison.Ordinal);
        Assert.Contains("Observation/p", events.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_colleague_is_neither_told_nor_may_change_it_and_an_administrator_may_end_it()
    {
        await using var desk = await Desk.Open(server);
        var id = await desk.Subscribe(desk.Form());
        var (colleague, admin) = (await desk.Clinic.Provider(), await desk.Clinic.Admin());
        var form = desk.Form(endpoint: "https://elsewhere.example.org/x")
            .Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal);

        // A colleague does not learn that it is there; an administrator reads it, and may not change it.
        foreach (var (person, status, code) in new[] { (colleague, 404, "not-found"), (admin, 403, "forbidden") })
        {
            (await person.Get($"Subscription/{id}/$status")).IsRefused(404, "not-found");
            (await person.Get($"Subscription/{id}/$events")).IsRefused(404, "not-found");
            Assert.Empty((await person.Get("Subscription/$status")).Is(200).Entries);
            (await person.Put($"Subscription/{id}", form)).IsRefused(status, code);
            (await person.Send(
                HttpMethod.Patch, $"/fhir/Subscription/{id}", """[{"op":"replace","path":"/channel/endpoint","value":"https://e.example.org/"}]""",
                request => request.Content!.Headers.ContentType = new("application/json-patch+json"))).IsRefused(status, code);
        }

        (await colleague.Delete($"Subscription/{id}")).Is(204);
        Assert.Equal("active", (await desk.Owner.Get($"Subscription/{id}")).Is(200).Json.GetProperty("status").GetString());
        (await admin.Delete($"Subscription/{id}")).Is(204);
        await desk.Observe("o");
        var mine = await desk.Subscribe(desk.Form(endpoint: $"{desk.Receiver.Address}second"));
        await desk.Observe("o2");
        Assert.Equal("/second", Assert.Single(await desk.Notified(1)).Request.Path);
        (await desk.Owner.Get($"Subscription/{id}/$status")).IsRefused(404, "not-found");
        Assert.NotEqual(id, mine);
    }

    [Fact]
    public async Task A_subscription_ends_with_the_account_of_its_owner()
    {
        await using var desk = await Desk.Open(server);
        var id = await desk.Subscribe(desk.Form());
        var admin = await desk.Clinic.Admin();
        var owner = await desk.OwnerId();
        await desk.Observe("o");
        await desk.Numbers(1);

        await server.Get<ChangeUser>().Disable(desk.Clinic.Tenant, owner, CancellationToken.None);
        await Desk.Until(
            async () =>
            {
                Assert.InRange((await admin.Put("Observation/late", Sample.Observation("Patient/p", id: "late"))).Status, 200, 201);
                return (await admin.Get($"Subscription/{id}")).Is(200).Json.GetProperty("status").GetString() == "off";
            },
            "the subscription does not end");

        Assert.DoesNotContain(desk.Taken("event-notification"), told => told.Focuses.Contains("late"));
    }

    [Theory]
    [InlineData(Role.Patient)]
    [InlineData(Role.FrontDesk)]
    [InlineData(Role.Billing)]
    [InlineData(Role.Lab)]
    [InlineData(Role.Driver)]
    public async Task Roles_that_may_not_write_subscriptions_have_none(Role role)
    {
        await using var desk = await Desk.Open(server);
        var person = await desk.Clinic.Has(role, patient: role == Role.Patient ? "p" : null);

        (await person.Create(desk.Form())).IsRefused(403, "forbidden");
        (await person.Get("Subscription/$status")).IsRefused(403, "forbidden");
        (await person.Get("Subscription/x/$events")).IsRefused(403, "forbidden");
        (await person.Get("Subscription/x/$status")).IsRefused(403, "forbidden");
    }
}

public sealed class SubscriptionAccessOnSqlite(SqliteSubscriptionServer server) : SubscriptionAccessTests(server);

public sealed class SubscriptionAccessOnPostgres(PostgresSubscriptionServer server) : SubscriptionAccessTests(server);
