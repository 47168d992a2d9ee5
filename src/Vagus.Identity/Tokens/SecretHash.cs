using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Identity.Tokens;

/// <summary>
/// How a secret that the server made is stored: its SHA-256 as base64url. For random secrets only (tokens, codes, tickets, challenges): a
/// password needs the hashing of passwords.
/// </summary>
internal static class SecretHash
{
    public static string Of(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
