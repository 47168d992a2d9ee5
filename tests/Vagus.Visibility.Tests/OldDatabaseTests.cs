using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access;
using Vagus.Fhir;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Store;
using Vagus.Identity;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Visibility.Tests;

/// <summary>
/// A database from before release and narrowing were columns: nothing in it is shown wider, and its log is judged by how things stand now.
/// </summary>
public abstract class OldDatabaseTests(Engine engine)
{
    private static readonly int[] NewSteps =
        [2, 4, 6, 206, 207, 208, 209, 210, 211, 215, 216, 217, 218, 219, 220, 221, 230, 240, 241, 242, 243, 252];
    private static readonly TenantId Tenant = new("old");

    [Fact]
    public async Task Release_and_labels_of_existing_versions_are_read_from_their_bodies()
    {
        await using var services = await Old();
        var older = Records.Restricted.Replace(
            "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "urn:oid:2.16.840.1.113883.5.25", StringComparison.Ordinal);
        await Insert(services, 1, "Observation", Records.Lab("a", "p1"));
        await Insert(services, 2, "Observation", Records.Lab("b", "p1", status: "preliminary"));
        await Insert(
            services, 3, "Observation",
            Records.Labelled(Records.Lab("c", "p1"), Records.Withheld.Replace("NOPAT", "\\u004eOPAT", StringComparison.Ordinal)));
        await Insert(services, 4, "Condition", Records.Of("Condition", "d", ""","subject":{"reference":"Patient/p1"}"""));
        await Insert(services, 5, "Condition", Records.Labelled(Records.Of("Condition", "e", ""), older));
        await Insert(
            services, 6, "Condition",
            Records.Labelled(Records.Of("Condition", "f", ""), Records.Withheld.Replace("NOPAT", "hiv", StringComparison.Ordinal)));
        await Insert(services, 7, "Observation", Records.Lab("g", "p1"), deleted: true);
        await Insert(services, 8, "Observation", Records.Lab("h", "p1", status: "cancelled"), deleted: true);

        await Migrate(services);

        var rows = await services.GetRequiredService<Database>().Query(
            Rows, [Tenant.Value], row =>
                $"{row.GetInt64(0)} {row.GetBoolean(1)} {row.GetBoolean(2)} {row.GetBoolean(3)} {row.GetBoolean(4)}",
                CancellationToken.None);
        Assert.Equal(
        [
            "1 True True False False", "2 False False False False", "3 False False False False", "4 True True False False",
            "5 True True True True", "6 True True True True", "7 True True False False", "8 False False False False",
        ],
            rows);
        // What carried a label before there were categories counts as of every one.
        var labels = await services.GetRequiredService<Database>().Query(
            Labels, [Tenant.Value], row => (row.GetInt64(0), row.GetInt64(1)), CancellationToken.None);
        const long All = long.MaxValue;
        Assert.Equal([(0, 0), (0, 0), (0, 0), (0, 0), (All, All), (All, All), (0, 0), (0, 0)], labels);
    }

    [Fact]
    public async Task Index_rows_are_moved_part_by_part_and_a_move_that_broke_off_goes_on()
    {
        await using var services = await Old();
        foreach (var tenant in (string[])["a", "b", "c"]) await InsertIndexed(services, new TenantId(tenant));
        var parts = 0;
        var breaking = services.GetServices<Migration>().Select(step => step.Part is not { } part ? step : step with
        {
            Part = (move, cancel) => ++parts == 2 ? throw new InvalidOperationException("On purpose.") : part(move, cancel),
        });

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => new Migrator(services.GetRequiredService<Database>(), breaking, TimeProvider.System).Run(CancellationToken.None));
        await Migrate(services);

        var rows = await services.GetRequiredService<Database>().Query(
            IndexRows, [], row => $"{row.GetString(0)} {row.GetString(1)}", CancellationToken.None);
        Assert.Equal(
            ((string[])["a", "b", "c"]).SelectMany(tenant => (string[])
            [
                $"{tenant} compartment p1 since 1", $"{tenant} date 0 10 20", $"{tenant} date 1 10 99999999999",
                $"{tenant} date 2 99999999999 10", $"{tenant} reference Patient/p1", $"{tenant} reference http://elsewhere",
                // What the old tables had, and what the newer kinds find in the body.
                $"{tenant} resource r1 p1:1 0:1 {Of("code", 0)} {Of("combo-code", 0)} 1:2 2:3 3:4 {Of("value-quantity", 5)}",
                $"{tenant} string ann Ann", $"{tenant} token  canary-r1-", $"{tenant} token  canary-r1-", $"{tenant} token  plain",
                $"{tenant} token http://loinc.org 8867-4",
            ]),
            rows);
    }

    [Fact]
    public async Task Newer_kinds_of_values_are_found_in_old_bodies_also_where_the_first_try_broke_off()
    {
        await using var services = await Old();
        await Insert(services, 1, "Observation", Records.Lab("a", "p1"));
        await Insert(services, 2, "Observation", Records.Lab("b", "p1"), deleted: true);
        var tries = 0;
        var breaking = services.GetServices<Migration>().Select(step => step.Number != 216 ? step : step with
        {
            Part = async (move, cancel) =>
            {
                var moved = await step.Part!(move, cancel);
                return ++tries == 1 ? throw new InvalidOperationException("On purpose.") : moved;
            },
        }).ToList();
        var migrator = new Migrator(services.GetRequiredService<Database>(), breaking, TimeProvider.System);

        await Assert.ThrowsAsync<InvalidOperationException>(() => migrator.Run(CancellationToken.None));
        await migrator.Run(CancellationToken.None);

        var rows = await services.GetRequiredService<Database>().Query(
            Amounts, [], row => $"{row.GetInt64(0)} {row.GetString(1)} {row.GetString(2)}", CancellationToken.None);
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.StartsWith("1 ", row, StringComparison.Ordinal));
        Assert.Equal(rows.Count, rows.Distinct().Count());
    }

    [Fact]
    public async Task Names_of_old_resources_are_found_by_their_parts_and_go_with_them()
    {
        await using var services = await Old();
        var family = R4Definitions.SearchParameter("Patient", "family")!.Id;
        await services.GetRequiredService<GroupCommit>().Write<bool>(
            Tenant,
            async (write, cancel) =>
            {
                await write.Execute(Resource, [Tenant.Value, "Patient", "r1", 1L, 1L, false], cancel);
                await write.Execute(
                    Version, [Tenant.Value, 1L, 1L, 1L, Encoding.UTF8.GetBytes("""{"resourceType":"Patient","id":"r1"}""")], cancel);
                await write.Execute(new Statement($"""
                    insert into fhir_string (tenant_id, param, folded, exact, rid) values (@tenant_id, {family}, 'smith-jones', 'Smith-Jones', 1)
                    """), [Tenant.Value], cancel);
                return true;
            },
            CancellationToken.None);

        await Migrate(services);

        var database = services.GetRequiredService<Database>();
        var rows = await database.Query(
            new Statement("select is_long, folded from fhir_string order by is_long, folded"), [],
            row => $"{row.GetInt64(0)} {row.GetString(1)}", CancellationToken.None);
        Assert.Equal(["0 smith-jones", "2 jones", "2 smith jones"], rows);
        var kept = await database.QueryOne(
            new Statement("select index_keys from fhir_resource"), [], row => (byte[])row.GetValue(0), CancellationToken.None);
        Assert.Contains("smith jones", Encoding.UTF8.GetString(kept!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_rows_of_the_log_are_readable_and_count_as_written_before_a_narrowing()
    {
        await using var services = await Old();
        await services.GetRequiredService<GroupCommit>().Write<bool>(
            Tenant,
            async (write, cancel) =>
            {
                await write.Execute(Head, [Tenant.Value], cancel);
                await write.Execute(Event, [Tenant.Value, "p1", "Observation/a/_history/1", "{}"u8.ToArray()], cancel);
                return true;
            },
            CancellationToken.None);

        await Migrate(services);

        var log = services.GetRequiredService<EventLog>();
        var row = Assert.Single(await log.Read(Tenant, 0, 10, CancellationToken.None));
        Assert.Equal([new PatientId("p1")], row.Patients);
        Assert.True(row.Position < row.NarrowedAt);
        Assert.Equal((1, 2), ((await log.Extent(Tenant, CancellationToken.None)).Last, row.NarrowedAt));
        Assert.Null(row.Released);
    }

    [Fact]
    public async Task First_and_later_versions_are_found_by_the_positions_of_their_events()
    {
        await using var services = await Old();
        await Insert(services, 1, "Observation", Records.Lab("a", "p1"));
        await services.GetRequiredService<GroupCommit>().Write<bool>(
            Tenant,
            async (write, cancel) =>
            {
                await write.Execute(Event, [Tenant.Value, "p1", "Observation/r1/_history/1", "{}"u8.ToArray()], cancel);
                await write.Execute(Version, [Tenant.Value, 1L, 2L, 7L, "{\"second\":true}"u8.ToArray()], cancel);
                await write.Execute(Version, [Tenant.Value, 1L, 3L, 9L, null], cancel);
                return true;
            },
            CancellationToken.None);

        await Migrate(services);

        var versions = services.GetRequiredService<ResourceVersions>();
        var all = await versions.Between(Tenant, 1, 9, CancellationToken.None);
        Assert.Equal([1L, 7L], all.Keys.Order());
        Assert.Equal("{\"second\":true}", Encoding.UTF8.GetString(all[7]));
        Assert.Equal([7L], (await versions.Between(Tenant, 2, 8, CancellationToken.None)).Keys);
        // What a history of the type is walked by.
        var later = await services.GetRequiredService<Database>().Query(
            LaterVersions, [], row => $"{row.GetString(0)} {row.GetInt64(1)} {row.GetInt64(2)} {row.GetInt64(3)}", CancellationToken.None);
        Assert.Equal(["Observation 7 1 2", "Observation 9 1 3"], later);
    }

    private static string Of(string code, int kind) => $"{kind}:{R4Definitions.SearchParameter("Observation", code)!.Id}";

    private async Task<ServiceProvider> Old()
    {
        var storage = engine == Engine.Postgres
            ? new StorageOptions { Postgres = await PostgresServer.NewDatabase() }
            : new StorageOptions { DataFolder = Directory.CreateTempSubdirectory("vagus-old-").FullName };
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton<IdSource>();
        services.AddStorage(storage);
        services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) });
        services.AddIdentity(new IdentityOptions());
        services.AddFhir(new FhirOptions());
        var provider = services.BuildServiceProvider();
        var old = provider.GetServices<Migration>().Where(step => !NewSteps.Contains(step.Number));
        await new Migrator(provider.GetRequiredService<Database>(), old, TimeProvider.System).Run(CancellationToken.None);
        return provider;
    }

    private static Task<int> Migrate(ServiceProvider services) => services.GetRequiredService<Migrator>().Run(CancellationToken.None);

    private static async Task Insert(ServiceProvider services, long rid, string type, string body, bool deleted = false)
    {
        await services.GetRequiredService<GroupCommit>().Write<bool>(
            Tenant,
            async (write, cancel) =>
            {
                await write.Execute(Resource, [Tenant.Value, type, $"r{rid}", rid, deleted ? 2L : 1L, deleted], cancel);
                await write.Execute(Version, [Tenant.Value, rid, 1L, rid, Encoding.UTF8.GetBytes(body)], cancel);
                if (deleted) await write.Execute(Version, [Tenant.Value, rid, 2L, rid + 100, null], cancel);
                return true;
            },
            CancellationToken.None);
    }

    private static Task InsertIndexed(ServiceProvider services, TenantId tenant) => services.GetRequiredService<GroupCommit>().Write<bool>(
        tenant,
        async (write, cancel) =>
        {
            await write.Execute(Resource, [tenant.Value, "Observation", "r1", 1L, 1L, false], cancel);
            await write.Execute(Version, [tenant.Value, 1L, 1L, 1L, Encoding.UTF8.GetBytes(Records.Lab("r1", "p1"))], cancel);
            foreach (var sql in OldIndexRows) await write.Execute(new Statement(sql), [tenant.Value], cancel);
            return true;
        },
        CancellationToken.None).AsTask();

    private static readonly string[] OldIndexRows =
    [
        "insert into fhir_compartment (tenant_id, patient_id, rid) values (@tenant_id, 'p1', 1)",
        "insert into fhir_token (tenant_id, param, code, system, rid) values (@tenant_id, 1, '8867-4', 'http://loinc.org', 1)",
        "insert into fhir_token (tenant_id, param, code, system, rid) values (@tenant_id, 1, 'plain', null, 1)",
        "insert into fhir_reference (tenant_id, param, target_id, target_type, rid) values (@tenant_id, 2, 'p1', 'Patient', 1)",
        "insert into fhir_reference (tenant_id, param, target_id, target_type, rid) values (@tenant_id, 2, 'http://elsewhere', null, 1)",
        "insert into fhir_string (tenant_id, param, folded, exact, rid) values (@tenant_id, 3, 'ann', 'Ann', 1)",
        "insert into fhir_date (tenant_id, param, low, high, rid) values (@tenant_id, 4, 10, 20, 1)",
        "insert into fhir_date (tenant_id, param, low, high, rid) values (@tenant_id, 4, 10, 99999999999, 1)",
    ];

    private static readonly Statement IndexRows = new("""
        select n.tenant_id, 'token ' || coalesce(s.name, '') || ' ' || x.code as line
        from fhir_token x join fhir_name n on n.number = x.tenant_number left join fhir_name s on s.number = x.system_number
        union all
        select n.tenant_id, 'reference ' || coalesce(s.name || '/', '') || x.target_id
        from fhir_reference x join fhir_name n on n.number = x.tenant_number left join fhir_name s on s.number = x.target_type
        union all
        select n.tenant_id, 'string ' || x.folded || ' ' || x.exact from fhir_string x join fhir_name n on n.number = x.tenant_number
        union all
        select n.tenant_id, 'date ' || x.span || ' ' || x.edge || ' ' || x.other
        from fhir_date x join fhir_name n on n.number = x.tenant_number
        union all
        select n.tenant_id, 'compartment ' || x.patient_id || ' since ' || x.since
        from fhir_compartment x join fhir_name n on n.number = x.tenant_number
        union all
        select n.tenant_id, 'resource ' || r.id || ' ' || r.compartments || ' ' || trim(r.params)
        from fhir_resource r join fhir_name n on n.number = r.type_number
        order by 1, 2
        """);

    private static readonly Statement Amounts = new("select rid, param || ' ' || measure, low from fhir_resource_amount order by 1, 2");

    private static readonly Statement Resource = new("""
        insert into fhir_resource (tenant_id, type, id, rid, version, position, updated_at, deleted, sensitive)
        values (@tenant_id, @type, @id, @rid, @version, @rid, 0, @deleted, false)
        """);

    private static readonly Statement Version = new("""
        insert into fhir_version (tenant_id, rid, version, position, updated_at, interaction, sensitive, body)
        values (@tenant_id, @rid, @version, @position, 0, 'PUT', false, @body)
        """);

    private static readonly Statement Head = new("insert into log_head (tenant_id, position, oldest) values (@tenant_id, 1, 1)");

    private static readonly Statement Event = new("""
        insert into event (tenant_id, position, event_id, type, patient_id, resource, sensitive, occurred_at, body)
        values (@tenant_id, 1, 'e', 'resource.created', @patient, @resource, false, 0, @body)
        """);

    private static readonly Statement Labels = new("""
        select r.labels, v.labels
        from fhir_resource r
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = r.version
        order by r.rid
        """);

    private static readonly Statement LaterVersions = new("""
        select n.name, l.position, l.rid, l.version
        from fhir_later_version l
        join fhir_name n on n.number = l.type_number
        order by l.position
        """);

    private static readonly Statement Rows = new("""
        select r.rid, r.released, v.released, r.sensitive, v.sensitive
        from fhir_resource r
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = r.version
        order by r.rid
        """);
}

public sealed class OldDatabasesOnSqlite() : OldDatabaseTests(Engine.Sqlite);

public sealed class OldDatabasesOnPostgres() : OldDatabaseTests(Engine.Postgres);
