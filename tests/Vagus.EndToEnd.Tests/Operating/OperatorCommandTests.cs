using System.Net;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Operating;

/// <summary>The operator's commands as processes of their own, beside a server that runs on the same database.</summary>
public abstract class OperatorCommandTests(Engine engine)
{
    private const string Label = "password ";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>What the watch over sessions and keys needs, with room for a busy machine.</summary>
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_an_operator_changes_takes_effect_on_the_running_server_within_seconds()
    {
        await using var server = await RunningServer.Start(engine);

        await Disabling(server);
        await AnotherRole(server);
        await EndingSessions(server);
        await NewKeys(server);
        await Proxies(server);
    }

    [Fact]
    public async Task A_command_that_cannot_be_done_says_why_and_ends_with_one()
    {
        await using var server = await RunningServer.Start(engine);

        var unknown = await Fails(server, "user", "disable", "nobody@harbor.example", "--tenant", Clinic.Tenant);
        var otherTenant = await Fails(server, "user", "disable", $"nurse@{Clinic.OtherTenant}.example", "--tenant", Clinic.Tenant);
        var otherDoor = await Fails(server, "user", "set-role", "nurse@harbor.example", "--tenant", Clinic.Tenant, "--role", "patient");

        Assert.All([unknown, otherTenant, otherDoor], said => Assert.Contains("user_not_found", said, StringComparison.Ordinal));
    }

    private static async Task Disabling(RunningServer server)
    {
        using var nurse = server.SignIn("nurse");
        var token = await nurse.Token();
        using var socket = await OpenSocket.Of(server, token);

        await Run(server, "user", "disable", "nurse@harbor.example", "--tenant", Clinic.Tenant);

        Assert.Equal(4401, await socket.Closed());
        await BecomesRefused(nurse, token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.LogIn()).Status);

        await Run(server, "user", "enable", "NURSE@harbor.example", "--tenant", Clinic.Tenant);
        Assert.True((await nurse.LogIn()).Succeeded);
    }

    private static async Task AnotherRole(RunningServer server)
    {
        using var nurse = server.SignIn("nurse");
        var token = await nurse.Token();
        using var socket = await OpenSocket.Of(server, token);

        await Run(server, "user", "set-role", "nurse@harbor.example", "--tenant", Clinic.Tenant, "--role", "front_desk");
        await Run(server, "user", "set-sensitive", "nurse@harbor.example", "--tenant", Clinic.Tenant, "--allowed", "true");

        Assert.Equal(4401, await socket.Closed());
        await BecomesRefused(nurse, token);
        Assert.Equal("front_desk", (string?)(await nurse.LogIn()).Json["user"]!["role"]);
    }

    private static async Task EndingSessions(RunningServer server)
    {
        using var provider = server.SignIn("provider");
        var token = await provider.Token();
        using var socket = await OpenSocket.Of(server, token);

        await Run(server, "user", "end-sessions", "provider@harbor.example", "--tenant", Clinic.Tenant);

        Assert.Equal(4401, await socket.Closed());
        await BecomesRefused(provider, token);
        Assert.True((await provider.LogIn()).Succeeded);
    }

    private static async Task NewKeys(RunningServer server)
    {
        using var admin = server.SignIn("admin");
        var granted = (await admin.LogIn()).Json;
        var token = (string)granted["accessToken"]!;

        await Run(server, "keys", "replace");

        await BecomesRefused(admin, token);
        var asked = new JsonObject { ["refreshToken"] = (string)granted["refreshToken"]! }.ToJsonString();
        var refreshed = await admin.Send(HttpMethod.Post, "/api/auth/refresh", asked, bearer: null);
        Assert.True(refreshed.Succeeded, refreshed.Text);
        Assert.Equal(HttpStatusCode.OK, (await Me(admin, (string)refreshed.Json["accessToken"]!)).Status);
    }

    private static async Task Proxies(RunningServer server)
    {
        using var service = server.SignIn("service");
        foreach (var patient in new[] { "parent", "child" })
        {
            var body = new JsonObject { ["resourceType"] = "Patient", ["id"] = patient }.ToJsonString();
            var stored = await service.Put($"/fhir/Patient/{patient}", body);
            Assert.True(stored.Succeeded, stored.Text);
        }

        string[] parent = ["--tenant", Clinic.Tenant, "--email", "parent@home.example", "--name", "Parent", "--role", "patient",
            "--patient", "parent"];
        var made = await Run(server, ["user", "add", .. parent]);
        var password = made.Split(Environment.NewLine).Single(line => line.StartsWith(Label, StringComparison.Ordinal))[Label.Length..];

        Assert.Equal(HttpStatusCode.NotFound, await ReadsChild(service, password));
        await Run(server, "user", "grant-proxy", "parent@home.example", "--tenant", Clinic.Tenant, "--patient", "child");
        Assert.Equal(HttpStatusCode.OK, await ReadsChild(service, password));
        await Run(server, "user", "revoke-proxy", "parent@home.example", "--tenant", Clinic.Tenant, "--patient", "child");
        Assert.Equal(HttpStatusCode.NotFound, await ReadsChild(service, password));
    }

    private static async Task<HttpStatusCode> ReadsChild(SignedIn asker, string password)
    {
        var body = new JsonObject { ["email"] = "parent@home.example", ["password"] = password }.ToJsonString();
        var granted = await asker.Send(HttpMethod.Post, "/api/patient-portal/auth/login", body, bearer: null);
        Assert.True(granted.Succeeded, granted.Text);
        return (await asker.Send(HttpMethod.Get, "/fhir/Patient/child", body: null, (string)granted.Json["accessToken"]!)).Status;
    }

    private static Task BecomesRefused(SignedIn user, string token) => Condition.Becomes(
        async () => (await Me(user, token)).Status == HttpStatusCode.Unauthorized, "the old token is refused", limit: Seconds);

    private static Task<Answer> Me(SignedIn user, string token) => user.Send(HttpMethod.Get, "/api/auth/me", body: null, token);

    private static Task<string> Run(RunningServer server, params string[] command) =>
        ChildProcess.Run(Command(server, command), Limit, server.Data.Environment);

    private static async Task<string> Fails(RunningServer server, params string[] command)
    {
        await using var child = ChildProcess.Start(Command(server, command), server.Data.Environment);
        Assert.Equal(1, await child.Ended(Limit));
        return child.Said;
    }

    private static string[] Command(RunningServer server, string[] command) =>
        ["dotnet", Programs.Server, .. command, "--data", server.Data.Folder];
}

public sealed class SqliteOperatorCommandTests() : OperatorCommandTests(Engine.Sqlite);

public sealed class PostgresOperatorCommandTests() : OperatorCommandTests(Engine.Postgres);
