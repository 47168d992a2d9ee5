using Vagus.Access.Vault;
using Vagus.Access.Vault.Roots;

namespace Vagus.Access.Tests.Vault.Roots;

public sealed class FileKeyringTests : IDisposable
{
    private static readonly TenantKeyContext Context = new(TestVault.Harbor, 1);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-keyring-");

    private string First => Path.Combine(folder.FullName, "root.key");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Versions_are_files_of_their_owner_and_old_ones_open_what_they_wrapped()
    {
        var keyring = new FileKeyring(new AccessOptions { RootKeyFile = First });
        var first = await keyring.Wrap(new byte[32], Context, Cancel);
        var bytes = await File.ReadAllBytesAsync(First, Cancel);

        var name = await keyring.Rotate(Cancel);
        var second = await keyring.Wrap(new byte[32], Context, Cancel);

        Assert.Equal("file:2", name.Value);
        Assert.Equal(("file:1", "file:2"), (first.Root, second.Root));
        Assert.Equal(new byte[32], await keyring.Unwrap(first, Context, Cancel));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(First, Cancel));
        Assert.NotEqual(bytes, await File.ReadAllBytesAsync(First + ".2", Cancel));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(First + ".2"));
        await Assert.ThrowsAsync<SealBrokenException>(
            async () => await keyring.Unwrap(first, Context with { Version = 2 }, Cancel));
    }

    [Fact]
    public async Task A_version_whose_file_is_missing_is_an_outage_and_one_that_others_can_write_is_refused()
    {
        var keyring = new FileKeyring(new AccessOptions { RootKeyFile = First });
        await keyring.Wrap(new byte[32], Context, Cancel);
        await keyring.Rotate(Cancel);
        var second = await keyring.Wrap(new byte[32], Context, Cancel);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(First + ".2", UnixFileMode.UserRead | UnixFileMode.OtherRead);
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await keyring.Unwrap(second, Context, Cancel));
        }

        File.Delete(First + ".2");

        var away = await Assert.ThrowsAsync<KeysUnavailableException>(async () => await keyring.Unwrap(second, Context, Cancel));
        Assert.Equal("no root.key.2", away.Code);
    }

    [Fact]
    public async Task A_root_key_in_the_folder_of_backups_is_refused()
    {
        var keyring = new FileKeyring(new AccessOptions { RootKeyFile = First, BackupFolder = folder.FullName });

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await keyring.Wrap(new byte[32], Context, Cancel));

        Assert.Contains("folder of backups", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(First));
    }

    [Fact]
    public async Task A_root_key_that_is_given_as_text_has_one_version()
    {
        var keyring = new FileKeyring(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) });

        Assert.Equal("root_key_is_text", (await keyring.Rotate(Cancel)).Refusal?.Code);
        Assert.Equal("file:1", await keyring.Current(Cancel));
    }
}
