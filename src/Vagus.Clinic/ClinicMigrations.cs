using Vagus.Storage.Migrations;

namespace Vagus.Clinic;

/// <summary>
/// The tables of this room: the keys of signatures, and indexes of when who is booked and which biopsies wait. All else is FHIR.
/// </summary>
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
        // The index of each tenant is made anew at its next booking: it lacks appointments of a PractitionerRole.
        new(602, "occupied time of practitioner roles", "delete from clinic_schedule;"),
        new(650, "open biopsies", """
            create table clinic_biopsy (
              tenant_id text not null,
              biopsy_id text not null,
              ordered_at bigint not null,
              mark text not null,
              is_open boolean not null,
              primary key (tenant_id, biopsy_id)
            );
            create index clinic_biopsy_open on clinic_biopsy (tenant_id, ordered_at, mark) where is_open;
            create table clinic_biopsy_report (
              tenant_id text not null,
              report_id text not null,
              biopsy_id text not null,
              primary key (tenant_id, report_id, biopsy_id)
            );
            create index clinic_biopsy_report_of on clinic_biopsy_report (tenant_id, biopsy_id);
            create table clinic_biopsy_index (
              tenant_id text not null primary key,
              made_at bigint not null
            );
            """),
        // The index of each tenant is made anew at its next list: it lacks the specimens.
        new(651, "specimens of biopsies", """
            create table clinic_biopsy_specimen (
              tenant_id text not null,
              specimen_id text not null,
              biopsy_id text not null,
              primary key (tenant_id, specimen_id, biopsy_id)
            );
            create index clinic_biopsy_specimen_of on clinic_biopsy_specimen (tenant_id, biopsy_id);
            delete from clinic_biopsy_index;
            """),
    ];
}
