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

        Assert.Equal(SocketNews.Over, news);
        await desk.Becomes(id, "off", admin);
    }

    private async Task Disable(Desk desk) =>
        Assert.False((await Server.Get<ChangeUser>().Disable(desk.Clinic.Tenant, await desk.OwnerId(), CancellationToken.None)).IsRefused);
}

public sealed class LostOwnerOnSqlite() : LostOwnerTests(Engine.Sqlite);

public sealed class LostOwnerOnPostgres() : LostOwnerTests(Engine.Postgres);
