using System.Text;
using Vagus.Access.Vault;
using Vagus.Identity.Tokens;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SigningIn;

/// <summary>
/// A refresh token: 256 random bits, of which only the SHA-256 is stored. Its family is its session: every token of a sign-in descends
/// from the first.
/// </summary>
internal static class RefreshToken
{
    public const int Length = 43;
    private const string SealPurpose = "refresh-successor";

    /// <summary>The successor is kept sealed for seconds only, for the client whose answer was lost on the way.</summary>
    public static byte[] Seal(RootKey root, string parentHash, string token) =>
        root.Wrap(SealPurpose, parentHash, Encoding.UTF8.GetBytes(token));

    public static string Open(RootKey root, string parentHash, byte[] wrapped) =>
        Encoding.UTF8.GetString(root.Unwrap(SealPurpose, parentHash, wrapped));

    /// <summary>Stores a new token of a session; <paramref name="parentHash"/> is null for the first one.</summary>
    public static void Add(
        WriteTransaction write, string session, string token, string? parentHash, string clientHash,
        (DateTimeOffset Idle, DateTimeOffset End) expires) =>
        write.Insert(
            Rows,
            write.Tenant.Value,
            SecretHash.Of(token),
            session,
            clientHash,
            parentHash,
            write.At.ToMicroseconds(),
            (expires.Idle < expires.End ? expires.Idle : expires.End).ToMicroseconds(),
            expires.End.ToMicroseconds());

    private static readonly InsertInto Rows = new(
        "access_refresh",
        ("tenant_id", ColumnType.Text),
        ("token_hash", ColumnType.Text),
        ("session_id", ColumnType.Text),
        ("client_hash", ColumnType.Text),
        ("parent_hash", ColumnType.Text),
        ("issued_at", ColumnType.BigInt),
        ("idle_expires_at", ColumnType.BigInt),
        ("expires_at", ColumnType.BigInt));
}
