using Vagus.Kernel;

namespace Vagus.Storage.Moving;

/// <summary>Who moves, and where to.</summary>
/// <param name="Tenant">Who.</param>
/// <param name="Address">Where clients find the tenant from the switch on.</param>
public sealed record TenantMove(TenantId Tenant, string Address)
{
    /// <summary>
    /// From the switch until the tenant is served at the other place: nodes of the one that it leaves learn within two seconds that its
    /// sessions have ended.
    /// </summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(3);
}
