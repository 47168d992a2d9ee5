using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Vagus.Identity.Keys;
using Vagus.Identity.Tokens;

namespace Vagus.Identity.Providers;

/// <summary>
/// Reads another issuer's public keys (RFC 7517). What is not a signature key of a known kind, or shares its id, is left out.
/// </summary>
internal static class KeySet
{
    private const int MaxKeys = 50;

    /// <param name="set">The set.</param>
    /// <param name="rsaAlgorithm">What an RSA key is for that does not say it.</param>
    public static FrozenDictionary<string, VerificationKey> Read(JsonElement set, string rsaAlgorithm = VerificationKey.Rs256)
    {
        if (!set.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
            return FrozenDictionary<string, VerificationKey>.Empty;
        return keys.EnumerateArray()
            .Take(MaxKeys)
            .Where(key => key.ValueKind == JsonValueKind.Object)
            .GroupBy(key => AccessClaims.Text(key, "kid") ?? "", StringComparer.Ordinal)
            // Two keys of one id: which of them is meant cannot be told.
            .Where(same => same.Key.Length > 0 && same.Count() == 1)
            .Select(same => KeyOf(same.Single(), same.Key, rsaAlgorithm))
            .OfType<VerificationKey>()
            .ToFrozenDictionary(key => key.Kid, StringComparer.Ordinal);
    }

    private static VerificationKey? KeyOf(JsonElement key, string kid, string rsaAlgorithm)
    {
        if (AccessClaims.Text(key, "use") is { } use && use != "sig") return null;
        if (key.TryGetProperty("key_ops", out var uses)
            && !(uses.ValueKind == JsonValueKind.Array && uses.EnumerateArray().Any(one => one.ValueEquals("verify"))))
        {
            return null;
        }

        var made = AccessClaims.Text(key, "kty") switch
        {
            "EC" => Elliptic(key, kid),
            "RSA" => Rsa(key, kid, rsaAlgorithm),
            _ => null,
        };
        return AccessClaims.Text(key, "alg") is { } algorithm && made?.Algorithm != algorithm ? null : made;
    }

    private static VerificationKey? Elliptic(JsonElement key, string kid)
    {
        if (Bytes(key, "x") is not { } x || Bytes(key, "y") is not { } y) return null;
        try
        {
            return AccessClaims.Text(key, "crv") switch
            {
                "P-256" => new VerificationKey(kid, new ECPoint { X = x, Y = y }),
                "P-384" => VerificationKey.OfP384(kid, new ECPoint { X = x, Y = y }),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static VerificationKey? Rsa(JsonElement key, string kid, string rsaAlgorithm) =>
        Bytes(key, "n") is { } modulus && Bytes(key, "e") is { } exponent
            ? VerificationKey.OfRsa(kid, AccessClaims.Text(key, "alg") ?? rsaAlgorithm, modulus, exponent)
            : null;

    private static byte[]? Bytes(JsonElement key, string name) =>
        AccessClaims.Text(key, name) is { } text ? StrictBase64Url.Decode(text) : null;
}
