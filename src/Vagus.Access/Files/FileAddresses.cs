using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Tenants;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Access.Files;

/// <summary>
/// Addresses that open one file for one user for a short time. The signature is an HMAC-SHA-256 under a key of the tenant over tenant,
/// file, user and end; nothing in the address can be changed or moved to another file.
/// </summary>
internal sealed class FileAddresses(StoredFiles files, ContentVault vault, FilesOptions options, TimeProvider clock)
{
    private const string Purpose = "file-address";

    public async ValueTask<SignedFileAddress> Sign(StoredFile file, UserId user, CancellationToken cancel)
    {
        var until = DateTimeOffset.FromUnixTimeSeconds((clock.GetUtcNow() + options.AddressLifetime).ToUnixTimeSeconds());
        var expires = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Base64Url.EncodeToString(await SignatureOf(file.Tenant, file.Id, user.Value, expires, cancel));
        return new SignedFileAddress(
            $"/api/files/{file.Id}/content?tenant={file.Tenant}&user={Uri.EscapeDataString(user.Value)}&expires={expires}&signature={signature}",
            until);
    }

    /// <summary>Null where the address was never made so.</summary>
    public async ValueTask<FollowedAddress?> Read(string id, IQueryCollection query, CancellationToken cancel)
    {
        if (query["tenant"] is not [{ } tenant] || query["user"] is not [{ } user] || query["expires"] is not [{ } expires]) return null;
        if (query["signature"] is not [{ } given] || !ChosenId.IsValid(tenant) || !Guid.TryParse(id, out _)) return null;
        // A file first: a key is made at the first question for it, and a stranger could ask for many tenants.
        if (await files.Find(new TenantId(tenant), id, cancel) is not { } file) return null;
        if (!Base64Url.IsValid(given)) return null;
        if (!long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var until)) return null;
        var expected = await SignatureOf(file.Tenant, file.Id, user, expires, cancel);
        if (!CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(given), expected)) return null;
        return new FollowedAddress(file, new UserId(user), clock.GetUtcNow().ToUnixTimeSeconds() >= until);
    }

    private async ValueTask<byte[]> SignatureOf(TenantId tenant, string id, string user, string expires, CancellationToken cancel)
    {
        var key = await vault.DeriveKey(tenant, Purpose, cancel);
        try
        {
            // Of these only the user may hold any character, and the numbers around it none but digits.
            return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{tenant}\n{id}\n{expires}\n{user}"));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}

/// <summary>An address below the server's own, and until when it opens the file.</summary>
internal sealed record SignedFileAddress(string Url, DateTimeOffset ExpiresAt);

/// <summary>An address whose signature holds.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FollowedAddress(StoredFile File, UserId User, bool HasExpired);
