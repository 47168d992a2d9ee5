using System.Globalization;
using System.Security.Cryptography;
using Vagus.Kernel;

namespace Vagus.Access.Vault.Roots;

/// <summary>
/// Root keys in files of 32 bytes: <c>root.key</c> is version 1, <c>root.key.2</c> version 2 and so on; the highest wraps. A version is a
/// file of its own, so that making one never rewrites another. Versions that appear while the process runs are found when they are needed.
/// </summary>
internal sealed class FileKeyring(AccessOptions options) : IRootKeyProvider
{
    private const string Purpose = "tenant-keys";

    public string Name => "file";

    public ValueTask<string> Current(CancellationToken cancel) => ValueTask.FromResult(NameOf(Highest()));

    public ValueTask<WrappedKey> Wrap(byte[] key, TenantKeyContext context, CancellationToken cancel)
    {
        var version = Highest();
        var root = Read(version);
        try
        {
            return ValueTask.FromResult(new WrappedKey(NameOf(version), root.Wrap(Purpose, Bound(context), key)));
        }
        finally
        {
            root.Forget();
        }
    }

    public ValueTask<byte[]> Unwrap(WrappedKey wrapped, TenantKeyContext context, CancellationToken cancel)
    {
        var root = Read(VersionOf(wrapped));
        try
        {
            return ValueTask.FromResult(root.Unwrap(Purpose, Bound(context), wrapped.Bytes));
        }
        catch (CryptographicException)
        {
            throw new SealBrokenException(SealFault.WrappedKey);
        }
        finally
        {
            root.Forget();
        }
    }

    public ValueTask<WrappedKey> Rewrap(WrappedKey wrapped, TenantKeyContext context, CancellationToken cancel) =>
        this.RewrapHere(wrapped, context, cancel);

    public ValueTask<Result<string>> Rotate(CancellationToken cancel)
    {
        if (options.RootKey is not null || options.RootKeyFile is null)
            return ValueTask.FromResult<Result<string>>(VaultRefusals.RootKeyIsText);
        var next = Highest() + 1;
        RootKeyFile.Create(RootKeyFile.PathOf(RootKeyFile.PathOf(options), next));
        return ValueTask.FromResult<Result<string>>(NameOf(next));
    }

    // Where there is no file yet, reading makes the first.
    private int Highest() => options.RootKey is not null ? 1 : RootKeyFile.Newest(RootKeyFile.PathOf(options)) ?? 1;

    private RootKey Read(int version)
    {
        if (options.RootKey is not null || (version == 1 && RootKeyFile.Newest(RootKeyFile.PathOf(options)) is null))
            return RootKeyFile.Load(options);
        var first = RootKeyFile.PathOf(options);
        return RootKeyFile.Find(first, version) is { } bytes
            ? new RootKey(bytes)
            : throw new KeysUnavailableException(Name, $"no {Path.GetFileName(RootKeyFile.PathOf(first, version))}", Soon)
            {
                IsOfOneKey = true,
            };
    }

    private string NameOf(int version) => string.Create(CultureInfo.InvariantCulture, $"{Name}:{version}");

    private static int VersionOf(WrappedKey wrapped) =>
        int.TryParse(wrapped.Root.AsSpan(wrapped.Provider.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version : throw new SealBrokenException(SealFault.WrappedKey);

    private static string Bound(TenantKeyContext context) => Convert.ToHexString(context.Bound());

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
}
