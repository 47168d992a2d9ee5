using System.Data.Common;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Imports;

/// <summary>How far the imports of a tenant have come, each by the SHA-256 of its file.</summary>
internal static class ImportTables
{
    public static readonly Migration Step = new(242, "bulk imports", """
        create table bulk_import (
          tenant_id text not null,
          file_hash text not null,
          place bigint not null,
          lines bigint not null,
          stored bigint not null,
          refused bigint not null,
          done boolean not null,
          changed_at bigint not null,
          primary key (tenant_id, file_hash)
        );
        """);

    public static readonly Statement CountTenants = new("""
        select count(*)
        from access_tenant
        where tenant_id = @tenant_id
        """);

    public static readonly Statement Find = new("""
        select place, lines, stored, refused, done
        from bulk_import
        where tenant_id = @tenant_id
          and file_hash = @file_hash
        """);

    public static readonly Statement Keep = new("""
        insert into bulk_import (tenant_id, file_hash, place, lines, stored, refused, done, changed_at)
        values (@tenant_id, @file_hash, @place, @lines, @stored, @refused, @done, @changed_at)
        on conflict (tenant_id, file_hash) do update set
          place = excluded.place, lines = excluded.lines, stored = excluded.stored, refused = excluded.refused, done = excluded.done,
          changed_at = excluded.changed_at
        """);

    public static ImportProgress Of(DbDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetBoolean(4));
}

/// <summary>How far an import has come.</summary>
/// <param name="Place">Bytes of the file that are done with.</param>
/// <param name="Lines">Lines that are done with.</param>
/// <param name="Stored">Of them those that were stored.</param>
/// <param name="Refused">Of them those that were refused.</param>
/// <param name="Done">The end of the file was reached.</param>
public sealed record ImportProgress(long Place, long Lines, long Stored, long Refused, bool Done);

/// <summary>A line that was not stored, and why. It holds nothing of the line.</summary>
public sealed record RefusedLine(long Number, string Reason);
