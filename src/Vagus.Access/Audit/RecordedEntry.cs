using System.Data.Common;
using Vagus.Storage.Sql;

namespace Vagus.Access.Audit;

/// <summary>An entry in its place.</summary>
public sealed record RecordedEntry(long Index, DateTimeOffset RecordedAt, AuditEntry Entry)
{
    internal static RecordedEntry Read(DbDataReader row) =>
        new(row.GetInt64(0), Instant.FromMicroseconds(row.GetInt64(1)), AuditBody.Read((byte[])row.GetValue(2)));
}
