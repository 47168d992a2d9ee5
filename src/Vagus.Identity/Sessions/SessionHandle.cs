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
    private const string Purpose = "session-handle";

    public string Make(TenantId tenant, SessionId session) =>
        $"{tenant.Value}.{session.Value}.{Base64Url.EncodeToString(Mac(root.Derive(Purpose), tenant.Value, session.Value))}";

    /// <summary>The session that the handle stands for, or null when it was not made here.</summary>
    public (TenantId Tenant, SessionId Session)? Read(string handle)
    {
        if (handle.Length > MaxLength || handle.Split('.') is not [var tenant, var session, var given]) return null;

        // Sessions outlive a rotation of the root key.
        return root.DeriveEach(Purpose).Any(key => IsMac(key, tenant, session, given))
            ? (new TenantId(tenant), new SessionId(session)) : null;
    }

    private static bool IsMac(byte[] key, string tenant, string session, string given) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Mac(key, tenant, session))), Encoding.UTF8.GetBytes(given));

    // Neither part can hold a dot, so the text has one meaning.
    private static byte[] Mac(byte[] key, string tenant, string session) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{tenant}.{session}"))[..MacBytes];
}
