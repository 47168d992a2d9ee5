using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Vagus.Access.Passwords;

/// <summary>How a password compared with its hash.</summary>
internal enum PasswordMatch
{
    /// <summary>Too many hashes are being computed: nothing was compared.</summary>
    Busy,
    Wrong,
    Right,

    /// <summary>Right, and the hash was made with fewer rounds than today's: store a new one.</summary>
    RightButOld,
}

/// <summary>
/// PBKDF2-HMAC-SHA512 as ASP.NET Identity writes it. A hash costs a core for a tenth of a second, so at most one per core runs at once, and
/// who cannot get a turn within <see cref="AccessOptions.PasswordWait"/> is sent away: sign-in can be slowed by a flood, the rest of the server cannot. The default lets a shift of
/// two dozen people sign in at the same moment on two cores. A flood from one address is stopped before, by <c>SignInThrottle</c>.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    // The hasher ignores its user; any object does.
    private static readonly object Nobody = new();
    private const int MostWaiting = 64;
    private readonly SemaphoreSlim turns = new(Environment.ProcessorCount);
    private readonly PasswordHasher<object> hasher;
    private readonly Lazy<string> dummy;
    private readonly TimeSpan maxWait;
    private int waiting;

    public PasswordHashing(AccessOptions options)
    {
        hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = options.PasswordIterations }));
        maxWait = options.PasswordWait;
        dummy = new Lazy<string>(() => Hash("nobody has this password"));
    }

    public string Hash(string password) => hasher.HashPassword(Nobody, password);

    /// <summary>Compares; without a hash (an unknown user) it works as long and answers wrong.</summary>
    public async ValueTask<PasswordMatch> Compare(string? hash, string password, CancellationToken cancel)
    {
        if (!await GetTurn(cancel)) return PasswordMatch.Busy;
        try
        {
            var result = hasher.VerifyHashedPassword(Nobody, hash ?? dummy.Value, password);
            if (hash is null) return PasswordMatch.Wrong;
            return result switch
            {
                PasswordVerificationResult.Success => PasswordMatch.Right,
                PasswordVerificationResult.SuccessRehashNeeded => PasswordMatch.RightButOld,
                _ => PasswordMatch.Wrong,
            };
        }
        finally
        {
            turns.Release();
        }
    }

    private async ValueTask<bool> GetTurn(CancellationToken cancel)
    {
        if (Interlocked.Increment(ref waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return false;
        }

        try
        {
            return await turns.WaitAsync(maxWait, cancel);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Makes the hash that unknown users are compared with, so that the first such sign-in is not slower than others.</summary>
    public void WarmUp() => _ = dummy.Value;

    public void Dispose() => turns.Dispose();
}
