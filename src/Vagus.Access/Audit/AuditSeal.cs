using System.Security.Cryptography;
using System.Text;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Access.Audit;

/// <summary>
/// What people typed, as entries may hold it: a query sealed, an identifier hashed, each with a key of its tenant under the root key.
/// </summary>
public sealed class AuditSeal(RootKey root)
{
    private const string Context = "audit entry";

    public byte[] Query(TenantId tenant, string text) => root.Wrap(QueryPurpose(tenant), Context, Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Null where it does not open: the root key of then is gone. The entry is shown without it, since the log proves what is stored.
    /// </summary>
    public string? OpenQuery(TenantId tenant, byte[] sealedQuery)
    {
        try
        {
            return Encoding.UTF8.GetString(root.Unwrap(QueryPurpose(tenant), Context, sealedQuery));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Equal identifiers of one tenant have equal hashes. People type passwords where an e-mail belongs.</summary>
    public string Identifier(TenantId tenant, string presented) => Convert.ToHexStringLower(
        HMACSHA256.HashData(root.Derive($"audit/identifier/{tenant.Value}"), Encoding.UTF8.GetBytes(presented)).AsSpan(0, 16));

    private static string QueryPurpose(TenantId tenant) => $"audit/query/{tenant.Value}";
}
