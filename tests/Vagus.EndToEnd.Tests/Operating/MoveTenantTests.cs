using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Operating;

/// <summary>
/// An organization moves by the operator's command from a server that runs to another one that runs. The command is killed again and again;
/// another organization of the first server is served all the while.
/// </summary>
public abstract class MoveTenantTests(Engine from, Engine to)
{
    private const string Place = "https://east.example";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly byte[] Pdf = [.. "%PDF-1.7\n"u8, .. new byte[40_000]];

    // Lines of the command behind which it is killed: after the stop, amid the tables, before and after the switch.
    private static readonly string[] KilledBehind =
        ["takes no writes any more", "audit_entry:", "fhir_resource:", "fhir_token:", "messaging_thread:", "log_head:", "is not served here any more"];

    [Fact]
    public async Task A_tenant_moves_though_the_command_is_killed_at_every_step_and_its_clients_go_on_there()
    {
        await using var server = await RunningServer.Start(from);
        await using var there = await ServerData.Create(to);
        File.Copy(Path.Combine(server.Data.Folder, "root.key"), Path.Combine(there.Folder, "root.key"));
        await using var east = await RunningServer.StartRestored(there, server.Clinic);
        using var author = server.SignIn("service");
        using var nurse = server.SignIn("nurse");
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var number = 0; number < 300; number++) await Write(author, $"/fhir/Patient/p{number}", written);
        var file = await Upload(server, nurse);
        var last = (await server.Data.ReadLog(Clinic.Tenant))[^1].Position;
        using var socket = await OpenSocket.Of(server, await author.Token());
        using var ridge = new SignedIn(server, server.Clinic.Of(Clinic.OtherTenant, "service"));
        using var over = new CancellationTokenSource();
        var neighbours = Serve(ridge, over.Token);

        var kills = 0;
        foreach (var line in KilledBehind)
        {
            if (await RunUntil(server.Data, there, line)) break;
            kills++;
            await OneTakesWrites(server.Data, there);
        }

        var said = await Run(server.Data, there);
        Assert.True(kills >= 3, $"The command was killed {kills} times.");
        Assert.Contains("harbor has moved", said, StringComparison.Ordinal);
        Assert.Equal(1012, await socket.Closed());
        var refused = await author.LogIn();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "tenant_moved", Place),
            (refused.Status, (string?)refused.Json["code"], (string?)refused.Json["place"]));
        await GoesOn(east, written, file, last);

        await over.CancelAsync();
        var served = await neighbours;
        Assert.True(served > KilledBehind.Length, $"The other organization wrote {served} times.");
        await ChildProcess.Run(
            ["dotnet", Programs.Server, "audit", "verify", "--tenant", Clinic.Tenant, "--without-anchors", "--data", there.Folder], Limit, there.Environment);
        await Removed(server, ridge, east);
    }

    private static async Task GoesOn(RunningServer east, Dictionary<string, string> written, string file, long last)
    {
        using var author = east.SignIn("service");
        using var nurse = east.SignIn("nurse");
        foreach (var (path, text) in written) Assert.Equal(text, (await author.Get(path)).Text);
        Assert.Equal(300, (int)(await author.Get("/fhir/Patient?identifier=urn:move|&_summary=count")).Json["total"]!);
        using var http = new HttpClient { BaseAddress = new Uri(east.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await nurse.Token());
        Assert.Equal(Pdf, await http.GetByteArrayAsync(new Uri($"/api/files/{file}", UriKind.Relative)));
        await Resumes(east, author, last);
    }

    /// <summary>A client with the last sequence of the old place is told what came after it, without a gap.</summary>
    private static async Task Resumes(RunningServer east, SignedIn author, long last)
    {
        Assert.True((await author.Put("/fhir/Patient/after", """{"resourceType":"Patient","id":"after"}""")).Succeeded);
        using var socket = new ClientWebSocket();
        using var limit = new CancellationTokenSource(Limit);
        await socket.ConnectAsync(new Uri($"{east.Url.Replace("http", "ws", StringComparison.Ordinal)}/ws"), limit.Token);
        await Send("authenticate", new JsonObject { ["token"] = await author.Token() });
        await Send("subscribe", new JsonObject
        {
            ["subscription_id"] = "all", ["resource_types"] = new JsonArray("*"), ["patient_ids"] = new JsonArray(), ["since"] = last,
        });
        while (true)
        {
            var frame = await Receive();
            Assert.DoesNotContain("\"gap\"", frame, StringComparison.Ordinal);
            if (frame.Contains("\"update\"", StringComparison.Ordinal) && frame.Contains("after", StringComparison.Ordinal)) return;
        }

        Task Send(string type, JsonObject data) => socket.SendAsync(
            Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["data"] = data }.ToJsonString()), WebSocketMessageType.Text,
            endOfMessage: true, limit.Token);

        async Task<string> Receive()
        {
            var buffer = new byte[256 * 1024];
            var length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
                length += part.Count;
                if (part.EndOfMessage) return Encoding.UTF8.GetString(buffer, 0, length);
            }
        }
    }

    private static async Task Removed(RunningServer server, SignedIn ridge, RunningServer east)
    {
        var said = await ChildProcess.Run(
            ["dotnet", Programs.Server, "tenant", "remove", Clinic.Tenant, "--data", server.Data.Folder], Limit, server.Data.Environment);

        Assert.Contains("nothing of harbor is left here", said, StringComparison.Ordinal);
        Assert.Empty(await server.Data.ReadLog(Clinic.Tenant));
        Assert.False(Directory.Exists(Path.Combine(server.Data.Folder, "files", Clinic.Tenant))
            && Directory.EnumerateFiles(Path.Combine(server.Data.Folder, "files", Clinic.Tenant), "*", SearchOption.AllDirectories).Any());
        Assert.True((await ridge.Get("/fhir/Patient/r0")).Succeeded);
        using var author = east.SignIn("service");
        Assert.True((await author.Get("/fhir/Patient/p0")).Succeeded);
    }

    /// <summary>Between two calls of the command.</summary>
    private static async Task OneTakesWrites(ServerData here, ServerData there)
    {
        var taken = 0;
        foreach (var data in new[] { here, there })
        {
            var outcome = await data.Commit.Write<bool>(
                new TenantId(Clinic.Tenant), (_, _) => ValueTask.FromResult<Result<bool>>(true), CancellationToken.None);
            if (!outcome.IsRefused) taken++;
        }

        Assert.True(taken <= 1, "Two databases take writes of one organization.");
    }

    /// <summary>Writes until it is told to end; each write has to succeed.</summary>
    private static async Task<int> Serve(SignedIn ridge, CancellationToken over)
    {
        var count = 0;
        for (; !over.IsCancellationRequested; count++)
        {
            var answer = await ridge.Put($"/fhir/Patient/r{count}", $$"""{"resourceType":"Patient","id":"r{{count}}"}""");
            Assert.True(answer.Succeeded, answer.Text);
            await Task.Delay(20, CancellationToken.None);
        }

        return count;
    }

    private static async Task Write(SignedIn author, string path, Dictionary<string, string> written)
    {
        var id = path.Split('/')[^1];
        var answer = await author.Put(
            path, $$"""{"resourceType":"Patient","id":"{{id}}","identifier":[{"system":"urn:move","value":"{{id}}"}],"name":[{"family":"Moved {{id}}"}]}""");
        Assert.True(answer.Succeeded, answer.Text);
        written[path] = (await author.Get(path)).Text;
    }

    private static async Task<string> Upload(RunningServer server, SignedIn nurse)
    {
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await nurse.Token());
        using var content = new ByteArrayContent(Pdf);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        using var answer = await http.PostAsync(new Uri("/api/files/patient-documents?patientId=p1", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
    }

    /// <summary>True when the command came to its end before it said the line; else it is killed behind it.</summary>
    private static async Task<bool> RunUntil(ServerData here, ServerData there, string line)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var moving = ChildProcess.Start(Command(here, there), Environment(here, there), said =>
        {
            if (said.Contains(line, StringComparison.Ordinal)) told.TrySetResult();
        });
        var ended = moving.Ended(Limit);
        if (await Task.WhenAny(told.Task, ended) == told.Task)
        {
            await moving.Kill();
            await ended;
            return false;
        }

        Assert.True(await ended == 0, moving.Said);
        return true;
    }

    private static Task<string> Run(ServerData here, ServerData there) =>
        ChildProcess.Run(Command(here, there), Limit, Environment(here, there));

    private static string[] Command(ServerData here, ServerData there) =>
        ["dotnet", Programs.Server, "tenant", "move", Clinic.Tenant, "--to-address", Place, "--data", here.Folder, "--to-data", there.Folder];

    private static Dictionary<string, string> Environment(ServerData here, ServerData there)
    {
        var environment = new Dictionary<string, string>(here.Environment);
        if (there.Options.Postgres is { } postgres) environment["VAGUS_TO_POSTGRES"] = postgres;
        return environment;
    }
}

public sealed class MoveTenantFromSqlite() : MoveTenantTests(Engine.Sqlite, Engine.Postgres);

public sealed class MoveTenantFromPostgres() : MoveTenantTests(Engine.Postgres, Engine.Postgres);
