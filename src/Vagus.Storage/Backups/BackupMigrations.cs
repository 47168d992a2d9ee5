using Vagus.Storage.Migrations;

namespace Vagus.Storage.Backups;

/// <summary>Positions that were in use before a restore: logs of tenants that are new since then begin behind them.</summary>
internal static class BackupMigrations
{
    public static readonly Migration[] All =
    [
        new(40, "positions before a restore", """
            create table log_floor (
              position bigint primary key,
              restored_at bigint not null
            );
            """),
    ];
}
