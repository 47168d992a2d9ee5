using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Bus;

/// <summary>
/// A user of NATS who may send events in. NATS checks its credential and lets it publish to <c>vagus-in.{tenant}.{sender}.&gt;</c> alone,
/// so the subject says who it was; here stands for which service account.
/// </summary>
/// <param name="Name">The token of the subject: lower-case letters, digits and hyphens.</param>
/// <param name="Tenant">The organization.</param>
/// <param name="Service">The service account of the tenant.</param>
public sealed record BusSender(string Name, string Tenant, string Service)
{
    internal static string? Problem(IReadOnlyList<BusSender> senders)
    {
        foreach (var sender in senders)
        {
            if (!ChosenId.IsValid(sender.Name)) return $"The sender '{sender.Name}' is no name: lower-case letters, digits and hyphens.";
            if (!ChosenId.IsValid(sender.Tenant)) return $"The tenant '{sender.Tenant}' of the sender {sender.Name} is no tenant's id.";
            if (!ChosenId.IsValid(sender.Service)) return $"The service account of the sender {sender.Name} is no id.";
        }

        return senders.GroupBy(sender => (sender.Tenant, sender.Name)).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? $"The sender {twice.Key.Name} stands twice for the tenant {twice.Key.Tenant}." : null;
    }

    internal TenantId TenantId => new(Tenant);
}
