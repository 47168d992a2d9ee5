using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Crashing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Restarting;

/// <summary>The drill: a backup under load, more writes, the server and its data are gone, and another place serves the backup.</summary>
public abstract class RestoreTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly byte[] Pdf = [.. "%PDF-1.7\n"u8, .. new byte[40_000]];

    [Fact]
    public async Task What_a_backup_under_load_holds_is_served_elsewhere_and_clients_that_saw_more_are_told_a_gap()
    {
        var copy = Path.Combine(Path.GetTempPath(), $"vagus-copy-{Guid.NewGuid():N}");
        await using var server = await RunningServer.Start(engine);
        using var service = server.SignIn("service");
        var before = await Write(service, "before", 20);
        using var nurse = server.SignIn("nurse");
        var file = await Upload(server, nurse);
        using var stop = new CancellationTokenSource();
        var load = Load(service, stop.Token);

        var said = await Run(["backup", "--to", copy, "--data", server.Data.Folder], server.Data);
        await stop.CancelAsync();
        await load;
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(copy, "manifest.json")))!;
        var kept = (long)manifest["logs"]!.AsArray().Single(log => (string?)log!["tenant"] == Clinic.Tenant)!["last"]!;
        var after = await Write(service, "after", 20);
        var original = await server.Data.ReadLog(Clinic.Tenant);
        await Run(["keys", "backup", "--out", $"{copy}.keys", "--data", server.Data.Folder], server.Data);
        await server.Kill();

        Assert.Contains("Not in it: the root key", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(copy), file => Path.GetFileName(file).Contains("key", StringComparison.OrdinalIgnoreCase)
            && !file.EndsWith(".copy", StringComparison.Ordinal));
        await using var other = await ServerData.Create(engine);
        File.Copy(Path.Combine(server.Data.Folder, "root.key"), Path.Combine(other.Folder, "root.key"));
        said = await Run(["restore", "--from", copy, "--data", other.Folder], other);
        Assert.Contains("audit: verified", said, StringComparison.Ordinal);
        await Run(["keys", "restore", $"{copy}.keys", "--data", other.Folder], other);
        await Run(["keys", "verify", "--data", other.Folder], other);
        CopyFiles(server.Data, other);
        await using var restored = await RunningServer.StartRestored(other, server.Clinic);
        using var reader = restored.SignIn("service");

        foreach (var (path, text) in before) Assert.Equal(text, (await reader.Get(path)).Text);
        foreach (var (path, _) in after) Assert.Equal(404, (int)(await reader.Get(path)).Status);
        var log = await restored.Data.ReadLog(Clinic.Tenant);
        Assert.Equal(original.Where(each => each.Position <= kept).Select(each => each.EventId), log.Select(each => each.EventId));
        var patients = log.Where(each => each.Type == "resource.created" && each.Resource!.StartsWith("Patient/", StringComparison.Ordinal));
        Assert.Equal(patients.Count(), (int?)(await reader.Get("/fhir/Patient?_summary=count")).Json["total"]);
        await HasFile(restored, file);
        await Gaps(restored, reader, seen: original[^1].Position, kept);
        await GapOverSocketIo(restored, original[^1].Position);
        await GoesOn(restored, reader, original[^1].Position);
        Directory.Delete(copy, recursive: true);
        File.Delete($"{copy}.keys");
    }

    private static async Task<string> Upload(RunningServer server, SignedIn nurse)
    {
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await nurse.Token());
        using var content = new ByteArrayContent(Pdf);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        using var answer = await http.PostAsync(new Uri("/api/files/patient-documents?patientId=before-1", UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return (string)JsonNode.Parse(text)!["id"]!;
    }

    private static void CopyFiles(ServerData from, ServerData to)
    {
        var folder = Path.Combine(from.Folder, "files");
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to.Folder, "files", Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>What it is called is sealed with a key; its content was copied beside the backup.</summary>
    private static async Task HasFile(RunningServer restored, string file)
    {
        using var nurse = restored.SignIn("nurse");
        using var http = new HttpClient { BaseAddress = new Uri(restored.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await nurse.Token());
        Assert.Equal(Pdf, await http.GetByteArrayAsync(new Uri($"/api/files/{file}", UriKind.Relative)));
        Assert.Equal(1, await restored.Data.Database.QueryOne(CountFiles, [], row => row.GetInt64(0), default));
    }

    private static async Task GapOverSocketIo(RunningServer restored, long seen)
    {
        if (SocketIoSubscriber.Missing is not null) return;
        var gap = await SocketIoSubscriber.Gap(restored, "provider", seen);
        Assert.True((long)gap["from"]! <= seen + 1 && (long)gap["to"]! > seen, gap.ToJsonString());
    }

    /// <summary>Of the clients that saw what is gone, and of those that were behind it.</summary>
    private static async Task Gaps(RunningServer restored, SignedIn reader, long seen, long kept)
    {
        foreach (var since in new[] { seen, kept + 1, kept })
        {
            var (gap, position) = await Resume(restored, await reader.Token(), since);

            Assert.NotNull(gap);
            Assert.True((long)gap["from"]! <= since + 1 && (long)gap["to"]! > seen, gap.ToJsonString());
            Assert.True((long)position["sequence"]! > seen, position.ToJsonString());
        }
    }

    private static async Task GoesOn(RunningServer restored, SignedIn reader, long seen)
    {
        var written = await Write(reader, "anew", 1);

        var added = (await restored.Data.ReadLog(Clinic.Tenant, after: seen))[0];
        Assert.Equal($"Patient/{written.Keys.Single().Split('/')[^1]}", added.Resource!.Split("/_history", 2)[0]);
        await NamesGoOn(reader);
    }

    /// <summary>Types and systems that the copy had no number for get ones that nobody has.</summary>
    private static async Task NamesGoOn(SignedIn reader)
    {
        foreach (var (type, path) in new[] { ("Observation", "Observation/first"), ("Condition", "Condition/first"), ("Device", "Device/first") })
        {
            var body = new JsonObject
            {
                ["resourceType"] = type, ["id"] = "first",
                ["identifier"] = new JsonArray(new JsonObject { ["system"] = $"http://{type}.example", ["value"] = "1" }),
            };
            if (type != "Device") body["subject"] = new JsonObject { ["reference"] = "Patient/anew-1" };
            if (type == "Observation") (body["status"], body["code"]) = ("final", new JsonObject { ["text"] = "x" });
            var put = await reader.Put($"/fhir/{path}", body.ToJsonString());
            Assert.True(put.Succeeded, put.Text);
            Assert.True((await reader.Get($"/fhir/{path}")).Succeeded);
            var found = await reader.Get($"/fhir/{type}?identifier=http://{type}.example|1");
            Assert.Equal(1, (int?)found.Json["total"]);
        }
    }

    private static async Task<(JsonNode? Gap, JsonNode Position)> Resume(RunningServer server, string token, long since)
    {
        using var socket = new ClientWebSocket();
        using var limit = new CancellationTokenSource(Limit);
        await socket.ConnectAsync(new Uri($"{server.Url.Replace("http", "ws", StringComparison.Ordinal)}/ws"), limit.Token);
        await Send("authenticate", new JsonObject { ["token"] = token });
        await Send(
            "subscribe",
            new JsonObject { ["subscription_id"] = "all", ["resource_types"] = new JsonArray("*"), ["patient_ids"] = new JsonArray(),
            ["since"] = since });
        var subscribed = false;
        JsonNode? gap = null;
        while (true)
        {
            var frame = await Receive();
            subscribed |= (string?)frame["type"] == "subscribed";
            if ((string?)frame["type"] == "gap") gap = frame["data"];
            if (subscribed && (string?)frame["type"] == "position" && (bool)frame["data"]!["live"]!) return (gap, frame["data"]!);
        }

        Task Send(string type, JsonObject data) => socket.SendAsync(
            Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["data"] = data }.ToJsonString()), WebSocketMessageType.Text,
            endOfMessage: true, limit.Token);

        async Task<JsonNode> Receive()
        {
            var buffer = new byte[256 * 1024];
            var length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
                length += part.Count;
                if (part.EndOfMessage) return JsonNode.Parse(buffer.AsSpan(0, length))!;
            }
        }
    }

    /// <summary>Answers what is read back, by path.</summary>
    private static async Task<Dictionary<string, string>> Write(SignedIn service, string name, int count)
    {
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var n = 1; n <= count; n++)
        {
            var path = $"/fhir/Patient/{name}-{n}";
            var answer = await service.Put(
                path, $$"""{"resourceType":"Patient","id":"{{name}}-{{n}}","name":[{"family":"{{name}} {{n}}"}]}""");
            Assert.True(answer.Succeeded, answer.Text);
            written[path] = (await service.Get(path)).Text;
        }

        return written;
    }

    private static async Task Load(SignedIn service, CancellationToken stop)
    {
        await Task.Yield();
        for (var n = 1; !stop.IsCancellationRequested; n++)
            Assert.True((await service.Post("/fhir/Patient", """{"resourceType":"Patient","name":[{"family":"Load"}]}""")).Succeeded);
    }

    private static Task<string> Run(string[] command, ServerData data) =>
        ChildProcess.Run(["dotnet", Programs.Server, .. command], Limit, data.Environment);

    private static readonly Statement CountFiles = new("select count(*) from access_file");
}

public sealed class RestoreOnSqlite() : RestoreTests(Engine.Sqlite);

public sealed class RestoreOnPostgres() : RestoreTests(Engine.Postgres);
