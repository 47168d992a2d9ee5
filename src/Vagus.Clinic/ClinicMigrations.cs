using Vagus.Storage.Migrations;

namespace Vagus.Clinic;

/// <summary>The tables of this room: the keys of signatures, and an index of when who is booked. All else is FHIR.</summary>
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
        new(601, "occupied time", """
            create table clinic_occupied (
              tenant_id text not null,
              actor text not null,
              piece_at bigint not null,
              appointment_id text not null,
              start_at bigint not null,
              end_at bigint not null,
              primary key (tenant_id, actor, piece_at, appointment_id)
            );
            create index clinic_occupied_appointment on clinic_occupied (tenant_id, appointment_id);
            create table clinic_schedule (
              tenant_id text not null primary key,
              since bigint not null
            );
            """),
    ];
}
