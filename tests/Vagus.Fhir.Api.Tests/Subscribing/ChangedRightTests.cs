using System.Net.WebSockets;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Rights that were given or taken a moment ago hold for what happens next.</summary>
public abstract class ChangedRightTests(SubscriptionServer server)
{
    private const WebSocketCloseStatus Unauthenticated = (WebSocketCloseStatus)4401;

    [Fact]
    public async Task What_happens_after_a_right_was_granted_has_a_number()
    {
        await using var desk = await Desk.Open(server);
        var restricted = await desk.Clinic.Provider(seesSensitive: false);
        var id = (await restricted.Create(desk.SocketForm())).Is(201).Id;
        var rows = new SubscriptionRows(desk);
        await desk.Observe("o1");
        await Desk.Until(async () => (await rows.Of(id)).Events == 1, "o1 is not counted");

        await SetLabels(desk, (await rows.Of(id)).Owner.User, Sensitivity.All);
        await desk.Observe("o2", Sample.Labelled("R"));
        await desk.Observe("o3");

        await Desk.Until(async () => (await rows.Of(id)).Events == 3, "o2 or o3 is not counted");
    }

    [Fact]
    public async Task A_live_socket_ends_with_the_labels_that_its_owner_saw_and_what_it_told_is_shown_no_more()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm(content: "full-resource"))).Is(201).Id;
        await using var socket = await BoundSocket.Bound(desk.Owner, id);
        await desk.Observe("o", Sample.Labelled("R"));
        Assert.Equal(["o"], (await socket.Hears(1))[0].Focuses);

        await SetLabels(desk, await desk.OwnerId(), Sensitivity.None);

        Assert.Equal(Unauthenticated, await socket.Closed());
        var again = new Person(server, (await server.House.SignIn("person1@example.org", Role.Provider, desk.Clinic.Tenant)).Token);
        var told = (await again.Get($"Subscription/{id}/$events")).Is(200).Text;
        Assert.Contains("event-number", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Observation", told, StringComparison.Ordinal);
        await using var next = await BoundSocket.Bound(again, id);
        (await again.Put("Observation/open", Sample.Observation("Patient/p", id: "open"))).Is(201);
        await Desk.Until(() => Task.FromResult(next.Of("event-notification").Exists(each => each.Focuses.Contains("open"))), "nothing is told");
        Assert.DoesNotContain(next.Heard, each => each.Bundle.GetRawText().Contains("Observation/o/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_live_socket_ends_with_the_role_of_its_owner()
    {
        await using var desk = await Desk.Open(server);
        var colleague = await desk.Clinic.Has(Role.Nurse, seesSensitive: true);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        await using var socket = await BoundSocket.Bound(desk.Owner, id);

        var changed = await server.Get<ChangeUser>().SetRole(
            desk.Clinic.Tenant, await desk.OwnerId(), Role.FrontDesk, CancellationToken.None);
        Assert.False(changed.IsRefused);
        (await colleague.Put("Observation/late", Sample.Observation("Patient/p", id: "late"))).Is(201);

        Assert.Equal(Unauthenticated, await socket.Closed());
        Assert.Empty(socket.Of("event-notification"));
    }

    private async Task SetLabels(Desk desk, UserId user, Sensitivity seen) =>
        Assert.False((await server.Get<ChangeUser>().SetLabels(desk.Clinic.Tenant, user, seen, CancellationToken.None)).IsRefused);
}

public sealed class ChangedRightOnSqlite(SqliteSubscriptionServer server) : ChangedRightTests(server);

public sealed class ChangedRightOnPostgres(PostgresSubscriptionServer server) : ChangedRightTests(server);
