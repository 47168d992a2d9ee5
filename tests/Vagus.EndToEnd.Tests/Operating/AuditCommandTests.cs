using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Operating;

/// <summary>The audit of a real server: anchored while it runs and when it stops, verified and proved by the operator's commands.</summary>
public abstract class AuditCommandTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_server_that_stops_has_anchored_everything_and_its_audit_verifies()
    {
        await using var anchored = await Anchored.Start(engine);
        await anchored.Write(count: 20);
        await anchored.Stop();

        var (code, said) = await anchored.Run("audit", "verify", "--audit-anchors", anchored.Folder, "--json");

        Assert.True(code == 0, said);
        var log = Log(said, Clinic.Tenant);
        Assert.True(log.GetProperty("entries").GetInt64() >= 20);
        Assert.Equal(log.GetProperty("entries").GetInt64(), log.GetProperty("lastGoodAnchor").GetInt64());
    }

    [Fact]
    public async Task A_version_without_an_entry_is_named()
    {
        await using var anchored = await Anchored.Start(engine);
        var id = await anchored.Write(count: 3);
        await anchored.Stop();
        await anchored.Change("""
            insert into fhir_version (tenant_id, rid, version, position, updated_at, interaction, sensitive, body, released)
            select tenant_id, rid, version + 6, position + 100000, updated_at + 1, interaction, sensitive, body, released
            from fhir_version
            where position = (select max(position) from fhir_version)
            """);

        var (code, said) = await anchored.Run("audit", "verify", "--audit-anchors", anchored.Folder, "--json");

        Assert.True(code == 10, said);
        Assert.Equal(
            $"1 versions have no entry, such as Patient/{id}/_history/7", Log(said, Clinic.Tenant).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_proof_holds_with_the_key_that_was_exported_also_after_the_key_has_been_replaced()
    {
        await using var anchored = await Anchored.Start(engine);
        await anchored.Write(count: 5);
        var (proof, keys) = (Path.Combine(anchored.Folder, "entry.tlog-proof"), Path.Combine(anchored.Folder, "audit.keys"));

        Assert.Equal(0, (await anchored.Run("audit", "prove", "--tenant", Clinic.Tenant, "--index", "2", "--out", proof)).Code);
        await File.WriteAllTextAsync(keys, (await anchored.Run("audit", "keys")).Said);
        var (rotated, _) = await anchored.Run("audit", "rotate-key");
        await anchored.Write(count: 5);
        await anchored.Stop();

        Assert.Equal(0, rotated);
        Assert.StartsWith("vagus/audit+", await File.ReadAllTextAsync(keys), StringComparison.Ordinal);
        Assert.Equal(0, (await anchored.Prove(proof, keys)).Code);
        var (code, said) = await anchored.Run("audit", "verify", "--audit-anchors", anchored.Folder, "--key", keys);
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task A_proof_that_an_administrator_was_given_is_taken_by_the_verifier_and_a_changed_one_is_not()
    {
        await using var anchored = await Anchored.Start(engine);
        await anchored.Write(count: 5);
        var (proof, keys) = (Path.Combine(anchored.Folder, "entry.tlog-proof"), Path.Combine(anchored.Folder, "audit.keys"));
        await File.WriteAllTextAsync(keys, (await anchored.Run("audit", "keys")).Said);

        // Signed every second.
        var given = "";
        await Condition.Becomes(async () => (given = await anchored.AskForProof(3)).Length > 0, "the entry is signed", limit: TimeSpan.FromSeconds(15));
        await File.WriteAllTextAsync(proof, given);
        var taken = await anchored.Prove(proof, keys);
        await File.WriteAllTextAsync(proof, given.Replace("index 3", "index 2", StringComparison.Ordinal));
        var changed = await anchored.Prove(proof, keys);

        Assert.True(taken.Code == 0, taken.Said);
        Assert.NotEqual(0, changed.Code);
    }

    [Fact]
    public async Task Without_anchors_the_verification_says_that_they_are_missing()
    {
        await using var anchored = await Anchored.Start(engine);
        await anchored.Write(count: 1);
        await anchored.Stop();

        Assert.Equal(11, (await anchored.Run("audit", "verify")).Code);
        Assert.Equal(0, (await anchored.Run("audit", "verify", "--without-anchors")).Code);
    }

    private static JsonElement Log(string said, string tenant) => said
        .Split('\n')
        .Where(line => line.StartsWith('{'))
        .Select(line => JsonElement.Parse(line))
        .Single(log => log.GetProperty("tenant").GetString() == tenant);

    /// <summary>A server that anchors every second and a half.</summary>
    private sealed class Anchored(RunningServer server, string folder) : IAsyncDisposable
    {
        private int written;

        public string Folder => folder;

        public static async Task<Anchored> Start(Engine engine)
        {
            var server = await RunningServer.Start(engine);
            await server.Process.DisposeAsync();
            var folder = Directory.CreateTempSubdirectory("vagus-anchors-").FullName;
            await server.StartAgain(
                [], new Dictionary<string, string> { ["VAGUS_AUDIT_ANCHORS"] = folder, ["VAGUS_AUDIT_ANCHOR_MINUTES"] = "0.025" });
            return new Anchored(server, folder);
        }

        /// <summary>SIGTERM, and its end.</summary>
        public async Task Stop() => Assert.Equal(0, await server.Process.Stop(Limit));

        /// <summary>Answers the id of the last patient.</summary>
        public async Task<string> Write(int count)
        {
            using var service = server.SignIn("service");
            for (var done = 0; done < count; done++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"p{written++}");
                var stored = await service.Put($"/fhir/Patient/{id}", new JsonObject { ["resourceType"] = "Patient", ["id"] = id }.ToJsonString());
                Assert.True(stored.Succeeded, stored.Text);
            }

            return string.Create(CultureInfo.InvariantCulture, $"p{written - 1}");
        }

        /// <summary>As the administrator of the organization; empty while it is not signed.</summary>
        public async Task<string> AskForProof(long index)
        {
            using var admin = server.SignIn("admin");
            var answer = await admin.Get(string.Create(CultureInfo.InvariantCulture, $"/api/audit/{index}/proof"));
            return answer.Succeeded ? answer.Text : "";
        }

        public Task Change(string sql) => server.Data.Commit.Write<int>(
            new TenantId(Clinic.Tenant), async (write, cancel) => await write.Execute(new Statement(sql), [], cancel), default).AsTask();

        public Task<(int Code, string Said)> Run(params string[] command) =>
            Start(["dotnet", Programs.Server, .. command, "--data", server.Data.Folder]);

        public Task<(int Code, string Said)> Prove(string proof, string keys) => Start(
            ["dotnet", Path.Combine(Path.GetDirectoryName(Programs.Server)!, "audit-verifier", "vagus-audit-verifier.dll"), "verify-proof", proof,
                "--key", keys]);

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        private async Task<(int Code, string Said)> Start(IEnumerable<string> command)
        {
            await using var child = ChildProcess.Start(command, server.Data.Environment);
            return (await child.Ended(Limit), child.Said);
        }
    }
}

public sealed class AuditCommandsOnSqlite() : AuditCommandTests(Engine.Sqlite);

public sealed class AuditCommandsOnPostgres() : AuditCommandTests(Engine.Postgres);
