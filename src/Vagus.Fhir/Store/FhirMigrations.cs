using Vagus.Fhir.Store.Index;
using Vagus.Storage.Migrations;

namespace Vagus.Fhir.Store;

/// <summary>
/// The tables of the store; those of today are in <see cref="NumberedMigration"/>. <c>rid</c> is the log position of a resource's creation:
/// unique within the tenant, small, and in order of time; index rows point at it. <c>position</c> is the log position of the last change,
/// which makes it the sort key of <c>_lastUpdated</c>.
/// </summary>
internal static class FhirMigrations
{
    public static readonly Migration[] All =
    [
        new(200, "fhir resources", """
            create table fhir_resource (
              tenant_id text not null,
              type text not null,
              id text not null,
              rid bigint not null,
              version bigint not null,
              position bigint not null,
              updated_at bigint not null,
              deleted boolean not null,
              sensitive boolean not null,
              primary key (tenant_id, type, id)
            );
            create unique index fhir_resource_rid on fhir_resource (tenant_id, rid);
            create index fhir_resource_change on fhir_resource (tenant_id, type, position);
            create table fhir_version (
              tenant_id text not null,
              rid bigint not null,
              version bigint not null,
              position bigint not null,
              updated_at bigint not null,
              interaction text not null,
              sensitive boolean not null,
              body bytea,
              primary key (tenant_id, rid, version)
            );
            create unique index fhir_version_position on fhir_version (tenant_id, position);
            create table fhir_compartment (
              tenant_id text not null,
              patient_id text not null,
              rid bigint not null,
              primary key (tenant_id, patient_id, rid)
            );
            create index fhir_compartment_rid on fhir_compartment (tenant_id, rid);
            """),
        new(201, "fhir search index", Index)
        {
            // Prefixes are found by ranges, which are ranges of bytes only without a language's collation.
            PostgresScript = Index.Replace("folded text", "folded text collate \"C\"", StringComparison.Ordinal),
        },
        new(205, "fhir compartments by version and order of creation", """
            alter table fhir_compartment add column since bigint not null default 1;
            create index fhir_resource_creation on fhir_resource (tenant_id, type, rid);
            """),
        ReleasedMigration.Step,
        new(207, "fhir long texts", LongTexts)
        {
            // Compared by ranges, like the prefix.
            PostgresScript = LongTexts.Replace("whole text", "whole text collate \"C\"", StringComparison.Ordinal),
        },
        NumberedMigration.Tables,
        NumberedMigration.Rows,
        // The first version of a resource is at the position that is its rid, so that the primary key finds it.
        new(210, "fhir later versions by position", """
            drop index fhir_version_position;
            create unique index fhir_version_later on fhir_version (tenant_id, position) where version > 1;
            """),
        // Sensitive is "labels are not 0". What was written before counts as of every category, until the record is written again.
        new(211, "fhir labels by category", """
            alter table fhir_resource add column labels bigint not null default 0;
            alter table fhir_version add column labels bigint not null default 0;
            update fhir_resource set labels = 9223372036854775807 where sensitive;
            update fhir_version set labels = 9223372036854775807 where sensitive;
            """),
        SearchKindsMigration.Tables,
        NamePartsMigration.Table,
        NamePartsMigration.Rows,
        PositionsMigration.Table,
        PositionsMigration.Rows,
        // Histories of a type are read from the newest end. First versions are found by their resource's rid.
        new(230, "fhir later versions by type", LaterVersions("without rowid"))
        {
            PostgresScript = LaterVersions(""),
        },
        new(240, "fhir words", new WordIndex().SqliteTables + TextState) { PostgresScript = new WordIndex().PostgresTables + TextState },
        // Null: by a configured address, or before this step.
        new(263, "the addresses by which versions came", "alter table fhir_version add column came_by text;"),
    ];

    private const string TextState = """

        create table fhir_text_state (
          tenant_id text primary key,
          wanted boolean not null,
          filled boolean not null,
          type_number bigint not null,
          rid bigint not null
        );
        """;

    private static string LaterVersions(string storage) => $"""
        create table fhir_later_version (
          type_number integer not null,
          position bigint not null,
          rid bigint not null,
          version bigint not null,
          primary key (type_number, position)
        ) {storage};
        insert into fhir_later_version (type_number, position, rid, version)
        select r.type_number, v.position, v.rid, v.version
        from fhir_name n
        join fhir_resource r on r.type_number = n.number
        join fhir_version v on v.tenant_id = n.tenant_id and v.rid = r.rid
        where n.kind = 1
          and v.version > 1;
        """;

    // The few texts that are longer than the prefix are looked through by themselves, so that the others are answered from the index alone.
    private const string LongTexts = """
        alter table fhir_string add column whole text;
        create index fhir_string_whole on fhir_string (tenant_id, param, rid) where whole is not null;
        """;

    private const string Index = """
        create table fhir_token (
          tenant_id text not null,
          param bigint not null,
          code text not null,
          system text,
          rid bigint not null
        );
        create index fhir_token_value on fhir_token (tenant_id, param, code, rid);
        create index fhir_token_rid on fhir_token (tenant_id, rid);
        create table fhir_reference (
          tenant_id text not null,
          param bigint not null,
          target_id text not null,
          target_type text,
          rid bigint not null
        );
        create index fhir_reference_value on fhir_reference (tenant_id, param, target_id, rid);
        create index fhir_reference_rid on fhir_reference (tenant_id, rid);
        create table fhir_string (
          tenant_id text not null,
          param bigint not null,
          folded text not null,
          exact text not null,
          rid bigint not null
        );
        create index fhir_string_value on fhir_string (tenant_id, param, folded, rid);
        create index fhir_string_rid on fhir_string (tenant_id, rid);
        create table fhir_date (
          tenant_id text not null,
          param bigint not null,
          low bigint not null,
          high bigint not null,
          rid bigint not null
        );
        create index fhir_date_low on fhir_date (tenant_id, param, low, rid);
        create index fhir_date_high on fhir_date (tenant_id, param, high, rid);
        create index fhir_date_rid on fhir_date (tenant_id, rid);
        """;
}
