using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vagus.Access.Tenants;
using Vagus.Events;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Realtime;
using Vagus.Server.Observing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Server.Tests.Observing;

/// <summary>Other servers of this process would count into the same meters: these tests run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>The table of docs/operations/metrics.md is what a running server tells.</summary>
[Collection(nameof(Alone))]
public abstract partial class MetricsTests(Engine engine)
{
    private const string Password = "a long password for tests";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TenantId Harbor = new("harbor");

    /// <summary>Provoked in the tests of the library, where a client can be driven step by step.</summary>
    private static readonly string[] OfTheLibrary =
        ["socketio_slow_readers_total", "socketio_connections_upgraded_total", "socketio_recoveries_total"];

    [Fact]
    public async Task Each_documented_metric_is_told_and_moves_when_the_thing_happens()
    {
        await using var server = await Start(engine);
        var management = new Uri(server.Get<ManagementAddress>().Urls.First());
        var documented = Documented().Except(OfTheLibrary)
            .Where(name => !name.StartsWith("vagus_storage_", StringComparison.Ordinal))
            .Where(name => !name.StartsWith("vagus_audit_", StringComparison.Ordinal))
            .Where(name => !name.StartsWith("vagus_bus_", StringComparison.Ordinal))
            .Where(name => !name.StartsWith("vagus_identity_", StringComparison.Ordinal))
            .Where(name => !name.StartsWith("vagus_care_", StringComparison.Ordinal))
            .Where(name => engine == Engine.Postgres || !name.StartsWith("db_", StringComparison.Ordinal))
            .ToList();
        var before = await Scrape.Of(server, management);

        using var open = await Happen(server, () => Scrape.Of(server, management));

        Assert.True(documented.Count > 15, "The table was not found.");
        await Until(async () =>
        {
            // A gauge falls again when a silent client is dropped: it is enough that it has risen.
            var after = await Scrape.Of(server, management);
            documented.RemoveAll(name => after.Of(name) is { } value && value > (before.Of(name) ?? 0));
            return documented;
        });
    }

    [Fact]
    public async Task No_metric_of_ours_goes_undocumented()
    {
        await using var server = await Start(engine);
        var management = new Uri(server.Get<ManagementAddress>().Urls.First());
        using var open = await Happen(server, () => Scrape.Of(server, management));

        var told = Ours().Matches((await Scrape.Of(server, management)).Text).Select(match => match.Groups["name"].Value).Distinct();

        Assert.Empty(told.Except(Documented()));
    }

    [Fact]
    public async Task No_label_names_a_tenant_a_user_or_a_patient()
    {
        await using var server = await Start(engine);
        var management = new Uri(server.Get<ManagementAddress>().Urls.First());
        using var open = await Happen(server, () => Scrape.Of(server, management));

        var told = await Scrape.Of(server, management);

        Assert.All(
            (string[])["harbor", "maya", "metric-patient", "lab.order", "Host=", "tenant="],
            word => Assert.DoesNotContain(word, told.Text, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<TestServer> Start(Engine engine)
    {
        var settings = "--urls http://127.0.0.1:0 --management-urls http://127.0.0.1:0";
        if (engine == Engine.Postgres) settings += $" --postgres \"{await PostgresServer.NextDatabase()}\"";
        return await TestServer.Start(settings, live: new RealtimeOptions { SendTimeout = TimeSpan.FromSeconds(2) });
    }

    /// <summary>Everything that the table counts. Some connections stay open until the answer is disposed.</summary>
    private static async Task<OpenSockets> Happen(TestServer server, Func<Task<Scrape>> scrape)
    {
        using var refused = await server.Http.GetAsync(new Uri(server.Address, "/fhir/Patient"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var token = await SignIn(server);
        var open = new OpenSockets();
        var listener = open.Keep(await OpenRaw(server, token));
        await BareSocket.Say(listener, """{"type":"nonsense"}""");
        await BareSocket.Say(listener, """{"type":"subscribe","data":{"subscription_id":"late","since":99999999}}""");
        await BareSocket.Hear(listener, "\"gap\"");
        await Create(server, token);
        await BareSocket.Say(listener, """{"type":"subscribe","data":{"subscription_id":"early","since":0}}""");
        await BareSocket.Hear(listener, "\"subscription_id\":\"early\"");
        await SpeakSocketIO(server, token, scrape);

        open.Keep(await OpenRaw(server, token));
        await WriteMuch(server);
        await Until(async () => (await scrape()).Of("vagus_realtime_slow_readers_total") > 0 ? [] : ["no slow reader was cut"]);
        // After the flood: it cuts everybody who does not read.
        open.Keep(await OpenRaw(server, token));
        open.Keep(await OpenSocketIO(server, token));
        return open;
    }

    private static async Task SpeakSocketIO(TestServer server, string token, Func<Task<Scrape>> scrape)
    {
        using var bad = await server.Http.GetAsync(new Uri(server.Address, "/socket.io/?EIO=3&transport=polling"));
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        using var gone = await OpenSocketIO(server, token);
        await BareSocket.Say(gone, """421["nonsense"]""");
        // A socket that goes takes with it what the server has not read.
        await Until(async () => (await scrape()).Of("socketio_events_received_total") > 0 ? [] : ["no event was received"]);
    }

    private static async Task<System.Net.Sockets.Socket> OpenSocketIO(TestServer server, string token)
    {
        var socket = await BareSocket.Upgrade(server, "/socket.io/?EIO=4&transport=websocket");
        await BareSocket.Say(socket, "40" + JsonSerializer.Serialize(new { token }));
        await BareSocket.Hear(socket, "40{");
        return socket;
    }

    private static async Task<System.Net.Sockets.Socket> OpenRaw(TestServer server, string token)
    {
        var socket = await BareSocket.Upgrade(server, "/ws");
        await BareSocket.Say(socket, JsonSerializer.Serialize(new { type = "authenticate", data = new { token } }));
        await BareSocket.Hear(socket, "welcome");
        await BareSocket.Say(socket, """{"type":"subscribe","data":{"subscription_id":"s"}}""");
        await BareSocket.Hear(socket, "subscribed");
        return socket;
    }

    private static async Task<string> SignIn(TestServer server)
    {
        Assert.False((await server.Get<AddTenant>().Add(Harbor.Value, "Harbor", default)).IsRefused);
        var user = new NewUser(Harbor, "maya@harbor.example", "Maya", Role.Provider) { Password = Password };
        Assert.False((await server.Get<AddUser>().Add(user, default)).IsRefused);
        using var answer = await server.Http.PostAsJsonAsync(
            new Uri(server.Address, "/api/auth/login"), new { email = "maya@harbor.example", password = Password });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
    }

    private static async Task Create(TestServer server, string token)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Put, new Uri(server.Address, "/fhir/Patient/metric-patient"))
        {
            Content = new StringContent(
                """{"resourceType":"Patient","id":"metric-patient","name":[{"family":"Reyes"}],"birthDate":"1980-01-01","gender":"male","managingOrganization":{"reference":"Organization/o1"}}""",
                new MediaTypeHeaderValue("application/fhir+json")),
        };
        asked.Headers.Authorization = new("Bearer", token);
        using var answer = await server.Http.SendAsync(asked);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    /// <summary>Some 10 MB of events: more than the queue of a reader and the system's buffers hold.</summary>
    private static async Task WriteMuch(TestServer server)
    {
        var data = new LabOrderCreated("p1", "ServiceRequest/o1/_history/1", "o1", new string('x', 50_000));
        var body = EventCatalogue.Serialize(data);
        for (var number = 0; number < 200; number++)
        {
            await server.Get<GroupCommit>().Write<long>(
                Harbor, async (write, cancel) => await write.Append(new(server.Get<IdSource>().NewId(), "lab.order.created", body), cancel),
                default);
        }
    }

    private static IEnumerable<string> Documented() =>
        Row().Matches(File.ReadAllText(Path.Combine(Sources.Root, "docs", "operations", "metrics.md"))).Select(row => row.Groups["name"].Value);

    private static async Task Until(Func<Task<IReadOnlyList<string>>> missing)
    {
        using var limit = new CancellationTokenSource(Limit);
        var left = await missing();
        while (left.Count > 0)
        {
            Assert.False(limit.IsCancellationRequested, $"Did not move: {string.Join(", ", left)}");
            await Task.Delay(100);
            left = await missing();
        }
    }

    [GeneratedRegex(@"^\| `(?<name>[a-z_0-9]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Row();

    [GeneratedRegex(
        "^# TYPE (?<name>(vagus|socketio)_[a-z_0-9]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Ours();

    private sealed class OpenSockets : IDisposable
    {
        private readonly List<IDisposable> kept = [];

        public T Keep<T>(T socket)
            where T : IDisposable
        {
            kept.Add(socket);
            return socket;
        }

        public void Dispose() => kept.ForEach(socket => socket.Dispose());
    }
}

public sealed class MetricsOnSqlite() : MetricsTests(Engine.Sqlite);

public sealed class MetricsOnPostgres() : MetricsTests(Engine.Postgres);
