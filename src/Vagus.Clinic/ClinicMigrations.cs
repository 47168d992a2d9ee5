using Vagus.Storage.Migrations;

namespace Vagus.Clinic;

/// <summary>The one table of this room: what its doors write is FHIR.</summary>
internal static class ClinicMigrations
{
    public static readonly Migration[] All =
    [
        new(600, "signing keys of tenants", """
            create table clinic_signing_key (
              tenant_id text not null,
              number bigint not null,
              kid text not null,
              x text not null,
              y text not null,
              sealed_private bytea not null,
              created_at bigint not null,
              primary key (tenant_id, number)
            );
            """),
    ];
}
