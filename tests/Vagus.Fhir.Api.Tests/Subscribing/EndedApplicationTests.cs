using System.Net.WebSockets;
using Vagus.Fhir.Api.Tests.Scopes;
using Vagus.Fhir.Subscribing;
using Vagus.Identity.Administration;
using Vagus.Identity.OAuth;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>
/// How long an application is told: as long as what its user has let it do lasts, and not as long as one access token. From its end on
/// nothing is told.
/// </summary>
public abstract class EndedApplicationTests(Engine engine) : ClockedServerTests(engine)
{
    private const WebSocketCloseStatus Unauthenticated = (WebSocketCloseStatus)4401;
    private const string Scopes = "user/Subscription.cruds user/Observation.rs";
    private const string Lasting = $"{Scopes} offline_access";

    [Theory]
    [InlineData("revoked by the application")]
    [InlineData("disabled by an administrator")]
    [InlineData("a refresh token was used twice")]
    [InlineData("the user is disabled")]
    [InlineData("the user has another role")]
    public async Task Nothing_is_told_once_it_may_not_act_any_more_and_its_sockets_are_closed(string why)
    {
        await using var desk = await Desk.Open(Server);
        var (admin, nurse) = (await desk.Clinic.Admin(), await desk.Clinic.Has(Role.Nurse, seesSensitive: true));
        var tokens = new ScopedTokens(desk.Clinic).Tokens;
        var (client, email) = (await tokens.AddApp(Lasting), await tokens.AddUser(Role.MedicalAssistant));
        var given = await tokens.Authorize(client, Lasting, (email, Role.MedicalAssistant));
        var app = new Person(Server, given.Access);
        var (hook, line) = ((await app.Create(desk.Form())).Is(201).Id, (await app.Create(desk.SocketForm())).Is(201).Id);
        await desk.Becomes(hook, "active", app);
        await using var socket = await BoundSocket.Bound(app, line);
        await desk.Observe("before");
        await desk.Notified(1);
        await socket.Hears(1);
        var user = (await new SubscriptionRows(desk).Of(hook)).Owner.User;

        switch (why)
        {
            case "revoked by the application": await tokens.Revoke(client, given.Refresh!); break;
            case "disabled by an administrator": await Server.Get<Apps>().Disable(desk.Clinic.Tenant, client, disabled: true, by: null, default); break;
            case "the user is disabled": await Server.Get<ChangeUser>().Disable(desk.Clinic.Tenant, user, default); break;
            case "the user has another role": await Server.Get<ChangeUser>().SetRole(desk.Clinic.Tenant, user, Role.Nurse, default); break;
            default:
                await tokens.Refresh(client, given.Refresh!);
                Clock.Advance(TimeSpan.FromSeconds(11));
                await Assert.ThrowsAnyAsync<Exception>(() => tokens.Refresh(client, given.Refresh!));
                break;
        }

        Assert.Equal(Unauthenticated, await socket.Closed());
        (await nurse.Put("Observation/late", Sample.Observation("Patient/p", id: "late"))).Is(201);
        foreach (var id in new[] { hook, line }) await desk.Becomes(id, "off", admin);
        Assert.Equal(["before"], desk.Taken("event-notification").SelectMany(each => each.Focuses));
        Assert.Equal(["before"], socket.Of("event-notification").SelectMany(each => each.Focuses));
        Assert.Equal(1, (await new SubscriptionRows(desk).Of(hook)).Events);
    }

    [Fact]
    public async Task A_backend_service_is_told_until_its_registration_is_taken_out_of_use()
    {
        await using var desk = await Desk.Open(Server);
        var tokens = new ScopedTokens(desk.Clinic).Tokens;
        const string scopes = "system/Subscription.cruds system/Observation.rs";
        var service = await tokens.AddService(scopes);
        var app = new Person(Server, await tokens.TokenOf(service, scopes));
        var id = (await app.Create(desk.Form())).Is(201).Id;
        await desk.Becomes(id, "active", app);

        Clock.Advance(TimeSpan.FromMinutes(10));
        (await app.Get($"Subscription/{id}")).Is(401);
        await desk.Observe("o");
        await desk.Notified(1);
        await Server.Get<Apps>().Disable(desk.Clinic.Tenant, service.Id, disabled: true, by: null, default);
        await desk.Observe("late");

        await desk.Becomes(id, "off", await desk.Clinic.Admin());
        Assert.Equal(["o"], desk.Taken("event-notification").SelectMany(each => each.Focuses));
    }

    [Fact]
    public async Task With_lasting_access_it_is_told_behind_its_token_and_without_it_until_its_session_ends()
    {
        await using var desk = await Desk.Open(Server);
        var tokens = new ScopedTokens(desk.Clinic);
        var (brief, lasting) = (await tokens.OfUser(Role.Provider, Scopes), await tokens.OfUser(Role.Provider, Lasting));
        var one = (await brief.Create(desk.Form(endpoint: $"{desk.Receiver.Address}brief"))).Is(201).Id;
        var other = (await lasting.Create(desk.Form(endpoint: $"{desk.Receiver.Address}lasting"))).Is(201).Id;
        await desk.Becomes(one, "active", brief);
        await desk.Becomes(other, "active", lasting);

        Clock.Advance(TimeSpan.FromMinutes(61));
        (await lasting.Get($"Subscription/{other}")).Is(401);
        var (writer, admin) = (await desk.Clinic.Provider(), await desk.Clinic.Admin());
        (await writer.Put("Observation/o", Sample.Observation("Patient/p", id: "o"))).Is(201);

        Assert.Equal("/lasting", Assert.Single(await desk.Notified(1)).Request.Path);
        await desk.Becomes(one, "off", admin);
        await desk.Becomes(other, "active", admin);
        Assert.Single(desk.Taken("event-notification"));
    }

    [Fact]
    public async Task What_waits_for_nothing_is_ended_by_the_sweep()
    {
        await using var desk = await Desk.Open(Server);
        var scoped = new ScopedTokens(desk.Clinic);
        var tokens = scoped.Tokens;
        var client = await tokens.AddApp(Lasting);
        var given = await tokens.Authorize(client, Lasting, (await tokens.AddUser(Role.Provider), Role.Provider));
        var app = new Person(Server, given.Access);
        var (hook, line) = ((await app.Create(desk.Form())).Is(201).Id, (await app.Create(desk.SocketForm())).Is(201).Id);
        await desk.Becomes(hook, "active", app);
        var standing = (await (await scoped.OfUser(Role.Provider, Scopes)).Create(desk.SocketForm())).Is(201).Id;
        await tokens.Revoke(client, given.Refresh!);

        await Server.Get<IEnumerable<LeasedDuty>>().OfType<SweepSubscriptions>().Single().Turn(CancellationToken.None);

        var admin = await desk.Clinic.Admin();
        foreach (var id in new[] { hook, line }) await desk.Becomes(id, "off", admin);
        await desk.Becomes(standing, "active", admin);
    }
}

public sealed class EndedApplicationOnSqlite() : EndedApplicationTests(Engine.Sqlite);

public sealed class EndedApplicationOnPostgres() : EndedApplicationTests(Engine.Postgres);
