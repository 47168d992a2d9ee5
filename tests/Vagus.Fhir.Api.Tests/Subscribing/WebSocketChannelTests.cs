using System.Net.WebSockets;
using System.Text;
using Vagus.Fhir.Api.Tests.Auditing;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>The websocket channel of Subscriptions R5 Backport 1.1.0: tokens, bindings, and what a socket is told.</summary>
public abstract class WebSocketChannelTests(SubscriptionServer server)
{
    private const WebSocketCloseStatus Unauthenticated = (WebSocketCloseStatus)4401;

    [Fact]
    public async Task A_socket_is_bound_by_a_token_and_told_of_changes_in_order()
    {
        await using var desk = await Desk.Open(server);
        var created = (await desk.Owner.Create(desk.SocketForm())).Is(201);
        Assert.Equal("active", created.Json.GetProperty("status").GetString());
        await using var socket = await BoundSocket.Bound(desk.Owner, created.Id);
        var handshake = socket.Of("handshake")[0];
        Assert.Equal(("active", 0), (handshake.Text("status", "valueCode"), handshake.Count));

        for (var number = 1; number <= 20; number++) await desk.Observe($"o{number}");

        Assert.Equal(Enumerable.Range(1, 20).Select(number => (long)number), await socket.Numbers(20));
        Assert.Equal(
            Enumerable.Range(1, 20).Select(number => $"o{number}"), socket.Of("event-notification").SelectMany(told => told.Focuses));
        Assert.Equal(
            20, (await AuditedAccess.Of(desk.Clinic)).Where(each => each.Action == "subscription-notify").SelectMany(each => each.Shown).Distinct().Count());
    }

    [Fact]
    public async Task The_token_tells_which_subscriptions_it_binds_until_when_and_where()
    {
        await using var desk = await Desk.Open(server);
        var first = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var second = (await desk.Owner.Create(desk.SocketForm("Observation?code=1"))).Is(201).Id;

        var one = (await desk.Owner.Get($"Subscription/{first}/$get-ws-binding-token")).Is(200).Json;
        var all = (await desk.Owner.Post("Subscription/$get-ws-binding-token", """{"resourceType":"Parameters"}""")).Is(200).Json;

        Assert.Equal([first], Texts(one, "subscription", "valueString"));
        Assert.Equal(new[] { first, second }.Order(), Texts(all, "subscription", "valueString").Order());
        Assert.Equal([$"ws://{server.Address.Authority}/ws/fhir"], Texts(one, "websocket-url", "valueUrl"));
        Assert.True(DateTimeOffset.Parse(Texts(one, "expiration", "valueDateTime")[0]!, null) > DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task Several_subscriptions_share_a_socket_and_each_has_its_own_numbers()
    {
        await using var desk = await Desk.Open(server);
        var mine = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var other = (await desk.Owner.Create(desk.SocketForm("Observation?code=999-9"))).Is(201).Id;
        await using var socket = await BoundSocket.Bound(desk.Owner, mine, other);

        await desk.Observe("o1");
        (await desk.Owner.Put("Observation/o2", Sample.Observation("Patient/p", "999-9", "o2"))).Is(201);
        await socket.Numbers(3);

        Assert.Equal([1, 2], Of(socket, mine));
        Assert.Equal([1], Of(socket, other));
    }

    [Fact]
    public async Task One_that_has_much_to_tell_holds_up_no_other_one()
    {
        await using var desk = await Desk.Open(server);
        var oneByOne = desk.SocketForm().Replace("\"payload\"", $"{Desk.ChannelExtension("backport-max-count", "valuePositiveInt", 1)[1..]},\"payload\"", StringComparison.Ordinal);
        var (first, second) = ((await desk.Owner.Create(oneByOne)).Is(201).Id, (await desk.Owner.Create(oneByOne)).Is(201).Id);
        (await desk.Owner.Bundle("transaction", Enumerable.Range(1, 40).Select(number =>
            $$$"""{"resource":{{{Sample.Observation("Patient/p")}}},"request":{"method":"POST","url":"Observation"}}"""))).Is(200);
        foreach (var id in new[] { first, second })
            await Desk.Until(async () => (await desk.Owner.Get($"Subscription/{id}/$events?eventsSinceNumber=40")).Is(200).Entries.Count > 0
                && (await desk.Owner.Get($"Subscription/{id}/$status")).Text.Contains("\"40\"", StringComparison.Ordinal), "not counted");

        await using var socket = await BoundSocket.Bound(desk.Owner, first, second);
        await socket.Numbers(80);

        var said = socket.Of("event-notification").ConvertAll(told => told.Parameters("subscription").Single()
            .GetProperty("valueReference").GetProperty("reference").GetString()!.EndsWith(first, StringComparison.Ordinal));
        Assert.InRange(Math.Max(said.IndexOf(true), said.IndexOf(false)), 1, 39);
        Assert.Equal(Enumerable.Range(1, 40).Select(number => (long)number), Of(socket, first));
        Assert.Equal(Enumerable.Range(1, 40).Select(number => (long)number), Of(socket, second));
    }

    [Fact]
    public async Task A_socket_names_what_it_does_not_bind()
    {
        await using var desk = await Desk.Open(server);
        var form = desk.SocketForm();
        var created = await desk.Owner.Bundle(
            "batch", Enumerable.Range(0, 65).Select(_ => $$$"""{"resource":{{{form}}},"request":{"method":"POST","url":"Subscription"}}"""));
        var ids = created.Is(200).Entries.Select(entry =>
            entry.GetProperty("response").GetProperty("location").GetString()!.Split("Subscription/")[1].Split('/')[0]).ToArray();
        await using var socket = await BoundSocket.Bound(desk.Owner, ids[..64]);

        await socket.Say($"bind-with-token {await BoundSocket.Token(desk.Owner, ids[0], ids[64])}");

        await Desk.Until(() => Task.FromResult(socket.Outcomes.Count > 0), "nothing is said");
        Assert.Contains(ids[64], Assert.Single(socket.Outcomes), StringComparison.Ordinal);
        Assert.DoesNotContain(ids[0], socket.Outcomes[0], StringComparison.Ordinal);
        Assert.Equal(65, (await socket.Hears(65, "handshake")).Count);
    }

    [Fact]
    public async Task A_socket_that_comes_back_is_told_what_it_missed()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        await using (var first = await BoundSocket.Bound(desk.Owner, id))
        {
            await desk.Observe("o1");
            await first.Numbers(1);
        }

        await desk.Observe("o2");
        await desk.Observe("o3");
        await Desk.Until(
            async () => (await desk.Owner.Get($"Subscription/{id}/$events?eventsSinceNumber=3")).Text.Contains("/o3", StringComparison.Ordinal),
            "the events are not counted");
        await using var again = await BoundSocket.Bound(desk.Owner, id);

        await Desk.Until(() => Task.FromResult(Of(again, id).Contains(3)), "event 3 does not come");
        Assert.Equal([2, 3], Of(again, id).Where(number => number > 1));
        Assert.Equal(3, again.Of("handshake")[0].Count);
    }

    [Fact]
    public async Task More_than_a_thousand_events_are_asked_for_in_parts()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        for (var part = 0; part < 3; part++)
        {
            (await desk.Owner.Bundle("transaction", Enumerable.Range(0, 334).Select(_ =>
                $$$"""{"resource":{{{Sample.Observation("Patient/p")}}},"request":{"method":"POST","url":"Observation"}}"""))).Is(200);
        }

        await Desk.Until(
            async () => (await desk.Owner.Get($"Subscription/{id}/$status")).Text.Contains("\"1002\"", StringComparison.Ordinal),
            "not counted");
        var first = await Asked("");
        var rest = await Asked($"?eventsSinceNumber={first[^1] + 1}");

        Assert.Equal(Enumerable.Range(1, 1000).Select(number => (long)number), first);
        Assert.Equal([1001L, 1002L], rest);

        async Task<IReadOnlyList<long>> Asked(string query)
        {
            var answer = (await desk.Owner.Get($"Subscription/{id}/$events{query}")).Is(200);
            var headers = new Dictionary<string, string>(StringComparer.Ordinal);
            return new Notified(new Received("", headers, Encoding.UTF8.GetBytes(answer.Text))).Numbers;
        }
    }

    [Fact]
    public async Task A_token_is_good_once_and_binds_only_what_its_owner_owns()
    {
        await using var desk = await Desk.Open(server);
        await using var elsewhere = await Desk.Open(server);
        var colleague = await desk.Clinic.Provider();
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var foreign = (await colleague.Create(desk.SocketForm())).Is(201).Id;
        var south = (await elsewhere.Owner.Create(elsewhere.SocketForm())).Is(201).Id;
        var token = await BoundSocket.Token(desk.Owner, id);
        await using var tampered = await BoundSocket.Open(server.Address);
        await tampered.Say($"bind-with-token: {token}~{foreign}~{south}");
        Assert.Equal(Unauthenticated, await tampered.Closed());
        Assert.Empty(tampered.Heard);
        await using var socket = await BoundSocket.Open(server.Address);
        await socket.Say($"bind-with-token: {token}");
        await socket.Hears(1, "handshake");

        await desk.Observe("o");
        await elsewhere.Observe("s");
        await socket.Numbers(1);
        await using var again = await BoundSocket.Open(server.Address);
        await again.Say($"bind-with-token {token}");

        Assert.Equal(Unauthenticated, await again.Closed());
        Assert.Empty(again.Heard);
        Assert.All(socket.Heard, each => Assert.EndsWith($"/{id}", each.Parameters("subscription").Single()
            .GetProperty("valueReference").GetProperty("reference").GetString(), StringComparison.Ordinal));
        foreach (var foreigner in new[] { foreign, south })
            (await desk.Owner.Get($"Subscription/{foreigner}/$get-ws-binding-token")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task A_token_binds_nothing_that_has_become_somebody_elses()
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        string Form(string id) => desk.SocketForm().Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal);
        foreach (var each in new[] { "kept", "left" }) (await desk.Owner.Put($"Subscription/{each}", Form(each))).Is(201);
        var token = await BoundSocket.Token(desk.Owner, "kept", "left");
        (await desk.Owner.Delete("Subscription/left")).Is(204);
        (await admin.Put("Subscription/left", Form("left"))).Is(201);

        await using var socket = await BoundSocket.Open(server.Address);
        await socket.Say($"bind-with-token {token}");
        await desk.Observe("o");
        await socket.Hears(1);

        Assert.DoesNotContain(socket.Heard, each => each.Bundle.GetRawText().Contains("Subscription/left", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("bind-with-token")]
    [InlineData("bind-with-token nonsense")]
    [InlineData("bind-with-token nonsense~1")]
    [InlineData("{\"type\":\"authenticate\"}")]
    public async Task What_is_no_token_closes_the_socket(string said)
    {
        await using var socket = await BoundSocket.Open(server.Address);

        await socket.Say(said);

        Assert.Equal(Unauthenticated, await socket.Closed());
        Assert.Empty(socket.Heard);
    }

    [Fact]
    public async Task A_socket_ends_with_the_session_by_which_it_was_bound()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        await using var socket = await BoundSocket.Bound(desk.Owner, id);

        var left = await desk.Owner.Send(
            HttpMethod.Post, "/api/auth/logout", "{}", request => request.Content!.Headers.ContentType = new("application/json"));
        Assert.InRange(left.Status, 200, 204);

        Assert.Equal(Unauthenticated, await socket.Closed());
    }

    [Fact]
    public async Task A_rest_hook_is_bound_to_no_socket_and_a_websocket_has_no_endpoint()
    {
        await using var desk = await Desk.Open(server);
        var hook = await desk.Subscribe(desk.Form());

        (await desk.Owner.Get($"Subscription/{hook}/$get-ws-binding-token")).IsRefused(404, "not-found");
        (await desk.Owner.Create(desk.Form(type: "websocket"))).Is(400);
        (await desk.Owner.Get("Subscription/$get-ws-binding-token")).IsRefused(404, "not-found");
    }

    private static List<long> Of(BoundSocket socket, string id) => [.. socket.Of("event-notification")
        .Where(each => each.Status.GetRawText().Contains($"Subscription/{id}\"", StringComparison.Ordinal)).SelectMany(each => each.Numbers)];

    private static List<string?> Texts(System.Text.Json.JsonElement parameters, string name, string value) =>
        [.. parameters.GetProperty("parameter").EnumerateArray().Where(each => each.GetProperty("name").GetString() == name)
            .Select(each => each.GetProperty(value).GetString())];
}

public sealed class WebSocketChannelOnSqlite(SqliteSubscriptionServer server) : WebSocketChannelTests(server);

public sealed class WebSocketChannelOnPostgres(PostgresSubscriptionServer server) : WebSocketChannelTests(server);
