using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Vault;
using Vagus.Access.Vault.Roots;
using Vagus.Access.KeyUpkeep;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Access.Tests.Vault.Roots;

/// <summary>A root key that is asked for over the network. The engine of the database makes no difference to it.</summary>
public abstract class RemoteRootTests
{
    private static readonly TenantKeyContext Context = new(TestVault.Harbor, 3);

    private protected abstract FakeProvider NewServer();

    private protected abstract IRootKeyProvider NewProvider(FakeProvider server);

    private protected abstract RootProviderOptions Options(FakeProvider server);

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrapped_key_opens_for_its_tenant_and_version_only()
    {
        await using var server = await Started();
        using var provider = (IDisposable)NewProvider(server);
        var root = (IRootKeyProvider)provider;
        byte[] key = [.. Enumerable.Range(0, 32).Select(at => (byte)at)];

        var wrapped = await root.Wrap([.. key], Context, Cancel);
        var again = await root.Rewrap(wrapped, Context, Cancel);

        Assert.Equal(key, await root.Unwrap(wrapped, Context, Cancel));
        Assert.Equal(key, await root.Unwrap(again, Context, Cancel));
        Assert.Equal(await root.Current(Cancel), wrapped.Root);
        Assert.True(wrapped.Bytes.AsSpan().IndexOf(key) < 0);
        foreach (var other in (TenantKeyContext[])[Context with { Version = 4 }, Context with { Tenant = TestVault.Ridgeview }])
            await Assert.ThrowsAsync<SealBrokenException>(async () => await root.Unwrap(wrapped, other, Cancel));
        wrapped.Bytes[^1] ^= 1;
        await Assert.ThrowsAnyAsync<Exception>(async () => await root.Unwrap(wrapped, Context, Cancel));
    }

    [Theory]
    [InlineData("refuses")]
    [InlineData("hangs")]
    public async Task While_it_is_away_tenants_in_memory_are_served_and_cold_ones_are_told_to_come_back(string outage)
    {
        await using var server = await Started();
        await using var vault = await TestVault.Create(Engine.Sqlite, options => options with
        {
            Roots = Options(server), Vault = new VaultOptions { ProviderTimeout = TimeSpan.FromSeconds(1) },
        });
        var cold = await vault.Seal("t-1", 1, "theirs", TestVault.Ridgeview);
        await vault.Storage.Reopen();
        var warm = await vault.Seal("t-1", 1, "ours");

        server.State = outage == "hangs" ? ProviderState.Hangs : ProviderState.Refuses;
        vault.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("ours", (await vault.Open("t-1", 1, warm)).Value);
        await vault.Seal("t-new", 1, "a new thread of a warm tenant");
        var away = await Assert.ThrowsAsync<KeysUnavailableException>(() => vault.Open("t-1", 1, cold, TestVault.Ridgeview));
        Assert.InRange(away.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<KeysUnavailableException>(() => vault.Seal("t-9", 1, "never", TestVault.Ridgeview));
        await Assert.ThrowsAsync<KeysUnavailableException>(() => vault.Seal("t-9", 1, "never", new TenantId("new-clinic")));

        // Asked once, then left alone for some seconds: requests do not wait one by one.
        var asked = server.Asked;
        await Assert.ThrowsAsync<KeysUnavailableException>(() => vault.Open("t-1", 1, cold, TestVault.Ridgeview));
        Assert.Equal(asked, server.Asked);

        server.State = ProviderState.Serves;
        vault.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("theirs", (await vault.Open("t-1", 1, cold, TestVault.Ridgeview)).Value);
    }

    [Fact]
    public async Task After_an_hour_a_tenant_in_memory_is_cold_again()
    {
        await using var server = await Started();
        await using var vault = await TestVault.Create(Engine.Sqlite, options => options with { Roots = Options(server) });
        var envelope = await vault.Seal("t-1", 1, "ours");
        server.State = ProviderState.Refuses;

        vault.Clock.Advance(TimeSpan.FromMinutes(61));

        await Assert.ThrowsAsync<KeysUnavailableException>(() => vault.Open("t-1", 1, envelope));
    }

    [Fact]
    public async Task Tenants_move_from_the_file_to_it_and_back()
    {
        await using var server = await Started();
        await using var vault = await TestVault.Create(
            Engine.Sqlite, options => options with { Roots = Options(server) with { Wrapping = "file" } });
        var envelope = await vault.Seal("t-1", 1, "kept");
        var name = Options(server).Wrapping;

        await using var moved = vault.NewNode(vault.Options with { Roots = Options(server) });
        var there = (await moved.GetRequiredService<RotateRoot>().Rotate(progress: null, Cancel)).Value;
        var opened = await moved.GetRequiredService<ContentVault>().Open(TestVault.Message("t-1", 1), envelope, Cancel);
        var back = (await vault.Get<RotateRoot>().Rotate(progress: null, Cancel)).Value;

        Assert.StartsWith(name, there.Name, StringComparison.Ordinal);
        Assert.Equal(1, there.Moved);
        Assert.Equal("kept"u8.ToArray(), opened.Value);
        Assert.Equal(new RotationDone("file:1", 1, WentOn: true), back);
    }

    private protected async Task<FakeProvider> Started()
    {
        var server = NewServer();
        await server.Start();
        return server;
    }
}

public sealed class AwsKmsTests : RemoteRootTests
{
    static AwsKmsTests()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "test");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "test");
        Environment.SetEnvironmentVariable("AWS_REGION", "eu-central-1");
    }

    private protected override FakeProvider NewServer() => new FakeKms();

    private protected override IRootKeyProvider NewProvider(FakeProvider server)
    {
        var kms = Options(server).Kms!;
        return new AwsKms(kms, AwsKms.NewClient(kms));
    }

    private protected override RootProviderOptions Options(FakeProvider server) => new()
    {
        Wrapping = "aws-kms",
        Kms = new KmsOptions { KeyId = "arn:aws:kms:eu-central-1:111122223333:key/k-1", Endpoint = server.Address },
    };

    [Fact]
    public async Task Another_key_of_kms_takes_over_within_kms()
    {
        await using var server = await Started();
        await using var vault = await TestVault.Create(Engine.Sqlite, options => options with { Roots = Options(server) });
        var envelope = await vault.Seal("t-1", 1, "kept");
        var second = Options(server) with { Kms = Options(server).Kms! with { KeyId = "k-2" } };
        await using var node = vault.NewNode(vault.Options with { Roots = second });

        var refused = await vault.Get<RotateRoot>().Rotate(progress: null, Cancel);
        var done = await node.GetRequiredService<RotateRoot>().Rotate(progress: null, Cancel);
        await vault.Storage.Reopen();

        Assert.Equal("kms_rotates_itself", refused.Refusal?.Code);
        Assert.Equal(new RotationDone("aws-kms:k-2", 1, WentOn: true), done.Value);
        Assert.Equal("kept", (await vault.Open("t-1", 1, envelope)).Value);
    }
}

public sealed class VaultTransitTests : RemoteRootTests, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-transit-");

    public VaultTransitTests() => File.WriteAllText(TokenFile, "s.first\n");

    private string TokenFile => Path.Combine(folder.FullName, "token");

    public void Dispose() => folder.Delete(recursive: true);

    private protected override FakeProvider NewServer() => new FakeTransit();

    private protected override IRootKeyProvider NewProvider(FakeProvider server) =>
        new VaultTransit(Options(server).Transit!, VaultTransit.NewClient());

    private protected override RootProviderOptions Options(FakeProvider server) => new()
    {
        Wrapping = "vault-transit",
        Transit = new TransitOptions { Address = server.Address, KeyName = "vagus", TokenFile = TokenFile },
    };

    [Fact]
    public async Task A_new_version_of_the_key_wraps_and_the_old_one_opens()
    {
        await using var server = await Started();
        await using var vault = await TestVault.Create(Engine.Sqlite, options => options with { Roots = Options(server) });
        var envelope = await vault.Seal("t-1", 1, "kept");

        var done = (await vault.Get<RotateRoot>().Rotate(progress: null, Cancel)).Value;
        await vault.Storage.Reopen();

        Assert.Equal(new RotationDone("vault-transit:vagus:v2", 1, WentOn: false), done);
        Assert.Equal("kept", (await vault.Open("t-1", 1, envelope)).Value);
    }

    [Fact]
    public async Task A_token_that_an_agent_renewed_is_read_anew_and_a_wrong_one_is_an_outage()
    {
        await using var server = await Started();
        using var provider = (VaultTransit)NewProvider(server);
        ((FakeTransit)server).Token = "s.second";

        var refused = await Assert.ThrowsAsync<KeysUnavailableException>(async () => await provider.Current(Cancel));
        await File.WriteAllTextAsync(TokenFile, "s.second", Cancel);

        Assert.Equal("HTTP 403", refused.Code);
        Assert.Equal("vault-transit:vagus:v1", await provider.Current(Cancel));
    }
}
