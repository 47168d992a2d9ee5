using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Vagus.Kernel;

namespace Vagus.Server.Edge;

/// <summary>
/// The token buckets of addresses, callers and tenants, of this process. Buckets that are full again are forgotten, so their number is that
/// of the clients of the last seconds. The framework's middleware takes one permit from each request; here a request takes what it costs.
/// </summary>
internal sealed class Buckets(EdgeLimits limits) : IDisposable
{
    private readonly PartitionedRateLimiter<string> addresses = Of(limits.UnitsPerAddress);
    private readonly PartitionedRateLimiter<Caller> callers = PartitionedRateLimiter.Create<Caller, string>(
        caller => Bucket($"{caller.Tenant.Value} {caller.User.Value}", limits.UnitsOf(caller.Role)));

    private readonly PartitionedRateLimiter<string> tenants = Of(limits.UnitsPerTenant);

    /// <summary>
    /// Takes the cost from the bucket of the address. Answers after how long to come again; null when the request may go on.
    /// </summary>
    public TimeSpan? TakeOf(IPAddress? address, int cost) =>
        limits.UnitsPerAddress == 0 ? null : Take(addresses, NetworkOf(address), cost, limits.UnitsPerAddress);

    /// <summary>The same of the caller, and then of the caller's tenant.</summary>
    public TimeSpan? TakeOf(Caller caller, int cost)
    {
        var own = limits.UnitsOf(caller.Role);
        if (own > 0 && Take(callers, caller, cost, own) is { } wait) return wait;
        return limits.UnitsPerTenant == 0 ? null : Take(tenants, caller.Tenant.Value, cost, limits.UnitsPerTenant);
    }

    public void Dispose()
    {
        addresses.Dispose();
        callers.Dispose();
        tenants.Dispose();
    }

    private static TimeSpan? Take<T>(PartitionedRateLimiter<T> limiter, T key, int cost, int rate)
    {
        using var lease = limiter.AttemptAcquire(key, Math.Min(cost, rate * EdgeLimits.BurstSeconds));
        if (lease.IsAcquired) return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) && wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1);
    }

    private static PartitionedRateLimiter<string> Of(int rate) =>
        PartitionedRateLimiter.Create<string, string>(key => Bucket(key, rate));

    private static RateLimitPartition<string> Bucket(string key, int rate) => RateLimitPartition.GetTokenBucketLimiter(
        key,
        _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate * EdgeLimits.BurstSeconds,
            TokensPerPeriod = rate,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });

    /// <summary>A client of IPv6 has a network of 2^64 addresses and may use each of them.</summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
    }
}
