using System.Net;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Operating;

/// <summary>
/// The commands about portal accounts, proxies, staff, sessions and services, beside a server that runs on the same database.
/// </summary>
public abstract class PeopleCommandTests(Engine engine)
{
    private const string Portal = "/api/patient-portal/auth";
    private const string Password = "twelve yellow tractors";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_operator_invites_patients_and_staff_names_proxies_ends_sessions_and_adds_services()
    {
        await using var server = await RunningServer.Start(engine);
        using var service = server.SignIn("service");

        await PutPatient(service, "parent", "1980-02-29");
        await PutPatient(service, "child", "2024-02-29");
        await Portals(server, service);
        await Staff(server, service);
        await Services(server);
    }

    private static async Task Portals(RunningServer server, SignedIn asker)
    {
        var invited = await Run(server, "patient", "invite", "parent", "--email", "parent@home.example", "--code");
        var activated = await Post(
            asker, $"{Portal}/activate",
            new JsonObject { ["token"] = After(invited, "code "), ["birthDate"] = "1980-02-29", ["password"] = Password });
        Assert.True(activated.Succeeded, activated.Text);
        var user = (string)activated.Json["user"]!["id"]!;

        await Run(server, "patient", "grant-proxy", "child", "--user", "parent@home.example", "--relationship", "parent");
        Assert.StartsWith($"{user} parent", await Run(server, "patient", "proxies", "child"), StringComparison.Ordinal);
        var token = await LogIn(asker, "parent@home.example", $"{Portal}/login");
        Assert.Equal(HttpStatusCode.OK, await Status(asker, token, "/fhir/Patient/child"));
        await Run(server, "patient", "revoke-proxy", "child", "--user", user);
        Assert.Empty((await Run(server, "patient", "proxies", "child")).Trim());

        token = await LogIn(asker, "parent@home.example", $"{Portal}/login");
        Assert.Equal(HttpStatusCode.NotFound, await Status(asker, token, "/fhir/Patient/child"));
        var session = (await Run(server, "session", "list", "--user", user)).Split(' ')[0];
        await Run(server, "session", "end", session);
        await Condition.Becomes(
            async () => await Status(asker, token, $"{Portal}/me") == HttpStatusCode.Unauthorized, "the session is over",
            limit: TimeSpan.FromSeconds(20));
    }

    private static async Task Staff(RunningServer server, SignedIn asker)
    {
        var invited = await Run(
            server, "user", "invite", "--email", "new@harbor.example", "--name", "New", "--role", "lab", "--code");
        var chosen = await Post(
            asker, "/api/auth/reset-password", new JsonObject { ["token"] = After(invited, "code "), ["password"] = Password });

        Assert.True(chosen.Succeeded, chosen.Text);
        await LogIn(asker, "new@harbor.example", "/api/auth/login");
        Assert.Contains(" lab new@harbor.example", await Run(server, "user", "list", "--role", "lab"), StringComparison.Ordinal);
    }

    private static async Task Services(RunningServer server)
    {
        var made = await Run(server, "service", "add", "lab-machine", "--name", "Lab machine");
        await Run(server, "service", "add-secret", "lab-machine", "--expires", "2099-01-01T00:00:00Z");

        Assert.Equal(43, After(made, "secret ").Length);
        Assert.Equal(2, (await Run(server, "service", "secrets", "lab-machine")).Trim().Split('\n').Length);
        await Run(server, "service", "revoke-secret", "lab-machine", "--secret", After(made, "secret-id "));
        Assert.Single((await Run(server, "service", "secrets", "lab-machine")).Trim().Split('\n'));
    }

    private static string After(string said, string label) =>
        said.Split(Environment.NewLine).Single(line => line.StartsWith(label, StringComparison.Ordinal))[label.Length..];

    private static async Task PutPatient(SignedIn service, string id, string birthDate)
    {
        var body = new JsonObject { ["resourceType"] = "Patient", ["id"] = id, ["birthDate"] = birthDate };
        var stored = await service.Put($"/fhir/Patient/{id}", body.ToJsonString());
        Assert.True(stored.Succeeded, stored.Text);
    }

    private static Task<Answer> Post(SignedIn asker, string path, JsonObject body) =>
        asker.Send(HttpMethod.Post, path, body.ToJsonString(), bearer: null);

    private static async Task<string> LogIn(SignedIn asker, string email, string path)
    {
        var granted = await Post(asker, path, new JsonObject { ["email"] = email, ["password"] = Password });
        Assert.True(granted.Succeeded, granted.Text);
        return (string)granted.Json["accessToken"]!;
    }

    private static async Task<HttpStatusCode> Status(SignedIn asker, string token, string path) =>
        (await asker.Send(HttpMethod.Get, path, body: null, token)).Status;

    private static Task<string> Run(RunningServer server, params string[] command) => ChildProcess.Run(
        ["dotnet", Programs.Server, .. command, "--tenant", Clinic.Tenant, "--data", server.Data.Folder], Limit, server.Data.Environment);
}

public sealed class SqlitePeopleCommandTests() : PeopleCommandTests(Engine.Sqlite);

public sealed class PostgresPeopleCommandTests() : PeopleCommandTests(Engine.Postgres);
