using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Tests.Vault;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Access.Tests.KeyUpkeep;

/// <summary>What the operator does to keys, as the audit has it.</summary>
public abstract class KeyAuditTests(Engine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_destruction_and_one_that_was_refused_are_in_the_log_of_the_tenant()
    {
        await using var vault = await TestVault.Create(engine);
        await vault.Seal("t-1", 1, "gone");
        await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);
        vault.Clock.Advance(TimeSpan.FromDays(3654));
        await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);
        await vault.Get<DestroyKey>().Destroy(TestVault.Thread("unknown"), Cancel);

        var log = await Log(vault, TestVault.Harbor);

        Assert.Equal(["key-destroy", "key-destroy"], log.Select(entry => entry.Action));
        Assert.All(log, entry => Assert.Equal(("operator", "KeyScope/thread/t-1"), (entry.Client, entry.On)));
        Assert.Equal(AuditOutcome.MinorFailure, log[0].Outcome);
        Assert.NotNull(log[0].Reason);
        Assert.Equal((AuditOutcome.Success, "keys=1"), (log[1].Outcome, log[1].Detail));
        Assert.Empty(await Log(vault, TestVault.Ridgeview));
    }

    [Fact]
    public async Task Rotations_holds_and_retention_are_in_the_log_and_the_root_key_and_backups_in_the_systems()
    {
        await using var vault = await TestVault.Create(engine);
        await vault.Seal("t-1", 1, "kept");
        await vault.Get<RotateTenant>().Rotate(TestVault.Harbor, progress: null, Cancel);
        await vault.Get<RotateScope>().Rotate(TestVault.Thread("t-1"), Cancel);
        var holds = vault.Get<LegalHolds>();
        var hold = (await holds.Place(TestVault.Harbor, "thread", "t-1", "2036-CV-17", Cancel)).Value;
        await holds.Release(TestVault.Harbor, hold, Cancel);
        await holds.Release(TestVault.Harbor, hold, Cancel);
        await holds.SetRetention(TestVault.Harbor, "thread", 30, Cancel);
        await vault.Get<RotateRoot>().Rotate(progress: null, Cancel);
        using var backup = new MemoryStream();
        await vault.Get<KeyBackup>().Write(backup, Cancel);

        Assert.Equal(
            [
                "key-rotate TenantKey version=1", "key-rotate KeyScope/thread/t-1 ",
                $"hold-place LegalHold/{hold} scope=thread/t-1,matter=2036-CV-17",
                $"hold-release LegalHold/{hold} ", "key-retention KeyScope/thread days=30",
            ],
            (await Log(vault, TestVault.Harbor)).Select(entry => $"{entry.Action} {entry.On} {entry.Detail}"));
        Assert.Equal(
            ["key-rotate RootKey", "key-backup Keys"],
            (await Log(vault, AuditTrail.System)).Select(entry => $"{entry.Action} {entry.On}"));
    }

    private static async Task<List<AuditEntry>> Log(TestVault vault, TenantId tenant)
    {
        var page = await vault.Get<AuditReader>().Search(tenant, new AuditFilter(), before: null, count: 1000, Cancel);
        return [.. page.Entries.Select(recorded => recorded.Entry).Reverse()];
    }
}

public sealed class SqliteKeyAuditTests() : KeyAuditTests(Engine.Sqlite);

public sealed class PostgresKeyAuditTests() : KeyAuditTests(Engine.Postgres);
