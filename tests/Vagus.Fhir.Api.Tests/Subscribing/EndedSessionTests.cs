using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>A session that ends while its token is being bound to a socket.</summary>
public abstract class EndedSessionTests(Engine engine) : ClockedServerTests(engine)
{
    private const WebSocketCloseStatus Unauthenticated = (WebSocketCloseStatus)4401;
    private readonly HookedIds ids = new();

    [Fact]
    public async Task Its_socket_is_closed()
    {
        await using var desk = await Desk.Open(Server);
        var id = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var token = await BoundSocket.Token(desk.Owner, id);
        await using var socket = await BoundSocket.Open(Server.Address);
        var left = 0;
        // The first id behind the token is that of the handshake, before the subscription is on the socket.
        ids.Before = () => left = desk.Owner.Send(
            HttpMethod.Post, "/api/auth/logout", "{}", request => request.Content!.Headers.ContentType = new("application/json"))
            .GetAwaiter().GetResult().Status;

        await socket.Say($"bind-with-token {token}");

        Assert.Equal(Unauthenticated, await socket.Closed());
        Assert.InRange(left, 200, 204);
        Assert.Single(socket.Of("handshake"));
    }

    protected override FhirServer NewServer() =>
        new SubscriptionServer(Engine, Clock) { Also = services => services.AddSingleton<IdSource>(ids) };

    private sealed class HookedIds() : IdSource(TimeProvider.System)
    {
        private Action? before;

        /// <summary>Done once, before the next id is given.</summary>
        public Action Before
        {
            set => Volatile.Write(ref before, value);
        }

        public override string NewId()
        {
            Interlocked.Exchange(ref before, null)?.Invoke();
            return base.NewId();
        }
    }
}

public sealed class EndedSessionOnSqlite() : EndedSessionTests(Engine.Sqlite);

public sealed class EndedSessionOnPostgres() : EndedSessionTests(Engine.Postgres);
