using System.Collections.Concurrent;
using Vagus.Kernel;

namespace Vagus.Fhir.Profiles;

/// <summary>
/// How many validations there may be at a time: two in a process, one of a tenant. A tenant waits for its own first, so that its further
/// validations hold nothing that others wait for.
/// </summary>
internal sealed class ValidationSlots : IDisposable
{
    private readonly SemaphoreSlim all = new(2);
    private readonly ConcurrentDictionary<TenantId, SemaphoreSlim> tenants = new();

    /// <summary>False: none became free in this time. Each of the two waits has it.</summary>
    public async ValueTask<bool> Take(TenantId tenant, TimeSpan limit, CancellationToken cancel)
    {
        var own = OfTenant(tenant);
        if (!await own.WaitAsync(limit, cancel)) return false;
        var taken = false;
        try
        {
            taken = await all.WaitAsync(limit, cancel);
        }
        finally
        {
            if (!taken) own.Release();
        }

        return taken;
    }

    public void GiveBack(TenantId tenant)
    {
        all.Release();
        OfTenant(tenant).Release();
    }

    public void Dispose()
    {
        all.Dispose();
        foreach (var own in tenants.Values) own.Dispose();
    }

    private SemaphoreSlim OfTenant(TenantId tenant) => tenants.GetOrAdd(tenant, static _ => new SemaphoreSlim(1));
}
