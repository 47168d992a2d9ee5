using System.Security.Cryptography;

namespace Vagus.Access.Vault.Roots;

/// <summary>For providers that cannot wrap anew by themselves: the key is in our memory for a moment.</summary>
internal static class RewrapInProcess
{
    public static async ValueTask<WrappedKey> RewrapHere(
        this IRootKeyProvider provider, WrappedKey wrapped, TenantKeyContext context, CancellationToken cancel)
    {
        var key = await provider.Unwrap(wrapped, context, cancel);
        try
        {
            return await provider.Wrap(key, context, cancel);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
