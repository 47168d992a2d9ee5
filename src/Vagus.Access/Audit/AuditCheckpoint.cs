using System.Globalization;
using Vagus.Kernel;

namespace Vagus.Access.Audit;

/// <summary>What a log is at one size, as text (C2SP tlog-checkpoint): the part that is signed.</summary>
internal static class AuditCheckpoint
{
    public static string TextOf(TenantId tenant, long size, byte[] root) =>
        string.Create(CultureInfo.InvariantCulture, $"vagus/audit/{tenant.Value}\n{size}\n{Convert.ToBase64String(root)}\n");
}
