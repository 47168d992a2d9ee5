using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Server.Tests.Isolation;

/// <summary>Forged and stolen tokens at the doors of the whole server, and what becomes of live connections.</summary>
public abstract class StolenTokenTests(Engine engine)
{
    private const string Email = "thief@example.org";
    private const string Password = "twelve yellow tractors";
    private static readonly TenantId North = new("north");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task No_bent_token_opens_a_door()
    {
        await using var server = await Start();
        var (token, _) = await SignIn(server);
        var keys = await server.Http.GetFromJsonAsync<JsonElement>(new Uri(server.Address, "/.well-known/jwks.json"));
        var bent = new BentTokens(token, keys).All().ToList();

        foreach (var path in new[] { "/fhir/Patient", "/api/auth/me" })
        {
            Assert.Equal(200, await Get(server, path, token));
            foreach (var (how, forged) in bent) Assert.True(await Get(server, path, forged) == 401, $"{path}: {how}");
        }

        using var anonymous = await server.Http.GetAsync(new Uri(server.Address, $"/fhir/Patient?access_token={token}"));
        Assert.Equal(401, (int)anonymous.StatusCode);
        foreach (var (how, forged) in bent) Assert.True(await IsShutOut(server, forged), $"/ws: {how}");
        foreach (var inHeader in new[] { false, true })
        {
            Assert.Null(await SocketHandshake.Refusal(server, token, inHeader));
            foreach (var (how, forged) in bent)
            {
                // Kestrel takes 16 KiB of headers; a token that long is refused unread all the same.
                Assert.Equal((how, "unauthenticated"), (how, await SocketHandshake.Refusal(server, forged, inHeader)));
            }
        }

        Assert.InRange(bent.Count, 70, int.MaxValue);
    }

    [Fact]
    public async Task A_hundred_uses_of_a_refresh_token_at_once_give_one_successor()
    {
        await using var server = await Start();
        var (_, refresh) = await SignIn(server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Refresh(server, refresh)));

        var tokens = answers.Where(answer => answer.Status == 200).Select(answer => answer.Refresh).ToList();
        Assert.NotEmpty(tokens);
        Assert.Single(tokens.Distinct());
        Assert.Equal(200, (await Refresh(server, tokens[0]!)).Status);
    }

    [Fact]
    public async Task A_hundred_clients_with_one_refresh_token_get_one_answer_and_the_session_ends()
    {
        await using var server = await Start();
        var (token, refresh) = await SignIn(server);
        using var socket = await Open(server, token);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Refresh(server, refresh, $"client-{number}")));

        var granted = answers.Where(answer => answer.Status == 200).ToList();
        Assert.InRange(granted.Count, 0, 1);
        Assert.Equal(4401, await CloseCode(socket));
        Assert.Equal(401, await Get(server, "/api/auth/me", token));
        foreach (var answer in granted) Assert.Equal(401, (await Refresh(server, answer.Refresh!)).Status);
    }

    [Theory]
    [InlineData("reuse")]
    [InlineData("logout")]
    [InlineData("role")]
    [InlineData("disabled")]
    public async Task A_session_that_ends_takes_its_sockets_along_within_five_seconds(string how)
    {
        await using var server = await Start();
        var (token, refresh) = await SignIn(server);
        using var socket = await Open(server, token);
        using var other = await Open(server, token);

        if (how == "reuse")
        {
            Assert.Equal(200, (await Refresh(server, refresh)).Status);
            Assert.Equal(401, (await Refresh(server, refresh, "thief")).Status);
        }
        else if (how == "logout")
        {
            await Post(server, "/api/auth/logout", new { refreshToken = refresh });
        }
        else
        {
            var user = (await server.Get<FindUser>().Find(North, Email, default)).Value;
            var change = server.Get<ChangeUser>();
            Assert.False((how == "role"
                ? await change.SetRole(North, user, Role.FrontDesk, default) : await change.Disable(North, user, default)).IsRefused);
        }

        Assert.Equal(4401, await CloseCode(socket));
        Assert.Equal(4401, await CloseCode(other));
        Assert.Equal(401, await Get(server, "/api/auth/me", token));
        Assert.True(await IsShutOut(server, token));
    }

    private async Task<TestServer> Start()
    {
        var settings = "--urls http://127.0.0.1:0";
        if (engine == Engine.Postgres) settings += $" --postgres {await PostgresServer.NextDatabase()}";
        var server = await TestServer.Start(settings);
        await server.Get<AddTenant>().Add(North.Value, "North", default);
        var user = new NewUser(North, Email, "Somebody", Role.Nurse) { Password = Password };
        Assert.False((await server.Get<AddUser>().Add(user, default)).IsRefused);
        return server;
    }

    private static async Task<(string Token, string Refresh)> SignIn(TestServer server)
    {
        var body = await Post(server, "/api/auth/login", new { email = Email, password = Password });
        return (body.GetProperty("accessToken").GetString()!, body.GetProperty("refreshToken").GetString()!);
    }

    private static async Task<(int Status, string? Refresh)> Refresh(TestServer server, string token, string agent = "test")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/api/auth/refresh"));
        request.Content = JsonContent.Create(new { refreshToken = token });
        request.Headers.UserAgent.ParseAdd(agent);
        using var answer = await server.Http.SendAsync(request);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return ((int)answer.StatusCode, body.TryGetProperty("refreshToken", out var next) ? next.GetString() : null);
    }

    private static async Task<JsonElement> Post(TestServer server, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, path));
        request.Content = JsonContent.Create(body);
        request.Headers.UserAgent.ParseAdd("test");
        using var answer = await server.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    private static async Task<int> Get(TestServer server, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var answer = await server.Http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    /// <summary>A live connection that was let in.</summary>
    private static async Task<ClientWebSocket> Open(TestServer server, string token)
    {
        var socket = await Connect(server, token);
        Assert.Contains("welcome", await Read(socket), StringComparison.Ordinal);
        return socket;
    }

    private static async Task<bool> IsShutOut(TestServer server, string token)
    {
        using var socket = await Connect(server, token);
        return await CloseCode(socket) is 4401 or 1008 or 1009;
    }

    private static async Task<ClientWebSocket> Connect(TestServer server, string token)
    {
        using var limit = new CancellationTokenSource(Limit);
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/ws"), limit.Token);
        var frame = JsonSerializer.Serialize(new { type = "authenticate", data = new { token } });
        await socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        return socket;
    }

    /// <summary>The code with which the server closes, within five seconds; what it says before that is passed over.</summary>
    private static async Task<int> CloseCode(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(Limit);
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, limit.Token);
            if (part.MessageType == WebSocketMessageType.Close) return (int)socket.CloseStatus!.Value;
            Assert.DoesNotContain("welcome", Encoding.UTF8.GetString(buffer, 0, part.Count), StringComparison.Ordinal);
        }
    }

    private static async Task<string> Read(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(Limit);
        var buffer = new byte[16 * 1024];
        var part = await socket.ReceiveAsync(buffer, limit.Token);
        return Encoding.UTF8.GetString(buffer, 0, part.Count);
    }
}

public sealed class StolenTokensOnSqlite() : StolenTokenTests(Engine.Sqlite);

public sealed class StolenTokensOnPostgres() : StolenTokenTests(Engine.Postgres);
