using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Bus;

/// <summary>
/// A user of NATS who follows a tenant's events by a durable consumer of this name. The server makes the consumer: a user who may make one
/// could name a subject to deliver to, and so have NATS write into the streams of others.
/// </summary>
/// <param name="Name">Of the consumer: lower-case letters, digits and hyphens.</param>
/// <param name="Tenant">The organization.</param>
public sealed record BusReader(string Name, string Tenant)
{
    internal static string? Problem(IReadOnlyList<BusReader> readers)
    {
        foreach (var reader in readers)
        {
            if (!ChosenId.IsValid(reader.Name)) return $"The reader '{reader.Name}' is no name: lower-case letters, digits and hyphens.";
            if (!ChosenId.IsValid(reader.Tenant)) return $"The tenant '{reader.Tenant}' of the reader {reader.Name} is no tenant's id.";
        }

        return readers.GroupBy(reader => reader).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? $"The reader {twice.Key.Name} stands twice for the tenant {twice.Key.Tenant}." : null;
    }
}
