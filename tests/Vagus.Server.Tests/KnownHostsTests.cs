using System.Net;
using System.Text.Json;
using Vagus.Server.Checkup;

namespace Vagus.Server.Tests;

/// <summary>For which hosts the server answers.</summary>
public sealed class KnownHostsTests
{
    private const string Public = "--public-url https://clinic.example/";

    [Theory]
    [InlineData("/api/auth/me", "clinic.example", 401)]
    [InlineData("/api/auth/me", "CLINIC.example:8443", 401)]
    [InlineData("/api/auth/me", "localhost", 401)]
    [InlineData("/api/auth/me", "second.example", 401)]
    [InlineData("/api/auth/me", "evil.example", 421)]
    [InlineData("/api/auth/me", "clinic.example.evil.example", 421)]
    [InlineData("/api/auth/me", "10.0.0.7", 421)]
    [InlineData("/fhir/metadata", "evil.example", 421)]
    [InlineData("/.well-known/jwks.json", "evil.example", 421)]
    [InlineData("/oauth/authorize", "evil.example", 421)]
    [InlineData("/ws", "evil.example", 421)]
    [InlineData("/socket.io/?EIO=4&transport=polling", "evil.example", 421)]
    [InlineData("/", "evil.example", 421)]
    [InlineData("/health/live", "10.0.0.7", 200)]
    [InlineData("/health/ready", "10.0.0.7", 200)]
    public async Task A_host_that_is_not_named_is_misdirected_and_probes_are_answered(string path, string host, int status)
    {
        await using var server = await TestServer.Start($"--urls http://127.0.0.1:0 {Public} --allowed-hosts second.example");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
        request.Headers.Host = host;

        using var answer = await server.Http.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        if (status != 421) return;
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("unknown_host", body.GetProperty("code").GetString());
        Assert.DoesNotContain(host, body.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true, "127.0.0.1 [::1] clinic.example localhost vagus.internal")]
    [InlineData("--allowed-hosts a.example;10.0.0.7", true, "10.0.0.7 127.0.0.1 [::1] a.example clinic.example localhost vagus.internal")]
    [InlineData("--allowed-hosts *", true, null)]
    [InlineData("", false, null)]
    [InlineData("--allowed-hosts a.example", false, "127.0.0.1 [::1] a.example clinic.example localhost vagus.internal")]
    public void In_production_the_own_hosts_count_and_elsewhere_only_where_one_is_named(string settings, bool production, string? hosts)
    {
        var options = TestServer.Options($"--urls https://*:3000;https://vagus.internal:3001 {Public} {settings}");

        var found = (options with { Production = production }).Hosts();

        Assert.Equal(hosts, found is null ? null : string.Join(' ', found.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("", true, 1)]
    [InlineData("", false, 0)]
    [InlineData("--audit-anchors /mnt/anchors", true, 0)]
    [InlineData("--audit-anchors-s3 s3://bucket/anchors", true, 0)]
    public void A_start_in_production_without_anchors_of_the_audit_is_warned_of(string settings, bool production, int warnings)
    {
        var options = TestServer.Options($"--urls http://127.0.0.1:0 {settings}") with { Production = production };

        Assert.Equal(warnings, Safety.Warnings(options).Count());
    }
}
