using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Identity.Sessions;

/// <summary>
/// The <c>sessionId</c> that clients without tokens connect with: <c>tenant.session.mac</c>. The session's own id is in logs, events and
/// lists, so knowing it must open nothing; the MAC can only be made with the root key, and needs no row.
/// </summary>
internal sealed class SessionHandle(RootKey root)
{
    private const int MacBytes = 16;
    private const int MaxLength = 256;
    private readonly byte[] key = root.Derive("session-handle");

    public string Make(TenantId tenant, SessionId session) =>
        $"{tenant.Value}.{session.Value}.{Base64Url.EncodeToString(Mac(tenant.Value, session.Value))}";

    /// <summary>The session that the handle stands for, or null when it was not made here.</summary>
    public (TenantId Tenant, SessionId Session)? Read(string handle)
    {
        if (handle.Length > MaxLength || handle.Split('.') is not [var tenant, var session, var given]) return null;

        var expected = Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Mac(tenant, session)));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(given))
            ? (new TenantId(tenant), new SessionId(session)) : null;
    }

    // Neither part can hold a dot, so the text has one meaning.
    private byte[] Mac(string tenant, string session) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{tenant}.{session}"))[..MacBytes];
}
