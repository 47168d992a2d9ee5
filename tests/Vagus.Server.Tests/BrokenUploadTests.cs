using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.Server.Tests;

/// <summary>
/// A body that cannot be read, or whose sender goes away, is the client's fault: it is answered 400 where there is somebody to answer, and
/// the operator reads no error line.
/// </summary>
public sealed class BrokenUploadTests : IAsyncLifetime
{
    private const string Password = "a long password for tests";
    private const string Polling = "/socket.io/?EIO=4&transport=polling";
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly RecordedLog log = new();
    private TestServer server = null!;
    private string token = "";

    public static TheoryData<string, string> Doors => new()
    {
        { "/api/auth/login", Json },
        { "/api/auth/refresh", Json },
        { "/api/patient-portal/auth/login", Json },
        { "/fhir", Json },
        { "/fhir/Patient", Json },
        { "/fhir/Patient/_search", Form },
        { Polling, "text/plain" },
    };

    public async ValueTask InitializeAsync()
    {
        server = await TestServer.Start(add: services => services.AddSingleton<ILoggerProvider>(log));
        Assert.False((await server.Get<AddTenant>().Add("harbor", "Harbor", default)).IsRefused);
        var user = new NewUser(new TenantId("harbor"), "maya@harbor.example", "Maya", Role.Provider) { Password = Password };
        Assert.False((await server.Get<AddUser>().Add(user, default)).IsRefused);
        using var answer = await server.Http.PostAsJsonAsync(
            new Uri(server.Address, "/api/auth/login"), new { email = "maya@harbor.example", password = Password });
        token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_chunk_of_impossible_size_is_refused_at_each_door_without_an_error_line(string path, string type)
    {
        foreach (var size in (string[])["80000000", "FFFFFFFF", "FFFFFFFFFFFFFFFF", "nonsense"])
        {
            using var client = await Begin(path, type, "Transfer-Encoding: chunked");
            await client.SendAsync(Encoding.ASCII.GetBytes($"{size}\r\n{{}}"));

            Assert.Equal("HTTP/1.1 400 Bad Request", await LineOf(client));
        }

        await server.App.StopAsync();
        Assert.DoesNotContain(log.Lines, IsError);
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_client_that_goes_away_while_it_uploads_leaves_no_error_line_at_any_door(string path, string type)
    {
        using var client = await Begin(path, type, "Content-Length: 500\r\nExpect: 100-continue");
        Assert.Equal("HTTP/1.1 100 Continue", await LineOf(client));
        await client.SendAsync(Encoding.ASCII.GetBytes("{\"a"));
        client.LingerState = new LingerOption(true, 0);
        client.Close();

        await server.App.StopAsync();
        Assert.DoesNotContain(log.Lines, IsError);
    }

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    private async Task<Socket> Begin(string path, string type, string length)
    {
        if (path == Polling) path += await OpenSession();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Address.Host, server.Address.Port);
        var head = $"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: {type}\r\n{length}\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head));
        return socket;
    }

    private async Task<string?> OpenSession()
    {
        var opened = await server.Http.GetStringAsync(new Uri(server.Address, Polling));
        return "&sid=" + JsonElement.Parse(opened[1..]).GetProperty("sid").GetString();
    }

    private static async Task<string?> LineOf(Socket socket)
    {
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadLineAsync().WaitAsync(Limit);
    }

    private static bool IsError(string line) =>
        line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal);
}
