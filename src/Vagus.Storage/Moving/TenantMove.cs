using Vagus.Kernel;

namespace Vagus.Storage.Moving;

/// <summary>Who moves, and where to.</summary>
/// <param name="Tenant">Who.</param>
/// <param name="Address">Where clients find the tenant from the switch on.</param>
/// <param name="SharesKeys">Both installations have one database of keys.</param>
/// <param name="SharesFiles">Both have one store of files.</param>
public sealed record TenantMove(TenantId Tenant, string Address, bool SharesKeys, bool SharesFiles)
{
    /// <summary>
    /// From the switch until the tenant is served at the other place: nodes of the one that it leaves learn within two seconds that its
    /// sessions have ended.
    /// </summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(3);
}
