using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access;
using Vagus.Access.Vault;
using Vagus.Access.KeyUpkeep;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Operating;

/// <summary>The operator's commands for keys, run as programs while this process seals and opens on the same keys.</summary>
public abstract class KeyCommandTests(Engine engine)
{
    private const int Threads = 400;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TenantId Harbor = new("harbor");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rotation_that_is_killed_leaves_everything_readable_and_is_finished_by_the_next_call()
    {
        await using var data = await ServerData.Create(engine);
        await using var server = await OpenNew(data);
        var sealedThreads = await SealAll(server);
        using var stopping = new CancellationTokenSource();
        var load = Task.Run(() => Load(server, sealedThreads, stopping.Token), Cancel);

        var killed = await KillInTheMiddle(data, server);
        var said = await Run(data, "rotate-tenant", "--tenant", "harbor");
        var root = await Run(data, "rotate-root");
        await stopping.CancelAsync();

        Assert.True(await load > 0);
        Assert.True(killed, "No kill hit the middle of a rotation.");
        Assert.Contains("rotation finished", said, StringComparison.Ordinal);
        Assert.Contains("root key file:2 wraps now", root, StringComparison.Ordinal);
        var status = Assert.Single((await Run(data, "status")).Split('\n'));
        Assert.Matches("^harbor [0-9]+ active file:2 [0-9]+ [0-9]+ 0$", status);
        Assert.EndsWith("data keys open", await Run(data, "verify", "--sample", "100000"), StringComparison.Ordinal);
        await using var restarted = Open(data);
        Assert.All(await OpenAll(restarted, sealedThreads), text => Assert.Equal("text", text));
    }

    [Fact]
    public async Task A_key_is_destroyed_only_when_it_is_confirmed_old_enough_and_not_held()
    {
        await using var data = await ServerData.Create(engine);
        await using var server = await OpenNew(data);
        var envelope = (await server.GetRequiredService<ContentVault>()
            .Seal(Thread(1), Place(1), ContentKind.Text, "text"u8.ToArray(), Cancel)).Value;
        string[] scope = ["--tenant", "harbor", "--type", "thread", "--id", "t-1"];

        Assert.Contains("not_confirmed", await Refused(data, ["destroy", .. scope, "--confirm", "t-2"]), StringComparison.Ordinal);
        Assert.Contains("retained", await Refused(data, ["destroy", .. scope, "--confirm", "t-1"]), StringComparison.Ordinal);
        await Run(data, "retain", "--tenant", "harbor", "--type", "thread", "--days", "0");
        var hold = (await Run(data, ["hold", .. scope, "--matter", "2026-CV-17"])).Split(' ')[1];
        Assert.Contains("legal_hold", await Refused(data, ["destroy", .. scope, "--confirm", "t-1"]), StringComparison.Ordinal);
        Assert.Contains("2026-CV-17", await Run(data, "holds", "--tenant", "harbor"), StringComparison.Ordinal);
        await Run(data, "release", "--tenant", "harbor", hold);
        var folder = Directory.CreateTempSubdirectory("vagus-keys-");
        var backup = Path.Combine(folder.FullName, "keys.jsonl");
        Assert.Contains(
            "beside_the_data", await Refused(data, "backup", "--out", Path.Combine(data.Folder, "k")), StringComparison.Ordinal);
        await Run(data, "backup", "--out", backup);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup));

        Assert.StartsWith("destroyed ", await Run(data, ["destroy", .. scope, "--confirm", "t-1"]), StringComparison.Ordinal);

        await using var restarted = Open(data);
        var opened = await restarted.GetRequiredService<ContentVault>().Open(Place(1), envelope, Cancel);
        Assert.Equal("key_destroyed", opened.Refusal?.Code);
        Assert.Contains("keys_not_empty", await Refused(data, "restore", backup), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    /// <summary>True as soon as a rotation was killed that had moved some keys and not all.</summary>
    private static async Task<bool> KillInTheMiddle(ServerData data, ServiceProvider server)
    {
        var status = server.GetRequiredService<KeyStatus>();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await using var rotation = ChildProcess.Start(Command(data, ["rotate-tenant", "--tenant", "harbor"]), data.Environment);
            await Condition.Becomes(
                async () => rotation.HasExited || await status.List(Cancel) is [_, { DataKeys: > 0 }], "Some keys have moved.");
            if (!rotation.HasExited) await rotation.Kill();
            if ((await status.List(Cancel)).Exists(version => version is { IsRotationUnfinished: true, DataKeys: > 0 })) return true;
        }

        return false;
    }

    private static async Task<int> Load(ServiceProvider server, List<byte[]> envelopes, CancellationToken stop)
    {
        var (vault, random, count) = (server.GetRequiredService<ContentVault>(), new Random(7), 0);
        for (; !stop.IsCancellationRequested; count++)
        {
            var thread = random.Next(Threads);
            var opened = await vault.Open(Place(thread), envelopes[thread], CancellationToken.None);
            Assert.Equal("text", Encoding.UTF8.GetString(opened.Value));
            if (count % 20 != 0) continue;
            await vault.Seal(Thread(Threads + count), Place(1), ContentKind.Text, "new"u8.ToArray(), CancellationToken.None);
        }

        return count;
    }

    [Fact]
    public async Task The_secrets_of_a_database_rotate_while_a_server_serves_and_it_starts_again_without_the_old_file()
    {
        await using var server = await RunningServer.Start(engine);
        await using var vault = Open(server.Data);
        var envelopes = await SealAll(vault);
        using var before = server.SignIn("provider");
        using var asking = new CancellationTokenSource();
        var answers = new List<HttpStatusCode>();
        var load = Task.Run(
            async () =>
            {
                while (!asking.IsCancellationRequested) answers.Add((await before.Get("/fhir/Patient?_count=1")).Status);
            },
            Cancel);

        var said = await Run(server.Data, "rotate-secrets");
        await asking.CancelAsync();
        await load;

        Assert.Matches("root key file:2 seals now; [1-9][0-9]* secrets sealed anew$", said);
        Assert.NotEmpty(answers);
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Contains("root key file:2 wraps now; ", await Run(server.Data, "rotate-root"), StringComparison.Ordinal);
        await server.Kill();
        File.Delete(Path.Combine(server.Data.Folder, "root.key"));
        await server.StartAgain();
        Assert.Equal(HttpStatusCode.OK, (await before.Get("/fhir/Patient?_count=1")).Status);
        using var after = server.SignIn("provider");
        Assert.Equal(HttpStatusCode.OK, (await after.Get("/fhir/Patient?_count=1")).Status);
        await using var opening = Open(server.Data);
        Assert.All(await OpenAll(opening, envelopes), text => Assert.Equal("text", text));
    }

    private static async Task<List<byte[]>> SealAll(ServiceProvider server)
    {
        var vault = server.GetRequiredService<ContentVault>();
        var all = new List<byte[]>();
        for (var at = 0; at < Threads; at++)
            all.Add((await vault.Seal(Thread(at), Place(at), ContentKind.Text, "text"u8.ToArray(), Cancel)).Value);
        return all;
    }

    private static async Task<List<string>> OpenAll(ServiceProvider server, List<byte[]> envelopes)
    {
        var vault = server.GetRequiredService<ContentVault>();
        var texts = new List<string>();
        for (var at = 0; at < envelopes.Count; at++)
            texts.Add(Encoding.UTF8.GetString((await vault.Open(Place(at), envelopes[at], Cancel)).Value));
        return texts;
    }

    private static KeyScope Thread(int at) => new(Harbor, "thread", $"t-{at}");

    private static SealContext Place(int at) => new(Harbor, "Communication", $"m-{at}", "payload.content") { Thread = $"t-{at}" };

    private static async Task<ServiceProvider> OpenNew(ServerData data)
    {
        var server = Open(data);
        await server.GetRequiredService<Migrator>().Run(Cancel);
        return server;
    }

    // Keys stay in memory for a moment only, so that most calls read what the commands write.
    private static ServiceProvider Open(ServerData data)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddStorage(data.Options);
        services.AddAccess(new AccessOptions
        {
            Vault = new VaultOptions { DataKeyLifetime = TimeSpan.FromMilliseconds(1), TenantKeyLifetime = TimeSpan.FromMilliseconds(1) },
        });
        return services.BuildServiceProvider();
    }

    protected static async Task RefusesAnEmptyFolder(params string[] words)
    {
        var folder = Directory.CreateTempSubdirectory("vagus-e2e-");
        await using var command = ChildProcess.Start(["dotnet", Programs.Server, "keys", .. words, "--data", folder.FullName]);

        Assert.Equal(1, await command.Ended(Limit));
        Assert.Contains("no_database", command.Said, StringComparison.Ordinal);
        Assert.Empty(folder.EnumerateFileSystemInfos());
        folder.Delete();
    }

    private static async Task<string> Run(ServerData data, params string[] words) =>
        (await ChildProcess.Run(Command(data, words), Limit, data.Environment)).Trim();

    private static async Task<string> Refused(ServerData data, params string[] words)
    {
        await using var command = ChildProcess.Start(Command(data, words), data.Environment);
        Assert.Equal(1, await command.Ended(Limit));
        return command.Said;
    }

    private static string[] Command(ServerData data, string[] words) =>
        ["dotnet", Programs.Server, "keys", .. words, "--data", data.Folder];
}

public sealed class SqliteKeyCommandTests() : KeyCommandTests(Engine.Sqlite)
{
    [Theory]
    [InlineData("status")]
    [InlineData("verify")]
    [InlineData("rotate-root")]
    [InlineData("backup", "--out", "/dev/shm/keys-of-nothing.jsonl")]
    public Task Keys_of_a_folder_that_was_named_wrongly_are_refused(params string[] words) =>
        RefusesAnEmptyFolder(words);
}

public sealed class PostgresKeyCommandTests() : KeyCommandTests(Engine.Postgres);
