using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Vagus.Identity.Limits;

namespace Vagus.Identity.Tokens;

/// <summary>
/// Remembers for up to a minute which tokens verified, so that a busy client costs one signature check a minute. Only successes are kept.
/// </summary>
internal sealed class VerifiedTokens(TokenVerifier verifier, TimeProvider clock)
{
    public const int MaxEntries = 100_000;
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(60);

    private readonly TwoGenerationCache<Digest, Verified> known = new(MaxEntries);
    private int epoch;

    public TokenCheck Verify(string token)
    {
        // Before hashing: the length of what a stranger sends is not our cost.
        if (token.Length > TokenVerifier.MaxLength) return TokenFault.TooLong;

        var now = clock.GetUtcNow();
        var digest = Digest.Of(token);
        var current = Volatile.Read(ref epoch);
        if (known.TryGet(digest, out var hit) && hit.Until > now && hit.Epoch == current) return hit.Claims;

        var check = verifier.Verify(token, now);
        if (check.Claims is { } claims) known.Keep(digest, new Verified(claims, Earlier(claims.ExpiresAt, now + KeptFor), current));
        return check;
    }

    /// <summary>Forgets everything: a key is gone, and with it the trust in what it signed.</summary>
    public void Forget() => Interlocked.Increment(ref epoch);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private sealed record Verified(AccessClaims Claims, DateTimeOffset Until, int Epoch);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Digest(UInt128 High, UInt128 Low)
    {
        public static Digest Of(string token)
        {
            Span<UInt128> halves = stackalloc UInt128[2];
            SHA256.HashData(Encoding.UTF8.GetBytes(token), MemoryMarshal.AsBytes(halves));
            return new Digest(halves[0], halves[1]);
        }
    }
}
