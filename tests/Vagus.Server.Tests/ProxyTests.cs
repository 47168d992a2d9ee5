using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Server.Tests;

/// <summary>
/// What a proxy forwards is believed from the proxies that the operator named, and from nobody else. The test is the peer: 127.0.0.1.
/// </summary>
public sealed class ProxyTests
{
    private const string Password = "a long password for tests";
    private const string Behind = "--urls http://127.0.0.1:0 --behind-proxy";
    private static readonly string[] Untrusting = ["--urls http://127.0.0.1:0", $"{Behind} --trusted-proxies 10.0.0.1;192.168.0.0/16"];

    public static TheoryData<string> UntrustingSettings => [.. Untrusting];

    [Fact]
    public async Task A_trusted_proxy_decides_scheme_and_host_of_links_and_headers()
    {
        await using var server = await TestServer.Start(Behind);

        var (answer, url) = await Metadata(server);

        Assert.Equal("https://clinic.example/fhir", url);
        Assert.True(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [MemberData(nameof(UntrustingSettings))]
    public async Task Another_peer_decides_neither(string settings)
    {
        await using var server = await TestServer.Start(settings);

        var (answer, url) = await Metadata(server);

        Assert.Equal(new Uri(server.Address, "/fhir").ToString(), url);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task The_framework_s_own_switch_does_not_make_everybody_a_trusted_proxy()
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true");
        try
        {
            await using var server = await TestServer.Start(Untrusting[0]);

            Assert.Equal(new Uri(server.Address, "/fhir").ToString(), (await Metadata(server)).Url);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASPNETCORE_FORWARDEDHEADERS_ENABLED", null);
        }
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_with_tls_the_cookies_are_secure()
    {
        await using var server = await TestServer.Start(Behind);
        await AddUser(server);

        using var answer = await SignIn(server, Password, "203.0.113.7");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var cookies = answer.Headers.GetValues("Set-Cookie");
        Assert.Equal(["__Secure-vagus-refresh", "__Secure-vagus-device"], cookies.Select(cookie => cookie.Split('=')[0]));
        Assert.All(cookies, cookie => Assert.Contains("; secure", cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_throttle_tells_the_networks_behind_a_trusted_proxy_apart()
    {
        await using var server = await TestServer.Start(Behind);
        await AddUser(server);
        var guesses = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => SignIn(server, "a wrong password for tests", "203.0.113.7")));

        using var other = await SignIn(server, Password, "198.51.100.20");

        Assert.Contains(guesses, guess => guess.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [MemberData(nameof(UntrustingSettings))]
    public async Task A_guesser_escapes_the_throttle_by_no_header_of_its_own(string settings)
    {
        await using var server = await TestServer.Start(settings);
        await AddUser(server);

        var guesses = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => SignIn(server, "a wrong password for tests", $"203.0.{n}.7")));

        Assert.Contains(guesses, guess => guess.StatusCode == HttpStatusCode.TooManyRequests);
    }

    [Theory]
    [InlineData(Behind, "198.51.100.9")]
    [InlineData(Behind + " --trusted-proxies 127.0.0.1;198.51.100.9 --proxy-hops 2", "203.0.113.7")]
    [InlineData(Behind + " --trusted-proxies 127.0.0.1 --proxy-hops 2", "198.51.100.9")]
    public async Task The_client_is_as_many_trusted_hops_away_as_the_operator_says(string settings, string address)
    {
        await using var server = await TestServer.Start(settings);
        await AddUser(server);
        using var signedIn = await SignIn(server, Password, "203.0.113.7, 198.51.100.9");
        var token = (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString();

        using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/api/auth/sessions"));
        asked.Headers.Authorization = new("Bearer", token);
        using var answer = await server.Http.SendAsync(asked);

        var session = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items")[0];
        Assert.Equal(address, session.GetProperty("address").GetString());
    }

    [Theory]
    [InlineData("nonsense", 1)]
    [InlineData("10.0.0.0/99", 1)]
    [InlineData("10.0.0.1", 0)]
    public void Settings_that_name_no_proxy_are_refused(string networks, int hops) =>
        Assert.Throws<FormatException>(() => TrustedProxies.Parse(networks, hops));

    private static async Task<(HttpResponseMessage Answer, string Url)> Metadata(TestServer server)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/fhir/metadata"));
        asked.Headers.Add("X-Forwarded-Proto", "https");
        asked.Headers.Add("X-Forwarded-Host", "clinic.example");
        var answer = await server.Http.SendAsync(asked);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (answer, body.GetProperty("implementation").GetProperty("url").GetString()!);
    }

    private static async Task AddUser(TestServer server)
    {
        Assert.False((await server.Get<AddTenant>().Add("harbor", "Harbor", default)).IsRefused);
        var user = new NewUser(new TenantId("harbor"), "maya@harbor.example", "Maya", Role.Provider) { Password = Password };
        Assert.False((await server.Get<AddUser>().Add(user, default)).IsRefused);
    }

    private static async Task<HttpResponseMessage> SignIn(TestServer server, string password, string forwardedFor)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/api/auth/login"))
        {
            Content = JsonContent.Create(new { email = "maya@harbor.example", password }),
        };
        asked.Headers.Add("X-Vagus-Client", "browser");
        asked.Headers.Add("X-Forwarded-For", forwardedFor);
        asked.Headers.Add("X-Forwarded-Proto", "https");
        return await server.Http.SendAsync(asked);
    }
}
