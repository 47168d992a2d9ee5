using System.Net.WebSockets;
using System.Text.Json;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Launching;

/// <summary>The SMART project's own client against a real server process: standalone launch, reads, refresh.</summary>
public abstract class FhirClientTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_official_client_is_authorized_reads_what_its_scopes_say_and_refreshes()
    {
        if (await OfficialClient.Install() is { } reason) Assert.Skip(reason);
        await using var server = await RunningServer.Start(engine);
        using var nurse = server.SignIn("nurse");
        await Put(nurse, "Patient/p1", """{"resourceType":"Patient","id":"p1","name":[{"family":"Quillfeather"}]}""");
        await Put(nurse, "Observation/lab", Observation("lab", "laboratory"));
        await Put(nurse, "Observation/vital", Observation("vital", "vital-signs"));
        var port = FreePort.Take();
        var id = await OfficialClient.Register(
            server, "launch/patient patient/*.rs openid fhirUser offline_access", $"http://127.0.0.1:{port}/back");

        var told = await Node(
            "launch.mjs", $"{server.Url}/fhir", id, $"{port}", nurse.Person.Email, nurse.Person.Password, "Quill");

        Assert.Equal("p1", told.GetProperty("patient").GetString());
        Assert.Equal("p1", told.GetProperty("again").GetString());
        Assert.Equal(["lab"], told.GetProperty("observations").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("Practitioner/harbor-nurse", told.GetProperty("user").GetString());
        Assert.True(told.GetProperty("refreshed").GetBoolean());
        Assert.Equal(403, told.GetProperty("refused").GetInt32());
        await NoSocket(server, told.GetProperty("token").GetString()!);
        await ChildProcess.Run(
            ["dotnet", Programs.Server, "app", "disable", id, "--tenant", Clinic.Tenant, "--data", server.Data.Folder],
            Limit, server.Data.Environment);
        await Condition.Becomes(
            async () => (int)(await nurse.Send(HttpMethod.Get, "/fhir/Patient/p1", null, told.GetProperty("token").GetString())).Status == 401,
            "the token of a disabled application is refused", limit: TimeSpan.FromSeconds(10));
    }

    /// <summary>A token with scopes opens no live connection.</summary>
    private static async Task NoSocket(RunningServer server, string token)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await socket.ConnectAsync(new Uri($"{server.Url.Replace("http", "ws", StringComparison.Ordinal)}/ws"), limit.Token);
            var buffer = new byte[4096];
            WebSocketReceiveResult frame;
            do frame = await socket.ReceiveAsync(buffer, limit.Token);
            while (frame.MessageType != WebSocketMessageType.Close);
            Assert.Equal(4401, (int?)socket.CloseStatus);
        }
        catch (WebSocketException)
        {
            Assert.NotEqual(WebSocketState.Open, socket.State);
        }
    }

    private static async Task Put(SignedIn who, string path, string resource)
    {
        var answer = await who.Put($"/fhir/{path}", resource);
        Assert.True(answer.Succeeded, answer.Text);
    }

    private static string Observation(string id, string category) => $$"""
        {"resourceType":"Observation","id":"{{id}}","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p1"},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{{category}}"}]}]}
        """;

    private static async Task<JsonElement> Node(params string[] arguments)
    {
        var (exitCode, output) = await OfficialClient.Run("node", arguments);
        Assert.True(exitCode == 0, output);
        return JsonElement.Parse(output.Trim().Split('\n')[^1]);
    }
}

public sealed class FhirClientOnSqlite() : FhirClientTests(Engine.Sqlite);

public sealed class FhirClientOnPostgres() : FhirClientTests(Engine.Postgres);
