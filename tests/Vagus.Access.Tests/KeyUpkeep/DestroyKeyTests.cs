using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Vault;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Tests.Vault;
using Vagus.Storage.Sql;

namespace Vagus.Access.Tests.KeyUpkeep;

public abstract class DestroyKeyTests(Engine engine)
{
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3654);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_destroyed_key_leaves_its_scope_unreadable_and_closed_and_others_alone()
    {
        await using var vault = await TestVault.Create(engine);
        var (gone, kept) = (await vault.Seal("t-1", 1, "gone"), await vault.Seal("t-2", 1, "kept"));
        vault.Clock.Advance(TenYears);
        await vault.Open("t-1", 1, gone);

        var destroyed = await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);

        Assert.Single(destroyed.Value);
        Assert.Equal("key_destroyed", (await vault.Open("t-1", 1, gone)).Refusal?.Code);
        Assert.Equal("key_destroyed", (await vault.Vault.KeyFor(TestVault.Thread("t-1"), Cancel)).Refusal?.Code);
        await vault.Storage.Reopen();
        Assert.Equal("key_destroyed", (await vault.Open("t-1", 1, gone)).Refusal?.Code);
        Assert.Equal("kept", (await vault.Open("t-2", 1, kept)).Value);
    }

    [Fact]
    public async Task Another_node_stops_opening_within_a_minute()
    {
        await using var vault = await TestVault.Create(engine);
        await using var other = vault.NewNode();
        var envelope = await vault.Seal("t-1", 1, "gone");
        vault.Clock.Advance(TenYears);
        var elsewhere = other.GetRequiredService<ContentVault>();
        await elsewhere.Open(TestVault.Message("t-1", 1), envelope, Cancel);
        await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);

        vault.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal("key_destroyed", (await elsewhere.Open(TestVault.Message("t-1", 1), envelope, Cancel)).Refusal?.Code);
    }

    [Fact]
    public async Task A_key_is_kept_until_its_retention_after_its_last_use_ends()
    {
        await using var vault = await TestVault.Create(engine);
        await vault.Seal("t-1", 1, "first");
        vault.Clock.Advance(TimeSpan.FromDays(20));
        var last = await vault.Seal("t-1", 2, "last");
        await vault.Get<LegalHolds>().SetRetention(TestVault.Harbor, "thread", days: 30, Cancel);
        vault.Clock.Advance(TimeSpan.FromDays(29));

        var early = await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);
        var stillThere = await vault.Open("t-1", 2, last);
        vault.Clock.Advance(TimeSpan.FromDays(2));
        var late = await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);

        Assert.Equal("retained", early.Refusal?.Code);
        Assert.Equal("last", stillThere.Value);
        Assert.False(late.IsRefused);
    }

    [Theory]
    [InlineData("thread", "t-1")]
    [InlineData("thread", null)]
    [InlineData(null, null)]
    public async Task A_legal_hold_on_the_scope_its_type_or_the_tenant_keeps_the_key(string? type, string? id)
    {
        await using var vault = await TestVault.Create(engine);
        var envelope = await vault.Seal("t-1", 1, "held");
        await vault.Seal("t-1", 1, "theirs", TestVault.Ridgeview);
        vault.Clock.Advance(TenYears);
        var hold = (await vault.Get<LegalHolds>().Place(TestVault.Harbor, type, id, "2036-CV-17", Cancel)).Value;

        var held = await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);
        var theirs = await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1", TestVault.Ridgeview), Cancel);
        var stillThere = await vault.Open("t-1", 1, envelope);
        await vault.Get<LegalHolds>().Release(TestVault.Harbor, hold, Cancel);
        var released = await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);

        Assert.Equal("legal_hold", held.Refusal?.Code);
        Assert.False(theirs.IsRefused);
        Assert.Equal("held", stillThere.Value);
        Assert.False(released.IsRefused);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_destruction_that_was_cut_off_and_is_refused_later_leaves_no_record_to_destroy_by(bool hold)
    {
        await using var vault = await TestVault.Create(engine);
        var envelope = await vault.Seal("t-1", 1, "held");
        if (hold) vault.Clock.Advance(TenYears);
        await vault.RecordDestroyed(TestVault.Thread("t-1"));
        if (hold) await vault.Get<LegalHolds>().Place(TestVault.Harbor, "thread", "t-1", "2036-CV-17", Cancel);

        var refused = await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);

        Assert.Equal(hold ? "legal_hold" : "retained", refused.Refusal?.Code);
        Assert.Equal(0, (await vault.Get<DestroyedScopes>().Stamp(TestVault.Harbor, "thread", Cancel)).Keys);
        Assert.Equal("held", (await vault.Open("t-1", 1, envelope)).Value);
    }

    [Fact]
    public async Task A_hold_on_what_is_destroyed_already_leaves_the_record_of_it()
    {
        await using var vault = await TestVault.Create(engine);
        await vault.Seal("t-1", 1, "gone");
        vault.Clock.Advance(TenYears);
        await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);
        await vault.Get<LegalHolds>().Place(TestVault.Harbor, "thread", "t-1", "2036-CV-17", Cancel);

        var refused = await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);

        Assert.Equal("legal_hold", refused.Refusal?.Code);
        Assert.Equal(1, (await vault.Get<DestroyedScopes>().Stamp(TestVault.Harbor, "thread", Cancel)).Keys);
    }

    [Fact]
    public async Task The_secret_that_a_tenants_keys_are_derived_from_and_unknown_scopes_are_refused()
    {
        await using var vault = await TestVault.Create(engine);
        await vault.Vault.DeriveKey(TestVault.Harbor, TenantPurposes.DeviceKey, Cancel);
        vault.Clock.Advance(TenYears);

        var secret = await vault.Get<DestroyKey>().Destroy(KeyScope.Derived(TestVault.Harbor), Cancel);
        var unknown = await vault.Get<DestroyKey>().Destroy(TestVault.Thread("none"), Cancel);

        Assert.Equal("tenant_secret", secret.Refusal?.Code);
        Assert.Equal("no_such_scope", unknown.Refusal?.Code);
    }

    [Fact]
    public async Task A_rotation_after_a_destruction_ends_the_old_version_all_the_same()
    {
        await using var vault = await TestVault.Create(engine);
        await vault.Seal("t-1", 1, "gone");
        var kept = await vault.Seal("t-2", 1, "kept");
        vault.Clock.Advance(TenYears);
        await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), Cancel);

        await vault.Get<RotateTenant>().Rotate(TestVault.Harbor, progress: null, Cancel);

        Assert.Single(await vault.Get<KeyStatus>().List(Cancel));
        Assert.Equal("kept", (await vault.Open("t-2", 1, kept)).Value);
    }
}

public sealed class SqliteDestroyKeyTests() : DestroyKeyTests(Engine.Sqlite)
{
    [Fact]
    public async Task The_file_holds_the_wrapped_key_no_more()
    {
        await using var vault = await TestVault.Create(Engine.Sqlite);
        var cancel = TestContext.Current.CancellationToken;
        await vault.Seal("t-1", 1, "gone");
        var wrapped = await vault.Keys.QueryOne(
            new Statement("select wrapped from data_key"), [], row => (byte[])row[0], cancel);
        vault.Clock.Advance(TimeSpan.FromDays(3654));

        await vault.Get<DestroyKey>().Destroy(TestVault.Thread("t-1"), cancel);

        foreach (var file in Directory.GetFiles(vault.Storage.Options.DataFolder, "keys.db*"))
        {
            await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[open.Length];
            await open.ReadExactlyAsync(bytes, cancel);
            Assert.True(bytes.AsSpan().IndexOf(wrapped) < 0, Path.GetFileName(file));
        }
    }
}

public sealed class PostgresDestroyKeyTests() : DestroyKeyTests(Engine.Postgres);
