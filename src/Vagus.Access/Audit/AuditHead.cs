using System.Data.Common;

namespace Vagus.Access.Audit;

/// <summary>The head row of a tenant's audit log.</summary>
internal sealed record AuditHead(long Size, byte[] Frontier, long RecordedAt)
{
    public static AuditHead Read(DbDataReader row) => new(row.GetInt64(0), (byte[])row.GetValue(1), row.GetInt64(2));
}
