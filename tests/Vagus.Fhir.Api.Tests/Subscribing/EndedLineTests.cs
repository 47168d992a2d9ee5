using System.Net.WebSockets;
using Vagus.Fhir.Api.Tests.Scopes;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>A subscription that ends on a socket says so, and why; the others on it go on.</summary>
public abstract class EndedLineTests(SubscriptionServer server)
{
    private const WebSocketCloseStatus Restart = (WebSocketCloseStatus)1012;
    private const string Scopes = "user/Subscription.cruds user/Observation.rs";
    private readonly (string Email, Role Role) user = ("person1@example.org", Role.Provider);

    [Fact]
    public async Task One_that_is_off_is_told_with_its_status()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        await using var socket = await BoundSocket.Bound(desk.Owner, id);

        (await desk.Owner.Put($"Subscription/{id}", WithId(Off(desk.SocketForm()), id))).Is(200);

        Assert.Equal(Restart, await socket.Closed());
        Assert.Equal("off", Assert.Single(socket.Of("query-status")).Text("status", "valueCode"));
    }

    [Fact]
    public async Task One_in_error_is_told_with_its_error()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        await using var socket = await BoundSocket.Bound(desk.Owner, id);

        await new SubscriptionRows(desk).Set(id, "status = 'error', error = 'topic-gone', position = position + 1");

        Assert.Equal(Restart, await socket.Closed());
        var told = Assert.Single(socket.Of("query-status"));
        Assert.Equal("error", told.Text("status", "valueCode"));
        Assert.Contains("topic-gone", told.Status.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_deleted_is_named_and_the_others_go_on()
    {
        await using var desk = await Desk.Open(server);
        var gone = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var kept = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        await using var socket = await BoundSocket.Bound(desk.Owner, gone, kept);

        (await desk.Owner.Delete($"Subscription/{gone}")).Is(204);
        await Desk.Until(() => Task.FromResult(socket.Outcomes.Count > 0), "nothing is said");
        await desk.Observe("o");

        Assert.Equal(["o"], (await socket.Hears(1))[0].Focuses);
        Assert.Contains($"Subscription/{gone} ", Assert.Single(socket.Outcomes), StringComparison.Ordinal);
        (await desk.Owner.Delete($"Subscription/{kept}")).Is(204);
        Assert.Equal(Restart, await socket.Closed());
        Assert.Contains($"Subscription/{kept} ", socket.Outcomes[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scopes_in_another_order_are_the_same_and_wider_ones_are_not()
    {
        await using var desk = await Desk.Open(server);
        var tokens = new ScopedTokens(desk.Clinic).Tokens;
        var app = await tokens.AddApp($"{Scopes} user/Condition.rs");
        var author = await Person(Scopes);
        var id = (await author.Create(desk.SocketForm())).Is(201).Id;
        await using var socket = await BoundSocket.Bound(author, id);

        var same = await Person("user/Observation.rs user/Subscription.cruds");
        (await same.Put($"Subscription/{id}", WithId(desk.SocketForm(), id))).Is(200);
        await desk.Observe("o");
        Assert.Equal(["o"], (await socket.Hears(1))[0].Focuses);
        (await (await Person($"{Scopes} user/Condition.rs")).Put($"Subscription/{id}", WithId(desk.SocketForm(), id))).Is(200);

        Assert.Equal(Restart, await socket.Closed());
        Assert.Contains($"Subscription/{id} ", Assert.Single(socket.Outcomes), StringComparison.Ordinal);

        async Task<Person> Person(string scopes) => new(server, (await tokens.Authorize(app, scopes, user)).Access);
    }

    private static string Off(string form) => form.Replace("\"requested\"", "\"off\"", StringComparison.Ordinal);

    private static string WithId(string form, string id) =>
        form.Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal);
}

public sealed class EndedLineOnSqlite(SqliteSubscriptionServer server) : EndedLineTests(server);

public sealed class EndedLineOnPostgres(PostgresSubscriptionServer server) : EndedLineTests(server);
