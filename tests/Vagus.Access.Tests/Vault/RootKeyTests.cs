using System.Security.Cryptography;
using Vagus.Access.Vault;

namespace Vagus.Access.Tests.Vault;

public sealed class RootKeyTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-root-");

    [Fact]
    public void What_is_wrapped_opens_for_the_same_purpose_and_context_only()
    {
        var root = new RootKey(new byte[32]);
        var wrapped = root.Wrap("keys", "k1", [1, 2, 3]);

        Assert.Equal([1, 2, 3], root.Unwrap("keys", "k1", wrapped));
        Assert.ThrowsAny<CryptographicException>(() => root.Unwrap("keys", "k2", wrapped));
        Assert.ThrowsAny<CryptographicException>(() => root.Unwrap("other", "k1", wrapped));
        Assert.ThrowsAny<CryptographicException>(() => new RootKey([.. new byte[31], 1]).Unwrap("keys", "k1", wrapped));
        Assert.ThrowsAny<CryptographicException>(() => root.Unwrap("keys", "k1", [.. wrapped[..^1], (byte)(wrapped[^1] ^ 1)]));
        Assert.ThrowsAny<CryptographicException>(() => root.Unwrap("keys", "k1", [1, 2]));
        Assert.NotEqual(wrapped, root.Wrap("keys", "k1", [1, 2, 3]));
    }

    [Fact]
    public void The_file_is_made_once_for_its_owner_only()
    {
        var options = new AccessOptions { RootKeyFile = Path.Combine(folder.FullName, "data", "root.key") };

        var wrapped = RootKeyFile.Load(options).Wrap("keys", "k1", [7]);

        Assert.Equal([7], RootKeyFile.Load(options).Unwrap("keys", "k1", wrapped));
        Assert.Equal(32, new FileInfo(options.RootKeyFile).Length);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(options.RootKeyFile)!));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(options.RootKeyFile));
    }

    [Fact]
    public async Task Many_that_start_together_end_with_one_key()
    {
        var options = new AccessOptions { RootKeyFile = Path.Combine(folder.FullName, "root.key") };

        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => RootKeyFile.Load(options))));

        Assert.Single(keys.Select(key => Convert.ToHexString(key.Derive("x"))).Distinct());
    }

    [Fact]
    public void A_file_that_others_may_read_or_that_is_no_key_stops_the_start()
    {
        var options = new AccessOptions { RootKeyFile = Path.Combine(folder.FullName, "root.key") };
        File.WriteAllBytes(options.RootKeyFile, new byte[31]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(options.RootKeyFile, UnixFileMode.UserRead);
        Assert.Throws<InvalidOperationException>(() => RootKeyFile.Load(options));

        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(options.RootKeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        File.WriteAllBytes(options.RootKeyFile, new byte[32]);
        Assert.Throws<InvalidOperationException>(() => RootKeyFile.Load(options));
    }

    [Fact]
    public void A_newer_version_wraps_once_it_is_gone_on_with_and_an_older_one_opens_as_long_as_its_file_is_here()
    {
        var options = new AccessOptions { RootKeyFile = Path.Combine(folder.FullName, "root.key") };
        var running = RootKeyFile.Load(options);
        var old = running.Wrap("keys", "k1", [7]);
        RootKeyFile.Create($"{options.RootKeyFile}.2");

        var restarted = RootKeyFile.Load(options);
        Assert.Equal(1, restarted.Version);
        Assert.True(restarted.GoOnWith(2));
        var anew = restarted.Wrap("keys", "k1", [8]);
        Assert.Equal((1, 2), (RootKey.VersionOf(old), RootKey.VersionOf(anew)));
        Assert.Equal([7], restarted.Unwrap("keys", "k1", old));
        Assert.Equal([8], running.Unwrap("keys", "k1", anew));
        Assert.ThrowsAny<CryptographicException>(() => restarted.Unwrap("keys", "k1", [.. anew[..4], 1, .. anew[5..]]));
        Assert.Equal(running.DeriveEach("x"), restarted.DeriveEach("x"));
        Assert.Equal(restarted.Derive("x"), restarted.DeriveEach("x").First());

        File.Delete(options.RootKeyFile);
        var later = RootKeyFile.Load(options);
        Assert.Equal([8], later.Unwrap("keys", "k1", anew));
        Assert.ThrowsAny<CryptographicException>(() => later.Unwrap("keys", "k1", old));
        Assert.False(File.Exists(options.RootKeyFile));
    }

    [Fact]
    public void A_server_goes_on_with_a_version_whose_file_it_has()
    {
        var options = new AccessOptions { RootKeyFile = Path.Combine(folder.FullName, "root.key") };
        var root = RootKeyFile.Load(options);

        Assert.False(root.GoOnWith(2));
        Assert.Equal(1, root.Version);
        RootKeyFile.Create($"{options.RootKeyFile}.2");
        Assert.True(root.GoOnWith(2));
        Assert.True(root.GoOnWith(1));

        Assert.Equal(2, root.Version);
    }

    [Fact]
    public void A_version_that_is_being_copied_or_is_open_to_others_does_not_disturb_a_server_that_runs()
    {
        var options = new AccessOptions { RootKeyFile = Path.Combine(folder.FullName, "root.key") };
        var root = RootKeyFile.Load(options);
        var next = $"{options.RootKeyFile}.2";

        File.WriteAllBytes(next, []);
        Assert.Single(root.DeriveEach("x"));
        Assert.False(root.GoOnWith(2));
        File.WriteAllBytes(next, new byte[32]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(next, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Single(root.DeriveEach("x"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(next, UnixFileMode.UserRead);

        Assert.Equal(2, root.DeriveEach("x").Count());
    }

    [Fact]
    public void Other_files_beside_it_are_no_versions()
    {
        var options = new AccessOptions { RootKeyFile = Path.Combine(folder.FullName, "root.key") };
        foreach (var name in new[] { "old", "02", "2x", "0", "20261129" }) File.WriteAllBytes($"{options.RootKeyFile}.{name}", [1]);

        Assert.Equal(1, RootKeyFile.Load(options).Version);
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_given_key_has_32_bytes(string text) =>
        Assert.Throws<InvalidOperationException>(() => RootKeyFile.Load(new AccessOptions { RootKey = text }));

    [Fact]
    public void A_given_key_wins_over_the_file() =>
        Assert.NotNull(RootKeyFile.Load(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) }));

    public void Dispose() => folder.Delete(recursive: true);
}
