using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Tests.Vault;
using Vagus.Access.Vault;
using Vagus.Storage.Sql;

namespace Vagus.Access.Tests.KeyUpkeep;

public abstract class RotationTests(Engine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_root_key_in_a_file_becomes_version_one_and_rotates_while_servers_seal_and_open()
    {
        await using var vault = await TestVault.Create(engine);
        var old = await vault.Seal("old", 1, "from before");
        foreach (var at in Enumerable.Range(0, 20)) await vault.Seal("t-1", 1, "theirs", new Vagus.Kernel.TenantId($"clinic-{at}"));
        await using var load = new SealingLoad(vault);
        await load.Warm;

        var done = (await vault.Get<RotateRoot>().Rotate(progress: null, Cancel)).Value;
        var again = (await vault.Get<RotateRoot>().Rotate(progress: null, Cancel)).Value;

        Assert.True(await load.Stop() > 0);
        Assert.Equal(new RotationDone("file:2", 21, WentOn: false), done);
        Assert.Equal(new RotationDone("file:3", 21, WentOn: false), again);
        await vault.Storage.Reopen();
        Assert.Equal("from before", (await vault.Open("old", 1, old)).Value);
        Assert.All(await vault.Get<KeyStatus>().List(Cancel), version => Assert.Equal("file:3", version.Root));
    }

    [Fact]
    public async Task A_tenants_key_rotates_while_servers_seal_and_open_and_its_old_version_ends()
    {
        await using var vault = await TestVault.Create(engine);
        var old = await vault.Seal("old", 1, "from before");
        await using var load = new SealingLoad(vault);
        await load.Warm;

        for (var turn = 0; turn < 3; turn++) await vault.Get<RotateTenant>().Rotate(TestVault.Harbor, progress: null, Cancel);

        Assert.True(await load.Stop() > 0);
        var status = Assert.Single(await vault.Get<KeyStatus>().List(Cancel));
        Assert.Equal((4, "active"), (status.Version, status.State));
        await vault.Storage.Reopen();
        Assert.Equal("from before", (await vault.Open("old", 1, old)).Value);
        var verified = await vault.Get<VerifyKeys>().Verify(perVersion: 1_000, Cancel);
        Assert.Empty(verified.Faults);
        Assert.Equal(status.DataKeys, verified.Opened);
    }

    [Fact]
    public async Task A_scopes_key_rotates_while_servers_seal_and_open_and_the_old_one_still_opens()
    {
        await using var vault = await TestVault.Create(engine);
        var old = await vault.Seal("t-1", 999_999, "from before");
        await using var load = new SealingLoad(vault);
        await load.Warm;

        var ids = new List<string>();
        for (var turn = 0; turn < 5; turn++) ids.Add((await vault.Get<RotateScope>().Rotate(TestVault.Thread("t-1"), Cancel)).Value);

        Assert.True(await load.Stop() > 0);
        Assert.Equal(5, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("from before", (await vault.Open("t-1", 999_999, old)).Value);
    }

    [Fact]
    public async Task A_rotation_that_was_ended_in_the_middle_goes_on_where_it_was()
    {
        await using var vault = await TestVault.Create(engine);
        foreach (var at in Enumerable.Range(0, 350)) await vault.Seal($"t-{at}", 1, "text");
        var envelope = await vault.Seal("t-5", 2, "kept");
        using var ending = new CancellationTokenSource();
        var progress = new Ending(ending);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await vault.Get<RotateTenant>().Rotate(TestVault.Harbor, progress, ending.Token));
        var between = await vault.Get<KeyStatus>().List(Cancel);
        var inBetween = await vault.Open("t-5", 2, envelope);
        await vault.Storage.Reopen();
        var done = (await vault.Get<RotateTenant>().Rotate(TestVault.Harbor, progress: null, Cancel)).Value;

        Assert.Equal([(1, 250), (2, 100)], between.Select(version => (version.Version, version.DataKeys)));
        Assert.True(between[0].IsRotationUnfinished);
        Assert.Equal("kept", inBetween.Value);
        Assert.Equal(new RotationDone("2", 250, WentOn: true), done);
        Assert.Equal("kept", (await vault.Open("t-5", 2, envelope)).Value);
        Assert.Single(await vault.Get<KeyStatus>().List(Cancel));
    }

    [Fact]
    public async Task A_rotation_of_the_root_key_that_was_ended_in_the_middle_goes_on_where_it_was()
    {
        await using var vault = await TestVault.Create(engine);
        foreach (var at in Enumerable.Range(0, 120)) await vault.Seal("t-1", 1, "text", new Vagus.Kernel.TenantId($"clinic-{at}"));
        using var ending = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await vault.Get<RotateRoot>().Rotate(new Ending(ending), ending.Token));
        var done = (await vault.Get<RotateRoot>().Rotate(progress: null, Cancel)).Value;

        Assert.Equal(new RotationDone("file:2", 70, WentOn: true), done);
    }

    [Fact]
    public async Task Two_that_rotate_a_tenant_at_once_lose_no_key()
    {
        await using var vault = await TestVault.Create(engine);
        await using var other = vault.NewNode();
        var envelopes = new List<byte[]>();
        foreach (var at in Enumerable.Range(0, 250)) envelopes.Add(await vault.Seal($"t-{at}", 1, $"text {at}"));

        RotateTenant[] both = [vault.Get<RotateTenant>(), other.GetRequiredService<RotateTenant>()];
        var ended = await Task.WhenAll(
            both.Select(each => Task.Run(async () => await each.Rotate(TestVault.Harbor, progress: null, Cancel))));
        await vault.Get<RotateTenant>().Rotate(TestVault.Harbor, progress: null, Cancel);

        Assert.All(ended, each => Assert.Contains(each.Refusal?.Code, (string?[])[null, "rotation_overtaken"]));
        await vault.Storage.Reopen();
        for (var at = 0; at < envelopes.Count; at++) Assert.Equal($"text {at}", (await vault.Open($"t-{at}", 1, envelopes[at])).Value);
    }

    [Fact]
    public async Task Derived_keys_survive_the_rotation_of_every_key_above_them()
    {
        await using var vault = await TestVault.Create(engine);
        var before = await vault.Vault.DeriveKey(TestVault.Harbor, TenantPurposes.DeviceKey, Cancel);

        await vault.Get<RotateRoot>().Rotate(progress: null, Cancel);
        await vault.Get<RotateTenant>().Rotate(TestVault.Harbor, progress: null, Cancel);
        await vault.Storage.Reopen();

        Assert.Equal(before, await vault.Vault.DeriveKey(TestVault.Harbor, TenantPurposes.DeviceKey, Cancel));
    }

    private sealed class Ending(CancellationTokenSource source) : IProgress<KeyProgress>
    {
        public void Report(KeyProgress value) => source.Cancel();
    }
}

public sealed class SqliteRotationTests() : RotationTests(Engine.Sqlite);

public sealed class PostgresRotationTests() : RotationTests(Engine.Postgres);
