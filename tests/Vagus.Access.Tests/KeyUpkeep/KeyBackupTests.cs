using System.Text;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Tests.Vault;
using Vagus.Storage.Sql;

namespace Vagus.Access.Tests.KeyUpkeep;

public abstract class KeyBackupTests(Engine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_restores_every_key_but_those_destroyed_since()
    {
        await using var vault = await TestVault.Create(engine);
        var (gone, kept) = (await vault.Seal("t-1", 1, "gone"), await vault.Seal("t-2", 1, "kept"));
        await vault.Get<LegalHolds>().Place(TestVault.Harbor, "thread", "t-2", "2036-CV-17", Cancel);
        using var backup = new MemoryStream();
        var rows = (await vault.Get<KeyBackup>().Write(backup, Cancel)).Value;
        vault.Clock.Advance(TimeSpan.FromDays(3654));
        await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);
        await Empty(vault);
        await vault.Storage.Reopen();

        var restored = (await vault.Get<RestoreKeys>().Restore(backup, Cancel)).Value;

        Assert.Equal(4, rows);
        Assert.Equal((4, 1), (restored.Rows, restored.DestroyedAgain));
        Assert.Empty(restored.Spared);
        Assert.Equal("kept", (await vault.Open("t-2", 1, kept)).Value);
        Assert.Equal("key_destroyed", (await vault.Open("t-1", 1, gone)).Refusal?.Code);
        Assert.Equal("2036-CV-17", Assert.Single(await vault.Get<LegalHolds>().List(TestVault.Harbor, Cancel)).Matter);
    }

    [Fact]
    public async Task A_key_that_a_hold_protects_is_spared_and_named()
    {
        await using var vault = await TestVault.Create(engine);
        var (held, gone) = (await vault.Seal("t-1", 1, "held"), await vault.Seal("t-2", 1, "gone"));
        await vault.Get<LegalHolds>().Place(TestVault.Harbor, "thread", "t-1", "2036-CV-17", Cancel);
        using var backup = new MemoryStream();
        await vault.Get<KeyBackup>().Write(backup, Cancel);
        foreach (var id in new[] { "t-1", "t-2", "never-in-the-backup" }) await vault.RecordDestroyed(TestVault.Thread(id));
        await Empty(vault);
        await vault.Storage.Reopen();

        var restored = (await vault.Get<RestoreKeys>().Restore(backup, Cancel)).Value;

        Assert.Equal([TestVault.Thread("t-1")], restored.Spared);
        Assert.Equal(1, restored.DestroyedAgain);
        Assert.Equal("held", (await vault.Open("t-1", 1, held)).Value);
        Assert.Equal("key_destroyed", (await vault.Open("t-2", 1, gone)).Refusal?.Code);
    }

    [Fact]
    public async Task A_backup_is_not_restored_over_keys()
    {
        await using var vault = await TestVault.Create(engine);
        await vault.Seal("t-1", 1, "text");
        using var backup = new MemoryStream();
        await vault.Get<KeyBackup>().Write(backup, Cancel);

        Assert.Equal("keys_not_empty", (await vault.Get<RestoreKeys>().Restore(backup, Cancel)).Refusal?.Code);
    }

    [Fact]
    public async Task A_backup_that_was_cut_or_changed_restores_nothing()
    {
        await using var vault = await TestVault.Create(engine);
        await vault.Seal("t-1", 1, "text");
        using var good = new MemoryStream();
        await vault.Get<KeyBackup>().Write(good, Cancel);
        var text = Encoding.UTF8.GetString(good.ToArray());
        await Empty(vault);
        string[] bad =
        [
            "", "{}", text[..^20], string.Join('\n', text.Split('\n').SkipLast(2)), text.Replace("t-1", "t-9", StringComparison.Ordinal),
            string.Join('\n', text.Split('\n').Skip(1)),
        ];

        foreach (var each in bad)
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(each));
            Assert.Equal("backup_broken", (await vault.Get<RestoreKeys>().Restore(stream, Cancel)).Refusal?.Code);
        }

        Assert.False((await vault.Get<RestoreKeys>().Restore(good, Cancel)).IsRefused);
    }

    [Fact]
    public async Task A_key_whose_bits_were_turned_is_named()
    {
        await using var vault = await TestVault.Create(engine);
        foreach (var at in Enumerable.Range(0, 10)) await vault.Seal($"t-{at}", 1, "text");
        await vault.Keys.Write(
            (session, token) => session.Execute(
                new Statement(
                    "update data_key set wrapped = (select d.wrapped from data_key d where d.scope_id = 't-4') where scope_id = 't-3'"),
                [], token),
            Cancel);

        var found = await vault.Get<VerifyKeys>().Verify(perVersion: 100, Cancel);
        var sampled = await vault.Get<VerifyKeys>().Verify(perVersion: 3, Cancel);

        Assert.Equal(9, found.Opened);
        Assert.Contains("WrappedKey", Assert.Single(found.Faults), StringComparison.Ordinal);
        Assert.InRange(sampled.Opened + sampled.Faults.Count, 3, 4);
    }

    private static async Task Empty(TestVault vault)
    {
        foreach (var table in (string[])["tenant_key", "data_key", "legal_hold", "key_retention"])
            await vault.Keys.Write((session, token) => session.Execute(new Statement($"delete from {table}"), [], token), Cancel);
    }
}

public sealed class SqliteKeyBackupTests() : KeyBackupTests(Engine.Sqlite);

public sealed class PostgresKeyBackupTests() : KeyBackupTests(Engine.Postgres);
