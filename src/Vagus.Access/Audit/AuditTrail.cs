using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Access.Audit;

/// <summary>
/// The one way into the audit logs. What changes something adds its entry to its own write; what only looks appends an entry and answers
/// after the commit. Where the entry cannot be written, the access does not happen.
/// </summary>
public sealed class AuditTrail
{
    private readonly Func<TenantId, AuditEntry, Task<Refusal?>> append;

    public AuditTrail(GroupCommit commit)
        : this((tenant, entry) => commit.AddLeaf(tenant, AuditBody.Write(entry)))
    {
    }

    /// <summary>For the bench that measures what the audit costs.</summary>
    internal AuditTrail(Func<TenantId, AuditEntry, Task<Refusal?>> append) => this.append = append;

    /// <summary>The log of what belongs to no tenant.</summary>
    public static TenantId System => AuditLog.System;

    /// <summary>Null once the entry is on the disk. A refusal (503) means that nothing may be shown.</summary>
    public Task<Refusal?> Append(TenantId tenant, AuditEntry entry) => append(tenant, entry);

    /// <summary>The entry commits with the write, or neither does.</summary>
    public static void Add(WriteTransaction write, AuditEntry entry) => write.AddLeaf(AuditBody.Write(entry));
}
