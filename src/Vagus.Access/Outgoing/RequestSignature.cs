using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Access.Outgoing;

/// <summary>How requests are signed that go to receivers who share a secret with their sender.</summary>
public static class RequestSignature
{
    public const string Header = "Vagus-Signature";

    /// <summary><c>t=1767225600,v1=…</c>: v1 is HMAC-SHA-256, in hexadecimal, of the second, a dot and the body.</summary>
    public static string Of(string secret, DateTimeOffset at, byte[] body)
    {
        var second = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{second}."), .. body];
        return $"t={second},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }
}
