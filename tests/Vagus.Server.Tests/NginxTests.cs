using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.Server.Tests;

/// <summary>The example of docs/operations/nginx.conf in a real nginx, before a real server.</summary>
public sealed class NginxTests : IAsyncLifetime
{
    private const string Password = "a long password for tests";
    private const string Nginx = "/usr/sbin/nginx";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-nginx-");
    private readonly int port = FreePort.Take();
    private TestServer server = null!;
    private Process? nginx;
    private SocketsHttpHandler handler = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(File.Exists(Nginx), "nginx is not installed.");
        server = await TestServer.Start("--urls http://127.0.0.1:0 --behind-proxy");
        Assert.False((await server.Get<AddTenant>().Add("harbor", "Harbor", default)).IsRefused);
        var user = new NewUser(new TenantId("harbor"), "maya@harbor.example", "Maya", Role.Provider) { Password = Password };
        Assert.False((await server.Get<AddUser>().Add(user, default)).IsRefused);
        await WriteFiles();
        nginx = Process.Start(Nginx, ["-p", folder.FullName, "-c", Path.Combine(folder.FullName, "all.conf")]);
        handler = new SocketsHttpHandler { UseCookies = false, ConnectCallback = Connect };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=clinic.example";
        http = new HttpClient(handler) { BaseAddress = new Uri("https://clinic.example"), Timeout = Limit };
    }

    [Fact]
    public async Task Through_the_documented_proxy_links_and_cookies_are_https_and_no_client_chooses_its_address()
    {
        using var metadata = new HttpRequestMessage(HttpMethod.Get, "/fhir/metadata");
        metadata.Headers.Add("X-Forwarded-Host", "evil.example");
        using var described = await http.SendAsync(metadata);
        Assert.Equal(
            "https://clinic.example/fhir",
            (await described.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("implementation").GetProperty("url").GetString());

        using var signedIn = await SignIn();
        Assert.All(
            signedIn.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("; secure", cookie, StringComparison.Ordinal));

        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/auth/sessions");
        asked.Headers.Authorization = new("Bearer", await TokenOf(signedIn));
        using var sessions = await http.SendAsync(asked);
        var session = (await sessions.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items")[0];
        Assert.Equal("127.0.0.1", session.GetProperty("address").GetString());
    }

    [Fact]
    public async Task Through_the_documented_proxy_a_page_of_ours_opens_both_kinds_of_socket()
    {
        using var signedIn = await SignIn();
        using var raw = await Open("wss://clinic.example/ws");
        var first = JsonSerializer.Serialize(new { type = "authenticate", data = new { token = await TokenOf(signedIn) } });
        await raw.SendAsync(Encoding.UTF8.GetBytes(first), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        Assert.Contains("\"welcome\"", await Receive(raw), StringComparison.Ordinal);

        using var socket = await Open("wss://clinic.example/socket.io/?EIO=4&transport=websocket");
        Assert.StartsWith("0{", await Receive(socket));
    }

    public async ValueTask DisposeAsync()
    {
        http?.Dispose();
        if (nginx is not null)
        {
            using var stop = Process.Start("kill", ["-TERM", nginx.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await nginx.WaitForExitAsync().WaitAsync(Limit);
        }

        if (server is not null) await server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task WriteFiles()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=clinic.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (pem, secret) = (Path.Combine(folder.FullName, "c.pem"), Path.Combine(folder.FullName, "c.key"));
        await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(secret, key.ExportPkcs8PrivateKeyPem());
        var example = await File.ReadAllTextAsync(Path.Combine(Sources.Root, "docs", "operations", "nginx.conf"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "vagus.conf"),
            example.Replace("127.0.0.1:3000;", server.Address.Authority + ";", StringComparison.Ordinal)
                .Replace("listen 443 ssl", $"listen 127.0.0.1:{port} ssl", StringComparison.Ordinal)
                .Replace("/etc/ssl/clinic.example.pem", pem, StringComparison.Ordinal)
                .Replace("/etc/ssl/clinic.example.key", secret, StringComparison.Ordinal));
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "all.conf"),
            $$"""
            user {{Environment.UserName}};
            daemon off; pid nginx.pid; error_log error.log; worker_processes 1;
            events { worker_connections 64; }
            http {
              access_log off;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              include vagus.conf;
            }
            """);
    }

    /// <summary>The proxy needs a moment to listen.</summary>
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        for (var started = Stopwatch.GetTimestamp();;)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(started) < Limit)
            {
                socket.Dispose();
                await Task.Delay(50, cancel);
            }
        }
    }

    private async Task<HttpResponseMessage> SignIn()
    {
        using var asked = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login")
        {
            Content = JsonContent.Create(new { email = "maya@harbor.example", password = Password }),
        };
        asked.Headers.Add("X-Vagus-Client", "browser");
        asked.Headers.Add("X-Forwarded-For", "203.0.113.7");
        var answer = await http.SendAsync(asked);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer;
    }

    private static async Task<string> TokenOf(HttpResponseMessage signedIn) =>
        (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;

    private async Task<ClientWebSocket> Open(string url)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://clinic.example");
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await socket.ConnectAsync(new Uri(url), invoker, CancellationToken.None).WaitAsync(Limit);
        return socket;
    }

    private static async Task<string> Receive(WebSocket socket)
    {
        var buffer = new byte[8192];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask().WaitAsync(Limit);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
