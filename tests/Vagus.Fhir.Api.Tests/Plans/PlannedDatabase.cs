using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Vagus.Access;
using Vagus.Care;
using Vagus.Fhir.R4.Definitions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Plans;

/// <summary>A database of its own, empty or with 20,000 Observations of 2,000 patients, whose statements are explained.</summary>
internal sealed class PlannedDatabase : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly NpgsqlDataSource? postgres;
    private readonly string? folder;

    private PlannedDatabase(ServiceProvider services, NpgsqlDataSource? postgres, string? folder)
    {
        (this.services, this.postgres, this.folder) = (services, postgres, folder);
    }

    public static async Task<PlannedDatabase> Create(Engine engine)
    {
        var storage = engine == Engine.Postgres
            ? new StorageOptions { Postgres = await PostgresServer.NextDatabase() }
            : new StorageOptions { DataFolder = Directory.CreateTempSubdirectory("vagus-plans-").FullName };
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton<IdSource>();
        services.AddStorage(storage);
        services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) });
        services.AddFhir(new FhirOptions());
        services.AddCare();
        var provider = services.BuildServiceProvider();
        await TestDatabase.Migrate(provider);
        return storage.Postgres is { } text
            ? new PlannedDatabase(provider, NpgsqlDataSource.Create(text), folder: null)
            : new PlannedDatabase(provider, postgres: null, storage.DataFolder);
    }

    public async Task Load(bool analyse)
    {
        // Statistics of a background worker would decide by chance which of the cases this is.
        if (postgres is not null) await Run(string.Join('\n', Tables.Select(table => $"alter table {table} set (autovacuum_enabled = false);")));
        foreach (var script in Rows) await Run(script);
        if (analyse) await Run("analyze");
    }

    public async Task<Plan> Explain(ExplainedText text)
    {
        if (postgres is null) return Plan.OfSqlite(text.Sqlite, await ExplainSqlite(text));
        await using var connection = await postgres.OpenConnectionAsync();
        var lines = new List<string>();
        foreach (var sql in (string[])
            [
                // As the connections of the server have it.
                "set enable_seqscan = off", "set enable_bitmapscan = off", "set enable_hashjoin = off", "set enable_mergejoin = off",
                "set plan_cache_mode = force_generic_plan", $"prepare explained ({text.Types}) as {text.Numbered}",
                $"explain (costs off) execute explained ({string.Join(", ", text.Values.Select(_ => "null"))})", "deallocate explained",
            ])
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
        }

        return Plan.OfPostgres(lines);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, recursive: true);
    }

    private async Task<List<string>> ExplainSqlite(ExplainedText text) => await services.GetRequiredService<Database>()
        .Query(new Statement($"explain query plan {text.Sqlite}"), text.Values, row => row.GetString(3), CancellationToken.None);

    private async Task Run(string sql)
    {
        if (postgres is not null)
        {
            await using var command = postgres.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
            return;
        }

        await services.GetRequiredService<Storage.Writing.GroupCommit>().Write<int>(
            new TenantId("north"), async (write, cancel) => await write.Execute(new Statement(sql), [], cancel), CancellationToken.None);
    }

    private static readonly string[] Tables =
    [
        "fhir_name", "fhir_resource", "fhir_version", "fhir_token", "fhir_reference", "fhir_string", "fhir_date", "fhir_resource_date",
        "fhir_compartment", "fhir_word", "fhir_later_version", "event", "log_head", "chart_set", "chart_fact",
    ];

    private static readonly int Code = Parameter("code");
    private static readonly int Subject = Parameter("subject");
    private static readonly int Date = Parameter("date");
    private static readonly int Content = Parameter("_content");
    private static readonly int Text = Parameter("value-string");

    private static int Parameter(string code) => R4Definitions.SearchParameter("Observation", code)!.Id;

    private static string Many(string insert) =>
        $"with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) {insert} from n";

    private static readonly string[] Rows =
    [
        "insert into fhir_name (tenant_id, kind, name) values ('north', 0, '')",
        "insert into fhir_name (tenant_id, kind, name) values ('north', 1, 'Observation')",
        "insert into fhir_name (tenant_id, kind, name) values ('north', 1, 'Patient')",
        "insert into fhir_name (tenant_id, kind, name) values ('north', 2, 'http://loinc.org')",
        Many("""
            insert into fhir_resource (type_number, rid, id, version, position, updated_at, deleted, sensitive, released, compartments, params)
            select 2, i, 'o' || i, 1, i, i, false, false, true, 'p' || (i % 2000) || ':1', ' 0:1 '
            """),
        Many("""
            insert into fhir_version (tenant_id, rid, version, position, updated_at, interaction, sensitive, released, body)
            select 'north', i, 1, i, i, 'POST', false, true, cast('x' as bytea)
            """),
        """
        insert into fhir_version (tenant_id, rid, version, position, updated_at, interaction, sensitive, released, body)
        select 'north', rid, 2, 20000 + rid, rid, 'PUT', false, true, body from fhir_version where rid % 4 = 0
        """,
        "insert into fhir_later_version (type_number, position, rid, version) select 2, position, rid, 2 from fhir_version where version = 2",
        Many($"insert into fhir_token (tenant_number, param, code, system_number, rid) select 1, {Code}, 'c' || (i % 50), 4, i"),
        Many($"""
            insert into fhir_reference (tenant_number, param, target_id, target_type, rid)
            select 1, {Subject}, 'p' || (i % 2000), 3, i
            """),
        Many($"""
            insert into fhir_string (tenant_number, param, is_long, folded, rid, place, exact)
            select 1, {Text}, 0, 'text ' || i, i, 0, 'Text ' || i
            """),
        Many($"insert into fhir_date (tenant_number, param, span, edge, other, rid) select 1, {Date}, 0, i, i + 1, i"),
        Many($"insert into fhir_resource_date (tenant_number, param, rid, low, high) select 1, {Date}, i, i, i + 1"),
        Many($"insert into fhir_word (tenant_number, param, word, rid) select 1, {Content}, 'w' || (i % 50), i"),
        Many("insert into fhir_compartment (tenant_number, patient_id, rid, since) select 1, 'p' || (i % 2000), i, 1"),
        Many("""
            insert into event (tenant_id, position, event_id, type, sensitive, occurred_at, body)
            select 'north', i, 'e' || i, 'resource.created', false, i, cast('x' as bytea)
            """),
        "insert into chart_set (tenant_id, position, serving) values ('north', 20000, true)",
        Many("""
            insert into chart_fact (set_number, patient_id, kind, until, sort, origin, fact_key, since, since_at, type, version, kept,
              sensitive, labels, released, live, link, body)
            select 1, 'p' || (i % 200), (i % 28) + 1, case when i % 3 = 0 then i + 5 else 9223372036854775807 end, i, i, 'k' || i, i, i,
              'Observation', 1, true, false, 0, true, i % 2 = 0, 'Encounter/e' || (i % 50), cast('x' as bytea)
            """),
        "insert into log_head (tenant_id, position, oldest) values ('north', 20000, 1)",
    ];
}
