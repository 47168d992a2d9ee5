using System.Net;
using System.Text.Json;
using Vagus.Server.Checkup;
using Vagus.Storage.Consuming;

namespace Vagus.Server.Tests;

/// <summary>A process with some of the roles has their doors, consumers and duties, and none of the others'.</summary>
public sealed class RoleTests
{
    private static readonly Dictionary<string, string[]> Doors = new(StringComparer.Ordinal)
    {
        ["charts"] = ["/api/aggregate/patients/p1"],
        ["notifications"] = ["/api/alerts", "/api/notifications", "/api/on-call", "/ws", "/ws/fhir"],
        ["messaging"] = ["/api/patient-messages/threads", "/api/patient-portal/messages/threads", "/api/canned-responses", "/api/messages/recipients"],
        ["fhir"] = ["/fhir/metadata", "/api/appointments", "/api/claims", "/api/events", "/api/files/1", "/api/critical-rules"],
        ["web"] = ["/"],
    };

    private static readonly Dictionary<string, string[]> Parts = new(StringComparer.Ordinal)
    {
        ["charts"] = ["charts"],
        ["notifications"] = ["alerts", "notifications"],
        ["messaging"] = ["message-notices"],
        ["fhir"] = ["imaging-studies", "file-sweep", "fhir-subscriptions", "subscription-sweep"],
        ["web"] = [],
    };

    [Theory]
    [InlineData("charts")]
    [InlineData("notifications")]
    [InlineData("messaging")]
    [InlineData("fhir")]
    [InlineData("web")]
    [InlineData("charts,notifications")]
    [InlineData("messaging,web")]
    [InlineData("charts,notifications,messaging,fhir,web")]
    public async Task Doors_consumers_and_duties_are_those_of_the_roles(string roles)
    {
        await using var server = await TestServer.Start($"--urls http://127.0.0.1:0 --roles {roles}");
        var named = roles.Split(',');
        var running = server.Get<IEnumerable<LogConsumer>>().Select(each => each.Name)
            .Concat(server.Get<IEnumerable<LeasedDuty>>().Select(each => each.Name)).ToHashSet(StringComparer.Ordinal);

        foreach (var (role, doors) in Doors)
        {
            foreach (var door in doors)
            {
                using var answer = await server.Http.GetAsync(new Uri(server.Address, door));
                Assert.True(
                    answer.StatusCode == HttpStatusCode.NotFound != named.Contains(role), $"{door} in a process of {roles}: {answer.StatusCode}");
            }

            foreach (var part in Parts[role]) Assert.Equal(named.Contains(role), running.Contains(part));
        }

        using var signIn = await server.Http.PostAsync(new Uri(server.Address, "/api/auth/login"), new StringContent("{}"));
        Assert.NotEqual(HttpStatusCode.NotFound, signIn.StatusCode);
    }

    [Fact]
    public async Task Readiness_description_and_doctor_tell_the_roles()
    {
        await using var server = await TestServer.Start("--urls http://127.0.0.1:0 --roles notifications,charts --management-urls http://127.0.0.1:0");

        Assert.Equal("""{"roles":["charts","notifications"]}""", await server.Http.GetStringAsync(new Uri(server.Address, "/health/ready")));
        var described = JsonElement.Parse(await server.Http.GetStringAsync(new Uri(server.Address, "/openapi.json")));
        Assert.EndsWith("This process serves charts, notifications.", described.GetProperty("info").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.False(described.GetProperty("paths").TryGetProperty("/fhir/metadata", out _));
        Assert.True(described.GetProperty("paths").TryGetProperty("/api/alerts", out _));
        var told = await Doctor(server, "--roles charts,notifications");
        Assert.Contains("ok    roles: charts, notifications; other processes must serve messaging, fhir, web", told, StringComparison.Ordinal);
        Assert.Contains("ok    product: Vagus", told, StringComparison.Ordinal);
        Assert.DoesNotContain("running roles", told, StringComparison.Ordinal);
        Assert.Contains("warn  running roles: ", await Doctor(server, "--roles fhir"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("charts,chart", "--roles: 'chart' is no role of the server. The roles are charts, notifications, messaging, fhir, web.")]
    [InlineData(",", "--roles names no role. The roles are charts, notifications, messaging, fhir, web.")]
    [InlineData("3", "--roles: '3' is no role of the server. The roles are charts, notifications, messaging, fhir, web.")]
    public void An_unknown_role_is_refused_with_the_names_of_all(string roles, string reason) =>
        Assert.Equal(reason, Assert.Throws<FormatException>(() => TestServer.Options($"--roles {roles}")).Message);

    private static async Task<string> Doctor(TestServer server, string roles)
    {
        var lines = new StringWriter();
        var settings = $"{roles} --data {server.Folder} --urls {server.Address}";
        await DoctorCommand.Run(TestServer.Options(settings), lines, CancellationToken.None);
        return lines.ToString();
    }
}
