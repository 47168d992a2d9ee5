using System.Security.Cryptography;
using System.Text;
using Vagus.Identity.Limits;

namespace Vagus.Identity.Doors;

/// <summary>
/// Slows guessing, and cannot be used to lock a clinician out. Each account and network has a bucket of attempts that fills again; an
/// account with recent failures, from any address, answers later but always answers. Accounts that do not exist are treated alike.
/// </summary>
internal sealed class SignInThrottle(TimeProvider clock)
{
    public const int Burst = 10;
    public static readonly TimeSpan Refill = TimeSpan.FromSeconds(6);
    public const int FreeFailures = 5;
    public static readonly TimeSpan Forgiveness = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(4);
    private const int MaxTracked = 50_000;
    public const int MostOfAccount = 50;
    public const int MostOfNetwork = 20;
    private const int MostOfAll = 2_000;

    private readonly TwoGenerationCache<string, Level> buckets = new(MaxTracked);
    private readonly TwoGenerationCache<string, Level> failures = new(MaxTracked);
    private readonly WaitingPlaces places = new(MostOfAccount, MostOfNetwork, MostOfAll);

    /// <summary>
    /// Takes an attempt and waits as long as the account's failures ask for. False: no attempts left, or too many wait, of the account, of
    /// the network or of all.
    /// </summary>
    public async ValueTask<bool> Enter(string account, string network, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (!Bucket(account, network).TryAdd(now, Refill, Burst)) return false;

        var delay = DelayAfter(Failures(account).Read(now, Forgiveness));
        if (delay == TimeSpan.Zero) return true;
        if (!places.TryTake(account, network)) return false;
        try
        {
            await Task.Delay(delay, clock, cancel);
            return true;
        }
        finally
        {
            places.Leave(account, network);
        }
    }

    public void Failed(string account) => Failures(account).TryAdd(clock.GetUtcNow(), Forgiveness, FreeFailures * 4);

    /// <summary>
    /// The attempt was no guess: it does not count. The account's failures stay: a success says nothing about who was guessing.
    /// </summary>
    public void GiveBack(string account, string network) => Bucket(account, network).TakeBack();

    internal static TimeSpan DelayAfter(double failures)
    {
        var excess = (int)failures - FreeFailures;
        if (excess < 0) return TimeSpan.Zero;
        var delay = FirstDelay * Math.Pow(2, Math.Min(excess, 10));
        return delay < LongestDelay ? delay : LongestDelay;
    }

    private Level Bucket(string account, string network) => buckets.GetOrAdd(Digest($"{account}\n{network}"), _ => new Level());

    private Level Failures(string account) => failures.GetOrAdd(Digest(account), _ => new Level());

    // A digest: entries have one size, and no addresses of people lie about in memory.
    private static string Digest(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 0, 16);

    /// <summary>A count that sinks by one in each interval.</summary>
    private sealed class Level
    {
        private readonly Lock changing = new();
        private double count;
        private DateTimeOffset at;

        public bool TryAdd(DateTimeOffset now, TimeSpan sinks, int max)
        {
            lock (changing)
            {
                Sink(now, sinks);
                if (count + 1 > max) return false;
                count++;
                return true;
            }
        }

        public double Read(DateTimeOffset now, TimeSpan sinks)
        {
            lock (changing)
            {
                Sink(now, sinks);
                return count;
            }
        }

        public void TakeBack()
        {
            lock (changing) count = Math.Max(0, count - 1);
        }

        private void Sink(DateTimeOffset now, TimeSpan sinks)
        {
            if (now > at) count = Math.Max(0, count - ((now - at) / sinks));
            at = now;
        }
    }
}
