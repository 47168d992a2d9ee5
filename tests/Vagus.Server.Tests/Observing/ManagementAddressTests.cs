using System.Net;
using Vagus.Server.Observing;

namespace Vagus.Server.Tests.Observing;

/// <summary>Operators and clients have addresses of their own, and neither serves what belongs to the other.</summary>
public sealed class ManagementAddressTests
{
    private const string Local = "--urls http://127.0.0.1:0";
    private const string Managed = Local + " --management-urls http://127.0.0.1:0";

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/Metrics")]
    [InlineData("/metrics/")]
    public async Task The_public_address_has_no_metrics(string path)
    {
        await using var server = await TestServer.Start(Managed);

        using var answer = await server.Http.GetAsync(new Uri(server.Address, path));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("/metrics", HttpStatusCode.OK)]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/health/ready", HttpStatusCode.OK)]
    [InlineData("/fhir/metadata", HttpStatusCode.NotFound)]
    [InlineData("/api/auth/login", HttpStatusCode.NotFound)]
    [InlineData("/ws", HttpStatusCode.NotFound)]
    [InlineData("/", HttpStatusCode.NotFound)]
    public async Task The_management_address_has_metrics_and_health_and_nothing_else(string path, HttpStatusCode status)
    {
        await using var server = await TestServer.Start(Managed);

        using var answer = await server.Http.GetAsync(new Uri(new Uri(server.Get<ManagementAddress>().Urls.First()), path));

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Readiness_tells_operators_how_old_the_anchors_of_the_audit_are()
    {
        await using var server = await TestServer.Start($"{Managed} --audit-anchors {Path.GetTempPath()}vagus-no-anchors");

        var detail = await server.Http.GetStringAsync(new Uri(new Uri(server.Get<ManagementAddress>().Urls.First()), "/health/ready"));

        Assert.StartsWith("{\"auditAnchors\":[{\"sink\":\"folder\",\"lastAnchorSeconds\":null,\"waitingSeconds\":", detail, StringComparison.Ordinal);
        Assert.Equal("", await server.Http.GetStringAsync(new Uri(server.Address, "/health/ready")));
    }

    [Theory]
    [InlineData("--audit-anchor-minutes 0", "a second at least")]
    [InlineData("--audit-anchors-s3 bucket", "s3://bucket/prefix")]
    [InlineData("--audit-anchors-s3-endpoint nowhere", "http or https")]
    public void Settings_of_the_anchors_that_cannot_be_are_refused(string settings, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => TestServer.Options($"{Local} {settings}")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(Local, true)]
    [InlineData(Local + " --management-urls http://127.0.0.1:9464", true)]
    [InlineData(Local + " --management-urls http://localhost:9464;http://[::1]:9465", true)]
    [InlineData(Local + " --management-urls http://0.0.0.0:9464", false)]
    [InlineData(Local + " --management-urls http://*:9464", false)]
    [InlineData(Local + " --management-urls https://10.0.0.7:9464", false)]
    [InlineData(Local + " --management-urls http://127.0.0.1:9464;http://+:9465", false)]
    [InlineData(Local + " --management-urls http://0.0.0.0:9464 --management-public", true)]
    public void A_management_address_that_other_machines_reach_is_refused_until_the_operator_says_so(string settings, bool starts)
    {
        var options = TestServer.Options(settings);

        Assert.Equal(starts, options.Insecurity() is null);
        Assert.Equal(starts, (options with { Production = true, PublicUrl = "https://clinic.example" }).Insecurity() is null);
    }
}
