using Vagus.Storage.Migrations;

namespace Vagus.Fhir.Store;

/// <summary>
/// Says of every version whether it is released to its patient, and finds the labels in their older spellings. It reads the stored bodies
/// once, so it takes its time on a large database. A deletion has no body: it is released when the version before it was.
/// </summary>
internal static class ReleasedMigration
{
    public static readonly Migration Step = new(206, "fhir release to the patient", SqliteScript) { PostgresScript = PostgresScript };

    private const string Columns = """
        alter table fhir_version add column released boolean not null default false;
        alter table fhir_resource add column released boolean not null default false;
        """;

    private const string SqliteScript = Columns + """

        update fhir_version
        set released = not exists (
              select 1 from json_each(cast(body as text), '$.meta.security') as label
              where upper(json_extract(label.value, '$.code')) = 'NOPAT')
            and ((select type from fhir_resource as r where r.tenant_id = fhir_version.tenant_id and r.rid = fhir_version.rid) not in ('DiagnosticReport', 'Observation')
              or coalesce(json_extract(cast(body as text), '$.status'), '') in ('final', 'amended', 'corrected', 'appended')),
          sensitive = sensitive or exists (
              select 1 from json_each(cast(body as text), '$.meta.security') as label
              where upper(json_extract(label.value, '$.code')) in ('R', 'V') and coalesce(json_extract(label.value, '$.system'), '') in (
                  '', 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', 'http://hl7.org/fhir/v3/Confidentiality', 'urn:oid:2.16.840.1.113883.5.25')
                or upper(json_extract(label.value, '$.code')) in (
                'ETH', 'ETHUD', 'GDIS', 'HIV', 'MST', 'MH', 'PSY', 'PSYTHPN', 'SCA', 'SDV', 'SEX', 'SICKLE', 'SPI', 'BH', 'COGN',
                'DVD', 'EMOTDIS', 'OPIOIDUD', 'STD', 'SUD', 'SUDP', 'ALC', 'DRGIS', 'TBOO', 'VIO', 'ABORT', 'FMP', 'FRT', 'VIP', 'CEL',
                'DEMO', 'DOB', 'GENDER', 'LIVARG', 'MARST', 'RACE', 'REL', 'B', 'EMPL', 'LOCIS', 'SSP', 'ADOL', 'DIA', 'PATLOC', 'PHY',
                'PRS', 'COMPT', 'EMP', '42CFRPART2', '42CFRPART2CD', 'HIPAAPSYNOTES', 'HIVAIDS', 'SEXAST', 'SUDETH', 'TAXHIV')
                and json_extract(label.value, '$.system') in (
                  'http://terminology.hl7.org/CodeSystem/v3-ActCode', 'http://hl7.org/fhir/v3/ActCode', 'urn:oid:2.16.840.1.113883.5.4'))
        where body is not null;
        """ + Rest;

    private const string PostgresScript = Columns + """

        update fhir_version
        set released = not exists (
              select 1 from json_array_elements(coalesce(convert_from(body, 'UTF8')::json #> '{meta,security}', '[]'::json)) as label
              where upper(label ->> 'code') = 'NOPAT')
            and ((select type from fhir_resource as r where r.tenant_id = fhir_version.tenant_id and r.rid = fhir_version.rid) not in ('DiagnosticReport', 'Observation')
              or coalesce(convert_from(body, 'UTF8')::json ->> 'status', '') in ('final', 'amended', 'corrected', 'appended')),
          sensitive = sensitive or exists (
              select 1 from json_array_elements(coalesce(convert_from(body, 'UTF8')::json #> '{meta,security}', '[]'::json)) as label
              where upper(label ->> 'code') in ('R', 'V') and coalesce(label ->> 'system', '') in (
                  '', 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', 'http://hl7.org/fhir/v3/Confidentiality', 'urn:oid:2.16.840.1.113883.5.25')
                or upper(label ->> 'code') in (
                'ETH', 'ETHUD', 'GDIS', 'HIV', 'MST', 'MH', 'PSY', 'PSYTHPN', 'SCA', 'SDV', 'SEX', 'SICKLE', 'SPI', 'BH', 'COGN',
                'DVD', 'EMOTDIS', 'OPIOIDUD', 'STD', 'SUD', 'SUDP', 'ALC', 'DRGIS', 'TBOO', 'VIO', 'ABORT', 'FMP', 'FRT', 'VIP', 'CEL',
                'DEMO', 'DOB', 'GENDER', 'LIVARG', 'MARST', 'RACE', 'REL', 'B', 'EMPL', 'LOCIS', 'SSP', 'ADOL', 'DIA', 'PATLOC', 'PHY',
                'PRS', 'COMPT', 'EMP', '42CFRPART2', '42CFRPART2CD', 'HIPAAPSYNOTES', 'HIVAIDS', 'SEXAST', 'SUDETH', 'TAXHIV')
                and label ->> 'system' in (
                  'http://terminology.hl7.org/CodeSystem/v3-ActCode', 'http://hl7.org/fhir/v3/ActCode', 'urn:oid:2.16.840.1.113883.5.4'))
        where body is not null;
        """ + Rest;

    private const string Rest = """

        update fhir_version
        set released = (
              select earlier.released from fhir_version as earlier
              where earlier.tenant_id = fhir_version.tenant_id and earlier.rid = fhir_version.rid and earlier.version = fhir_version.version - 1),
            sensitive = sensitive or (
              select earlier.sensitive from fhir_version as earlier
              where earlier.tenant_id = fhir_version.tenant_id and earlier.rid = fhir_version.rid and earlier.version = fhir_version.version - 1)
        where body is null;
        update fhir_resource
        set released = (
              select v.released from fhir_version as v
              where v.tenant_id = fhir_resource.tenant_id and v.rid = fhir_resource.rid and v.version = fhir_resource.version),
            sensitive = sensitive or (
              select v.sensitive from fhir_version as v
              where v.tenant_id = fhir_resource.tenant_id and v.rid = fhir_resource.rid and v.version = fhir_resource.version);
        """;
}
