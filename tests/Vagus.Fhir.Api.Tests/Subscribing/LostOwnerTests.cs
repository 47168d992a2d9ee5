using Vagus.Access.Audit;
using Vagus.Fhir.Subscribing;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Subscriptions to which nothing is sent end all the same when their owners are gone.</summary>
public abstract class LostOwnerTests(Engine engine) : ClockedServerTests(engine)
{
    [Fact]
    public async Task A_websocket_subscription_ends_with_what_happens_next()
    {
        await using var desk = await Desk.Open(Server);
        var (colleague, admin) = (await desk.Clinic.Has(Role.Nurse, seesSensitive: true), await desk.Clinic.Admin());
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        await Disable(desk);

        (await colleague.Put("Observation/o", Sample.Observation("Patient/p", id: "o"))).Is(201);

        await desk.Becomes(id, "off", admin);
    }

    [Fact]
    public async Task One_in_error_ends_with_what_happens_next()
    {
        await using var desk = await Desk.Open(Server);
        var (colleague, admin) = (await desk.Clinic.Has(Role.Nurse, seesSensitive: true), await desk.Clinic.Admin());
        desk.Receiver.Answers.Enqueue(404);
        var id = (await desk.Owner.Create(desk.Form())).Is(201).Id;
        await desk.Becomes(id, "error");
        await Disable(desk);

        (await colleague.Put("Observation/o", Sample.Observation("Patient/p", id: "o"))).Is(201);

        await desk.Becomes(id, "off", admin);
    }

    [Fact]
    public async Task A_socket_is_given_no_sign_of_life_and_the_subscription_ends()
    {
        await using var desk = await Desk.Open(Server);
        var admin = await desk.Clinic.Admin();
        var form = desk.SocketForm(channel: Desk.ChannelExtension("backport-heartbeat-period", "valueUnsignedInt", 60));
        var id = (await desk.Owner.Create(form)).Is(201).Id;
        var token = await BoundSocket.Token(desk.Owner, id);
        var binding = await Server.Get<SubscriptionSockets>().Bind(token, AuditOrigin.Unknown, CancellationToken.None);
        var bound = binding.Value.Bound[0];
        await Disable(desk);
        Clock.Advance(TimeSpan.FromSeconds(61));

        var news = await bound.Next(CancellationToken.None);

        Assert.True(news?.IsOver);
        await desk.Becomes(id, "off", admin);
    }

    [Fact]
    public async Task What_happens_without_an_owner_has_no_number_and_what_comes_behind_has()
    {
        await using var desk = await Desk.Open(Server);
        var (colleague, admin) = (await desk.Clinic.Has(Role.Nurse, seesSensitive: true), await desk.Clinic.Admin());
        var (form, user) = (desk.SocketForm("Observation?patient=Patient/p&code=999-9"), await desk.OwnerId());
        var id = (await desk.Owner.Create(form)).Is(201).Id;
        await Disable(desk);
        (await colleague.Put("Observation/excluded", Sample.Observation("Patient/p", id: "excluded"))).Is(201);
        await desk.Becomes(id, "off", admin);

        Assert.False((await Server.Get<ChangeUser>().Enable(desk.Clinic.Tenant, user, CancellationToken.None)).IsRefused);
        var owner = new Person(Server, (await Server.House.SignIn("person1@example.org", Role.Provider, desk.Clinic.Tenant)).Token);
        (await owner.Put($"Subscription/{id}", form.Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal))).Is(200);
        (await colleague.Put("Observation/excluded", Sample.Observation("Patient/p", id: "excluded", more: ",\"note\":[{\"text\":\"n\"}]"))).Is(200);
        (await colleague.Put("Observation/asked", Sample.Observation("Patient/p", "999-9", "asked"))).Is(201);

        await using var socket = await BoundSocket.Bound(owner, id);
        Assert.Equal([1], await socket.Numbers(1));
        Assert.Equal(["asked"], Assert.Single(socket.Of("event-notification")).Focuses);
    }

    private async Task Disable(Desk desk) =>
        Assert.False((await Server.Get<ChangeUser>().Disable(desk.Clinic.Tenant, await desk.OwnerId(), CancellationToken.None)).IsRefused);
}

public sealed class LostOwnerOnSqlite() : LostOwnerTests(Engine.Sqlite);

public sealed class LostOwnerOnPostgres() : LostOwnerTests(Engine.Postgres);
