using System.Runtime.InteropServices;
using Vagus.Kernel;

namespace Vagus.Access.Vault;

/// <summary>
/// What shares a data key and is destroyed together: a thread, a file. <paramref name="Type"/> is the room's word for it (<c>thread</c>,
/// <c>file</c>), <paramref name="Id"/> its id within the tenant; neither may hold patient data.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct KeyScope(TenantId Tenant, string Type, string Id)
{
    /// <summary>The secret from which a tenant's keys are derived: see <see cref="TenantPurposes"/>.</summary>
    internal static KeyScope Derived(TenantId tenant) => new(tenant, DerivedType, "secret");

    internal const string DerivedType = "tenant-derived";
}
