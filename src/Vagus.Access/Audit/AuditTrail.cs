using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Access.Audit;

/// <summary>
/// The one way into the audit logs. What changes something adds its entry to its own write; what only looks appends an entry and answers
/// after the commit. Where the entry cannot be written, the access does not happen. Not sealed: a benchmark composes a server without it.
/// </summary>
public class AuditTrail(GroupCommit commit)
{
    /// <summary>The log of what belongs to no tenant.</summary>
    public static TenantId System => AuditLog.System;

    /// <summary>Null once the entry is on the disk. A refusal (503) means that nothing may be shown.</summary>
    public virtual Task<Refusal?> Append(TenantId tenant, AuditEntry entry) => commit.AddLeaf(tenant, AuditBody.Write(entry));

    /// <summary>The entry commits with the write, or neither does.</summary>
    public static void Add(WriteTransaction write, AuditEntry entry) => write.AddLeaf(AuditBody.Write(entry));
}
