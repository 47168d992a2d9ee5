using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Audit.Anchors;
using Vagus.Access.Audit.Checkpoints;
using Vagus.Access.Audit.Proofs;
using Vagus.Access.AuditReading;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Tests.Audit;
using Vagus.Access.Tests.Audit.Proving;
using Vagus.Access.Tests.Vault;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Access.Tests.KeyUpkeep;

/// <summary>Keys are destroyed and the log of their tenant is proved as before: it is over what is stored, not over what it says.</summary>
public abstract class ProvedAfterDestructionTests(Engine engine)
{
    private const string Canary = "family=Kanarienvogel";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_log_of_a_thread_whose_key_is_destroyed_passes_and_each_entry_has_its_proof()
    {
        using var anchors = new AnchorFolder();
        await using var vault = await Open(anchors);
        var envelope = await vault.Seal("t-1", 1, "gone");
        await Log(vault, "Communication/m-1", "Thread/t-1");
        Assert.True(await Anchor(vault));
        vault.Clock.Advance(TimeSpan.FromDays(3654));

        Assert.Single((await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel)).Value);
        await Log(vault, "Communication/m-2");
        Assert.True(await Anchor(vault));

        Assert.Equal("key_destroyed", (await vault.Open("t-1", 1, envelope)).Refusal?.Code);
        await Passes(vault, anchors, entries: 4);
        var destroyed = Assert.Single(
            (await Search(vault.Get<AuditReader>())).Entries, each => each.Entry.Action == AuditActions.DestroyKey);
        Assert.Equal("KeyScope/thread/t-1", destroyed.Entry.On);
    }

    [Fact]
    public async Task A_log_whose_searches_do_not_open_any_more_passes_and_is_shown_without_their_texts()
    {
        using var anchors = new AnchorFolder();
        await using var vault = await Open(anchors);
        var text = vault.Get<AuditSeal>().Query(TestVault.Harbor, Canary);
        Assert.Null(await vault.Get<AuditTrail>().Append(
            TestVault.Harbor, new AuditEntry(AuditActions.Search) { On = "Patient", SealedQuery = text }));
        Assert.True(await Anchor(vault));
        await using var later = vault.NewNode(vault.Options with { RootKeyFile = null, RootKey = Convert.ToBase64String(new byte[32]) });
        var recorded = Assert.Single((await Search(later.GetRequiredService<AuditReader>())).Entries);

        var shown = AuditItem.Of(recorded, later.GetRequiredService<AuditSeal>(), TestVault.Harbor);

        Assert.Equal(Canary, AuditItem.Of(recorded, vault.Get<AuditSeal>(), TestVault.Harbor).Query);
        Assert.Equal(("search-type", "Patient", null), (shown.Action, shown.On, shown.Query));
        Assert.DoesNotContain(Canary, Encoding.UTF8.GetString((await Stored(vault)).Entries[0].Body), StringComparison.Ordinal);
        await Passes(vault, anchors, entries: 1);
    }

    private Task<TestVault> Open(AnchorFolder anchors) => TestVault.Create(
        engine, options => options with { Anchors = new AnchorOptions { Folder = anchors.Path } });

    private static async Task Log(TestVault vault, params string[] objects)
    {
        foreach (var on in objects)
        {
            var entry = new AuditEntry(AuditActions.Read) { On = on, Patients = [new PatientId("p1")] };
            Assert.Null(await vault.Get<AuditTrail>().Append(TestVault.Harbor, entry));
        }
    }

    private static async Task<bool> Anchor(TestVault vault)
    {
        await vault.Get<SignCheckpoints>().SignGrown(Cancel);
        return await vault.Get<AnchorRound>().Run(Cancel);
    }

    private static async Task<StoredLog> Stored(TestVault vault) =>
        await StoredLog.Read(vault.Storage.Database, TestVault.Harbor);

    private static async Task<AuditPage> Search(AuditReader reader) =>
        await reader.Search(TestVault.Harbor, new AuditFilter(), before: null, count: 100, Cancel);

    /// <summary>By the stand-alone verifier: the log as a whole, and the file of each entry that a browser gets.</summary>
    private static async Task Passes(TestVault vault, AnchorFolder anchors, int entries)
    {
        var log = await Stored(vault);
        Assert.Equal(entries, log.Size);
        var verified = await Verifier.Verify(vault.Storage, anchors);
        Assert.True(verified.ExitCode == 0, $"{verified}");
        Assert.Equal(entries, verified["harbor"].Entries);
        for (var index = 0; index < entries; index++)
        {
            var file = Path.Combine(anchors.Path, "entry.tlog-proof");
            var proof = await vault.Get<AuditProofs>().Inclusion(TestVault.Harbor, index, Cancel);
            await File.WriteAllTextAsync(file, proof.Value.ToText(), Cancel);
            var one = await Verifier.Run(["verify-proof", file, "--anchors", anchors.Path]);
            File.Delete(file);
            Assert.True(one.ExitCode == 0, $"entry {index}: {one}");
        }
    }
}

public sealed class ProvedAfterDestructionOnSqlite() : ProvedAfterDestructionTests(Engine.Sqlite);

public sealed class ProvedAfterDestructionOnPostgres() : ProvedAfterDestructionTests(Engine.Postgres);
