using Vagus.Fhir.Store.Index;
using Vagus.Storage.Migrations;

namespace Vagus.Fhir.Store;

/// <summary>
/// Tables whose rows begin with small numbers in place of the names of tenant, type and system, each one b-tree, in place of the tables of
/// steps 200 to 207. <see cref="Tables"/> puts the old ones aside and makes the new ones; <see cref="Rows"/> moves the resources, a part at
/// a time. <c>fhir_version</c> stays as it is.
/// </summary>
internal static class NumberedMigration
{
    public static readonly Migration Tables = new(208, "fhir numbered tables", SqliteScript) { PostgresScript = PostgresScript };

    public static readonly Migration Rows = new(209, "fhir numbered rows", """
        drop table old_fhir_token;
        drop table old_fhir_reference;
        drop table old_fhir_string;
        drop table old_fhir_date;
        drop table old_fhir_compartment;
        drop table old_fhir_resource;
        """) { Part = MoveResources.Part };

    // The old indexes by resource stay: the move reads by them.
    private const string Aside = """
        drop index fhir_resource_change;
        drop index fhir_resource_creation;
        drop index fhir_token_value;
        drop index fhir_reference_value;
        drop index fhir_string_value;
        drop index fhir_string_whole;
        drop index fhir_date_low;
        drop index fhir_date_high;
        alter table fhir_resource rename to old_fhir_resource;
        alter table fhir_compartment rename to old_fhir_compartment;
        alter table fhir_token rename to old_fhir_token;
        alter table fhir_reference rename to old_fhir_reference;
        alter table fhir_string rename to old_fhir_string;
        alter table fhir_date rename to old_fhir_date;

        """;

    private static string SqliteScript => Aside + """
        create table fhir_name (
          number integer primary key,
          tenant_id text not null,
          kind integer not null,
          name text not null,
          unique (tenant_id, kind, name)
        );
        create table fhir_resource (
          type_number integer not null,
          rid integer not null,
          id text not null,
          version integer not null,
          position integer not null,
          updated_at integer not null,
          deleted boolean not null,
          sensitive boolean not null,
          released boolean not null,
          compartments text not null,
          parties text,
          params text not null,
          index_keys blob,
          primary key (type_number, rid)
        ) without rowid;
        create unique index fhir_resource_id on fhir_resource (type_number, id);
        create unique index fhir_resource_last_change on fhir_resource (type_number, position);
        create table fhir_compartment (
          tenant_number integer not null,
          patient_id text not null,
          rid integer not null,
          since integer not null,
          primary key (tenant_number, patient_id, rid)
        ) without rowid;

        """ + string.Concat(Kinds.Select(kind => kind.SqliteTables + "\n"));

    private static string PostgresScript => Aside + """
        create table fhir_name (
          number bigint generated always as identity primary key,
          tenant_id text collate "C" not null,
          kind integer not null,
          name text collate "C" not null,
          unique (tenant_id, kind, name)
        );
        create table fhir_resource (
          type_number integer not null,
          rid bigint not null,
          id text collate "C" not null,
          version bigint not null,
          position bigint not null,
          updated_at bigint not null,
          deleted boolean not null,
          sensitive boolean not null,
          released boolean not null,
          compartments text not null,
          parties text,
          params text not null,
          index_keys bytea,
          primary key (type_number, rid)
        );
        create unique index fhir_resource_id on fhir_resource (type_number, id);
        create unique index fhir_resource_last_change on fhir_resource (type_number, position);
        create table fhir_compartment (
          tenant_number integer not null,
          patient_id text collate "C" not null,
          rid bigint not null,
          since bigint not null,
          primary key (tenant_number, patient_id, rid)
        );

        """ + string.Concat(Kinds.Select(kind => kind.PostgresTables + "\n"));

    /// <summary>The kinds of this step; later ones have a step of their own.</summary>
    private static IEnumerable<IndexKind> Kinds =>
        IndexKind.All.Where(kind => kind is TokenIndex or ReferenceIndex or StringIndex or DateIndex);
}
