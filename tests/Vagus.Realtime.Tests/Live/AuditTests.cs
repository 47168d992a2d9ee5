using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;

namespace Vagus.Realtime.Tests.Live;

/// <summary>What a connection asks to be told is in the audit before it is told anything of it.</summary>
public abstract class AuditTests(Engine engine)
{
    [Fact]
    public async Task A_socket_that_comes_subscribes_and_unsubscribes_is_in_the_audit()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var client = await SocketClient.Open(clinic, ann);
        var lab = await client.Ask("subscribe", new { eventTypes = new[] { "lab.order.created" }, patientIds = new[] { "p1" }, since = 0 });
        await client.Ask("unsubscribe", new { subscriptionId = lab.GetProperty("subscriptionId").GetString() });

        var log = await Live(clinic, LiveClinic.North);

        Assert.Equal(
            [("subscribe", "events=*"), ("subscribe", "since=0;events=lab.order.created"), ("unsubscribe", "")],
            log.Select(entry => (entry.Action, entry.Detail ?? "")));
        Assert.Equal([new PatientId("p1")], log[1].Patients);
        Assert.All(log, entry => Assert.Equal((ann.User, "127.0.0.1"), (entry.User, entry.Address)));
    }

    [Fact]
    public async Task A_socket_that_goes_on_from_a_position_is_a_replay()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await clinic.WriteOrder();
        await clinic.WriteOrder();
        await using var client = await SocketClient.Connect(clinic, new { token = (await clinic.SignIn()).Token, since = 1 });
        await client.Hear("lab:order_created");

        var entry = Assert.Single(await Live(clinic, LiveClinic.North));

        Assert.Equal(("replay", "since=1;events=*"), (entry.Action, entry.Detail));
    }

    [Fact]
    public async Task A_raw_connection_is_in_the_audit_with_each_subscription_and_its_resume()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        string id;
        await using (var client = await RawClient.Connect(clinic))
        {
            await client.Say("authenticate", new { token = ann.Token });
            id = (await client.Hear("welcome")).GetProperty("client_id").GetString()!;
            await client.Subscribe(new { subscription_id = "s", resource_types = new[] { "Observation" }, event_types = Array.Empty<string>() });
        }

        await using var again = await RawClient.Connect(clinic);
        await again.Say("authenticate", new { token = ann.Token, client_id = id, since = 0 });
        await again.Hear("welcome");
        await again.Say("unsubscribe", new { subscription_id = "s" });
        await again.Hear("unsubscribed");

        Assert.Equal(
            [
                ("subscribe", "events=;resources=Observation"), ("replay", "since=0;events=;resources=Observation"), ("unsubscribe", ""),
            ],
            (await Live(clinic, LiveClinic.North)).Select(entry => (entry.Action, entry.Detail ?? "")));
    }

    [Fact]
    public async Task What_one_tenant_listens_to_is_not_in_the_audit_of_another()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var north = await SocketClient.Open(clinic, await clinic.SignIn());
        await using var south = await SocketClient.Open(clinic, await clinic.SignIn(tenant: LiveClinic.South));
        await south.Ask("subscribe", new { patientIds = new[] { "theirs" } });

        Assert.Single(await Live(clinic, LiveClinic.North));
        Assert.Equal(2, (await Live(clinic, LiveClinic.South)).Count);
    }

    [Fact]
    public async Task A_connection_that_is_not_let_in_is_in_the_audit_whatever_it_showed()
    {
        await using var clinic = await LiveClinic.Open(engine, commands: new Nod("/other"));
        var ann = await clinic.SignIn();
        var bob = await clinic.SignIn(tenant: LiveClinic.South);
        object[] shown =
        [
            new { }, new { token = ann.Token + "x" }, new { sessionId = bob.SessionId, userId = ann.User.Value, role = "provider" },
        ];

        foreach (var auth in shown) await ShutOut(await SocketClient.Connect(clinic, auth));
        await ShutOut(await SocketClient.ConnectText(clinic, "40/other,{\"token\":\"x\"}", prefix: "/other,"));
        await ShutOut(await SocketClient.Connect(clinic, new { token = ann.Token, since = "x" }));
        await using (var raw = await RawClient.Connect(clinic))
        {
            await raw.Say("authenticate", new { token = "x" });
            Assert.Equal(4401, await raw.HearClose());
        }

        clinic.Clock.Advance(TimeSpan.FromMinutes(12));
        await ShutOut(await SocketClient.Connect(clinic, new { token = ann.Token }));

        var system = await Refused(clinic, AuditTrail.System);
        Assert.Equal(
            [
                ("CONNECT /", "missing_credentials"), ("CONNECT /", "unauthenticated"), ("CONNECT /", "unauthenticated"),
                ("CONNECT /other", "unauthenticated"), ("authenticate /ws", "unauthenticated"), ("CONNECT /", "unauthenticated"),
            ],
            system.Select(entry => (entry.On, entry.Reason)));
        Assert.All(system, entry => Assert.Equal(((UserId?)null, "127.0.0.1"), (entry.User, entry.Address)));
        var own = Assert.Single(await Refused(clinic, LiveClinic.North));
        Assert.Equal((ann.User, "CONNECT /", "invalid_field"), (own.User, own.On, own.Reason));
        Assert.All(system.Append(own), entry => Assert.DoesNotContain(ann.Token, $"{entry}", StringComparison.Ordinal));
    }

    private static async Task ShutOut(SocketClient client)
    {
        Assert.True(client.IsRefused);
        await client.DisposeAsync();
    }

    private static Task<List<AuditEntry>> Refused(LiveClinic clinic, TenantId tenant) => Of(clinic, tenant, AuditActions.RefusedAtDoor);

    private static Task<List<AuditEntry>> Live(LiveClinic clinic, TenantId tenant) =>
        Of(clinic, tenant, AuditActions.Subscribe, AuditActions.Unsubscribe, AuditActions.Replay);

    private static async Task<List<AuditEntry>> Of(LiveClinic clinic, TenantId tenant, params string[] actions)
    {
        var filter = new AuditFilter { Actions = actions };
        var page = await clinic.Get<AuditReader>().Search(tenant, filter, before: null, count: 100, default);
        return [.. page.Entries.Select(recorded => recorded.Entry).Reverse()];
    }
}

public sealed class AuditOnSqlite() : AuditTests(Engine.Sqlite);

public sealed class AuditOnPostgres() : AuditTests(Engine.Postgres);
