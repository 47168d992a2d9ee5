using System.Net.WebSockets;
using Vagus.Fhir.Api.Tests.Scopes;
using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>
/// A subscription of an application is that of its user, of the application and of the patient in its context: for everybody else, the user
/// without the application too, it is not there.
/// </summary>
public abstract class ApplicationOwnerTests(SubscriptionServer server)
{
    private const WebSocketCloseStatus Unauthenticated = (WebSocketCloseStatus)4401;
    private const string Scopes = "user/*.cruds";
    private const string InContext = "launch/patient patient/*.cruds";
    private readonly (string Email, Role Role) user = ("person1@example.org", Role.Provider);

    [Fact]
    public async Task Neither_the_user_nor_another_application_nor_another_context_finds_it()
    {
        await using var desk = await Desk.Open(server);
        (await desk.Owner.Put("Patient/q", Sample.Patient("Q", "q"))).Is(201);
        var tokens = new ScopedTokens(desk.Clinic).Tokens;
        var (app, other) = (await tokens.AddApp($"{InContext} {Scopes}"), await tokens.AddApp($"{InContext} {Scopes}"));
        var author = await Person(tokens, app, InContext, "p");
        var id = (await author.Create(desk.SocketForm())).Is(201).Id;
        Person[] strangers =
        [
            desk.Owner, await desk.Clinic.Provider(), await Person(tokens, other, InContext, "p"), await Person(tokens, app, InContext, "q"),
            await Person(tokens, app, Scopes), await new ScopedTokens(desk.Clinic).OfService("system/*.cruds"),
        ];
        var own = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;

        foreach (var stranger in strangers) await FindsNothing(stranger, id, desk);
        await FindsNothing(author, own, desk);

        Assert.Equal("active", (await author.Get($"Subscription/{id}")).Is(200).Json.GetProperty("status").GetString());
        Assert.Equal([id], (await author.Get("Subscription")).Is(200).Ids);
        Assert.Single((await author.Get("Subscription/$status")).Is(200).Entries);
        await using var socket = await BoundSocket.Bound(author, id);
    }

    [Fact]
    public async Task An_administrator_reads_and_ends_it_but_not_by_an_application()
    {
        await using var desk = await Desk.Open(server);
        var tokens = new ScopedTokens(desk.Clinic);
        var author = await tokens.OfUser(Role.Provider, Scopes);
        var id = (await author.Create(desk.SocketForm())).Is(201).Id;
        var (admin, borrowed) = (await desk.Clinic.Admin(), await tokens.OfUser(Role.Admin, Scopes));

        await FindsNothing(borrowed, id, desk);
        (await admin.Get($"Subscription/{id}")).Is(200);
        (await admin.Delete($"Subscription/{id}")).Is(204);
        (await author.Get($"Subscription/{id}")).Is(410);
    }

    [Fact]
    public async Task Authorized_anew_the_application_goes_on_with_what_it_has()
    {
        await using var desk = await Desk.Open(server);
        var tokens = new ScopedTokens(desk.Clinic).Tokens;
        var app = await tokens.AddApp(Scopes);
        var first = await tokens.Authorize(app, Scopes, user);
        var id = (await new Person(server, first.Access).Create(desk.SocketForm())).Is(201).Id;
        await tokens.Revoke(app, first.Access);

        var again = await Person(tokens, app, Scopes);
        (await again.Get($"Subscription/{id}")).Is(200);
        (await again.Put($"Subscription/{id}", WithId(desk.SocketForm(), id))).Is(200);
        await using var socket = await BoundSocket.Bound(again, id);
        await desk.Observe("o");

        Assert.Equal(["o"], (await socket.Hears(1))[0].Focuses);
    }

    [Fact]
    public async Task A_token_of_fewer_scopes_learns_nothing_of_what_it_was_told()
    {
        await using var desk = await Desk.Open(server);
        var tokens = new ScopedTokens(desk.Clinic).Tokens;
        var app = await tokens.AddApp("user/Subscription.cruds user/Observation.rs");
        var author = await Person(tokens, app, "user/Subscription.cruds user/Observation.rs");
        var id = (await author.Create(desk.SocketForm())).Is(201).Id;
        foreach (var fewer in new[] { "user/Subscription.cruds", "user/Subscription.cruds user/Observation.rs?category=laboratory" })
        {
            var narrow = await Person(tokens, app, fewer);
            (await narrow.Get($"Subscription/{id}/$status")).IsRefused(404, "not-found");
            (await narrow.Get($"Subscription/{id}/$events")).IsRefused(404, "not-found");
            (await narrow.Get($"Subscription/{id}/$get-ws-binding-token")).IsRefused(404, "not-found");
            Assert.Empty((await narrow.Get("Subscription/$status")).Is(200).Entries);
        }

        var laboratory = await Person(tokens, app, "user/Subscription.cruds user/Observation.rs?category=laboratory");
        (await laboratory.Put($"Subscription/{id}", WithId(desk.SocketForm(), id))).IsRefused(404, "not-found");
        (await laboratory.Get($"Subscription/{id}/$status")).IsRefused(404, "not-found");

        (await author.Get($"Subscription/{id}/$status")).Is(200);
    }

    [Fact]
    public async Task The_token_of_a_socket_binds_what_it_was_asked_for_and_opens_no_other_socket()
    {
        await using var desk = await Desk.Open(server);
        var author = await new ScopedTokens(desk.Clinic).OfUser(Role.Provider, Scopes);
        var (one, other) = ((await author.Create(desk.SocketForm())).Is(201).Id, (await author.Create(desk.SocketForm())).Is(201).Id);
        var token = await BoundSocket.Token(author, one);
        var ticket = token.Split('~')[0];
        foreach (var tampered in new[] { $"{ticket}~{other}", $"{token}~{other}", ticket })
        {
            await using var refused = await BoundSocket.Open(server.Address);
            await refused.Say($"bind-with-token {tampered}");
            Assert.Equal(Unauthenticated, await refused.Closed());
            Assert.Empty(refused.Heard);
        }

        await using var socket = await BoundSocket.Open(server.Address);
        await socket.Say($"bind-with-token {token}");
        await socket.Hears(1, "handshake");
        await desk.Observe("o");
        Assert.Equal(["o"], (await socket.Hears(1))[0].Focuses);
        await using var again = await BoundSocket.Open(server.Address);
        await again.Say($"bind-with-token {token}");
        Assert.Equal(Unauthenticated, await again.Closed());
    }

    [Fact]
    public async Task A_page_of_an_application_opens_the_socket_and_no_other_one()
    {
        await using var desk = await Desk.Open(server);
        var author = await new ScopedTokens(desk.Clinic).OfUser(Role.Provider, Scopes);
        var id = (await author.Create(desk.SocketForm())).Is(201).Id;

        await using var socket = await BoundSocket.Open(server.Address, "https://app.example");
        await socket.Say($"bind-with-token {await BoundSocket.Token(author, id)}");
        await socket.Hears(1, "handshake");

        await Assert.ThrowsAsync<WebSocketException>(() => BoundSocket.Open(server.Address, "https://evil.example"));
        await Assert.ThrowsAsync<WebSocketException>(() => BoundSocket.Open(server.Address, "https://app.example", "/ws"));
    }

    [Fact]
    public async Task The_token_of_a_socket_binds_nothing_that_is_told_by_more_since()
    {
        await using var desk = await Desk.Open(server);
        var tokens = new ScopedTokens(desk.Clinic).Tokens;
        var app = await tokens.AddApp("user/Subscription.cruds user/Observation.rs");
        var narrow = await Person(tokens, app, "user/Subscription.cruds user/Observation.rs?category=laboratory");
        var id = (await narrow.Create(desk.SocketForm())).Is(201).Id;
        var token = await BoundSocket.Token(narrow, id);
        var wide = await Person(tokens, app, "user/Subscription.cruds user/Observation.rs");
        (await wide.Put($"Subscription/{id}", WithId(desk.SocketForm(), id))).Is(200);

        await using var socket = await BoundSocket.Open(server.Address);
        await socket.Say($"bind-with-token {token}");

        Assert.Equal(Unauthenticated, await socket.Closed());
        Assert.Empty(socket.Heard);
    }

    private async Task FindsNothing(Person person, string id, Desk desk)
    {
        (await person.Get($"Subscription/{id}")).IsRefused(404, "not-found");
        (await person.Get($"Subscription/{id}/_history")).IsRefused(404, "not-found");
        (await person.Get($"Subscription/{id}/_history/1")).IsRefused(404, "not-found");
        Assert.DoesNotContain(id, (await person.Get("Subscription?_count=200")).Is(200).Ids);
        Assert.DoesNotContain(id, (await person.Get("Subscription/$status")).Is(200).Text, StringComparison.Ordinal);
        foreach (var operation in new[] { "$status", "$events", "$get-ws-binding-token" })
            (await person.Get($"Subscription/{id}/{operation}")).IsRefused(404, "not-found");
        (await person.Put($"Subscription/{id}", WithId(desk.SocketForm(), id))).IsRefused(404, "not-found");
        (await person.Delete($"Subscription/{id}")).Is(204);
    }

    private async Task<Person> Person(AppTokens tokens, string app, string scopes, string? patient = null) =>
        new(server, (await tokens.Authorize(app, scopes, user, patient)).Access);

    private static string WithId(string form, string id) =>
        form.Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal);
}

public sealed class ApplicationOwnerOnSqlite(SqliteSubscriptionServer server) : ApplicationOwnerTests(server);

public sealed class ApplicationOwnerOnPostgres(PostgresSubscriptionServer server) : ApplicationOwnerTests(server);
