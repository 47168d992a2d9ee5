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
/// Addresses that open one file for one session of one user for a short time. The signature is an HMAC-SHA-256 under a key of the tenant
/// over tenant, file, session, user and end; nothing in the address can be changed or moved to another file.
/// </summary>
internal sealed class FileAddresses(StoredFiles files, ContentVault vault, FilesOptions options, TimeProvider clock)
{
    private const string Purpose = "file-address";

    public async ValueTask<SignedFileAddress> Sign(StoredFile file, Caller caller, CancellationToken cancel)
    {
        var until = DateTimeOffset.FromUnixTimeSeconds((clock.GetUtcNow() + options.AddressLifetime).ToUnixTimeSeconds());
        var expires = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var (session, user) = (caller.Session.Value, caller.User.Value);
        var signature = Base64Url.EncodeToString(await SignatureOf(file, session, user, expires, cancel));
        var who = $"tenant={file.Tenant}&session={Uri.EscapeDataString(session)}&user={Uri.EscapeDataString(user)}";
        return new SignedFileAddress($"/api/files/{file.Id}/content?{who}&expires={expires}&signature={signature}", until);
    }

    /// <summary>Null where the address was never made so.</summary>
    public async ValueTask<FollowedAddress?> Read(string id, IQueryCollection query, CancellationToken cancel)
    {
        if (query["tenant"] is not [{ } tenant] || query["user"] is not [{ } user] || query["expires"] is not [{ } expires]) return null;
        if (query["session"] is not [{ } session] || session.Contains('\n', StringComparison.Ordinal)) return null;
        if (query["signature"] is not [{ } given] || !ChosenId.IsValid(tenant) || !Guid.TryParse(id, out _)) return null;
        // A file first: a key is made at the first question for it, and a stranger could ask for many tenants.
        if (await files.Find(new TenantId(tenant), id, cancel) is not { } file) return null;
        if (!Base64Url.IsValid(given)) return null;
        if (!long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var until)) return null;
        var expected = await SignatureOf(file, session, user, expires, cancel);
        if (!CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(given), expected)) return null;
        return new FollowedAddress(
            file, new UserId(user), new SessionId(session), clock.GetUtcNow().ToUnixTimeSeconds() >= until);
    }

    private async ValueTask<byte[]> SignatureOf(StoredFile file, string session, string user, string expires, CancellationToken cancel)
    {
        var key = await vault.DeriveKey(file.Tenant, Purpose, cancel);
        try
        {
            // None of these has a line end.
            return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{file.Tenant}\n{file.Id}\n{expires}\n{session}\n{user}"));
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
internal readonly record struct FollowedAddress(StoredFile File, UserId User, SessionId Session, bool HasExpired);
