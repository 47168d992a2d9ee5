using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Vagus.Identity.Limits;

namespace Vagus.Identity.Passwords;

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
/// PBKDF2-HMAC-SHA512 as ASP.NET Identity writes it. A hash costs a core for a tenth of a second, so one core is left to everything else,
/// hashes run on threads of their own, and a sign-in that gets no turn within <see cref="IdentityOptions.PasswordWait"/> is refused:
/// sign-in can be slowed by a flood, the rest of the server cannot. Turns go from network to network, so a flood over many addresses slows
/// sign-in from its own network. The default lets a shift of two dozen people sign in at the same moment on two cores. A flood against one
/// account is stopped before, by <c>SignInThrottle</c>.
/// </summary>
internal sealed class PasswordHashing
{
    // The hasher ignores its user; any object does.
    private static readonly object Nobody = new();
    private const int WaitingOfNetwork = 64;
    private const int WaitingOfAll = 512;
    private readonly FairTurns turns = new(Math.Max(1, Environment.ProcessorCount - 1), WaitingOfNetwork, WaitingOfAll);
    private readonly PasswordHasher<object> hasher;
    private readonly Lazy<string> dummy;
    private readonly TimeSpan maxWait;

    public PasswordHashing(IdentityOptions options)
    {
        hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = options.PasswordIterations }));
        maxWait = options.PasswordWait;
        dummy = new Lazy<string>(() => Hash("nobody has this password"));
    }

    public string Hash(string password) => hasher.HashPassword(Nobody, password);

    /// <summary>Compares; without a hash (an unknown user) it works as long and answers wrong.</summary>
    /// <param name="network">Whose turn it is: networks are served one after the other.</param>
    public async ValueTask<PasswordMatch> Compare(string? hash, string password, string network, CancellationToken cancel)
    {
        if (!await turns.Take(network, maxWait, cancel)) return PasswordMatch.Busy;
        try
        {
            var result = await OnOwnThread(() => hasher.VerifyHashedPassword(Nobody, hash ?? dummy.Value, password));
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

    // Not on the pool: its threads are as many as the cores, and a flood of hashes would keep every other request waiting for one.
    private static Task<T> OnOwnThread<T>(Func<T> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>Makes the hash that unknown users are compared with, so that the first such sign-in is not slower than others.</summary>
    public void WarmUp() => _ = dummy.Value;
}
