using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Care.Charts;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>
/// Charts that are built anew are those that were kept live, whatever failed on the way; and a chart is still what it was then.
/// </summary>
public abstract class RebuildTests(Engine engine)
{
    private const int Steps = 400;

    [Fact]
    public async Task Charts_built_anew_equal_those_kept_live_through_failures_and_a_chart_as_of_then_equals_the_chart_of_then()
    {
        var seed = Environment.TickCount & 0xffff;
        TestContext.Current.SendDiagnosticMessage("Charts: seed {0}", seed);
        await using var server = await Start(services => FailingCharts.Replace(services, seed));
        var clinic = await ChartClinic.Open(server);
        var history = new RandomHistory(clinic, seed);
        var kept = new List<(string Patient, long Sequence, string Chart)>();
        await clinic.Write(Records.Patient("p1"), Records.Patient("p2"), Records.Patient("p3"));
        for (var step = 0; step < Steps; step++)
        {
            await history.Step();
            if (step % 20 == 10) kept.Add(await Keep(clinic, history.AnyPatient));
            if (step == Steps / 2) await Rebuild(server, clinic, steps: 1);
        }

        await clinic.CatchUp();
        var live = await Rows(server, clinic);
        await Rebuild(server, clinic, steps: int.MaxValue);
        var anew = await Rows(server, clinic);

        Assert.True(live.Count > Steps / 2, $"seed {seed}: {live.Count} rows");
        Assert.True(live.SequenceEqual(anew), $"seed {seed}:\n{Difference(live, anew)}");
        var failures = server.Get<FailingCharts>();
        Assert.True(failures is { Failed: > 5, Repeated: > 5 }, $"seed {seed}: too little failed");
        Assert.Empty(await server.Get<Vagus.Storage.Consuming.ParkedEvents>().List(CancellationToken.None));
        foreach (var (patient, sequence, chart) in kept)
        {
            var asOf = Plain(await clinic.Chart(patient, query: string.Create(CultureInfo.InvariantCulture, $"?asOf={sequence}")));
            Assert.True(chart == asOf, $"seed {seed}: {patient} as of {sequence}\n{chart}\n{asOf}");
        }
    }

    [Fact]
    public async Task Charts_built_anew_equal_those_kept_live_where_each_row_of_each_batch_failed_in_turn()
    {
        var seed = Environment.TickCount & 0xffff;
        await using var server = await Start(RowByRowCharts.Replace);
        await server.Get<RowByRowCharts>().Begin();
        var clinic = await ChartClinic.Open(server);
        var history = new RandomHistory(clinic, seed);
        await clinic.Write(Records.Patient("p1"), Records.Patient("p2"), Records.Patient("p3"));
        for (var step = 0; step < Steps / 4; step++) await history.Step();

        await clinic.CatchUp();
        var live = await Rows(server, clinic);
        await Rebuild(server, clinic, steps: int.MaxValue);
        var anew = await Rows(server, clinic);

        Assert.True(live.Count > Steps / 8, $"seed {seed}: {live.Count} rows");
        Assert.True(live.SequenceEqual(anew), $"seed {seed}:\n{Difference(live, anew)}");
        Assert.True(server.Get<RowByRowCharts>().Failed > Steps / 8, $"seed {seed}: too little failed");
        Assert.Empty(await server.Get<Vagus.Storage.Consuming.ParkedEvents>().List(CancellationToken.None));
    }

    [Fact]
    public async Task A_moment_to_which_the_charts_have_not_come_is_refused_until_they_have()
    {
        await using var server = await Start(services => HeldCharts.Replace(services));
        server.Get<HeldCharts>().GoOn();
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"));
        var known = (await clinic.Chart("p1")).GetProperty("sequence").GetInt64();
        server.Get<HeldCharts>().Hold();
        await clinic.Write(Records.Allergy("a1", "p1"));
        var head = await clinic.Head();

        var byPosition = await ChartClinic.GetNow("p1", clinic.Writer, query: $"?asOf={head}");
        var instant = Uri.EscapeDataString(DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture));
        var byInstant = await ChartClinic.GetNow("p1", clinic.Writer, query: $"?asOf={instant}");
        var before = await ChartClinic.GetNow("p1", clinic.Writer, query: $"?asOf={known}");
        server.Get<HeldCharts>().GoOn();

        Assert.Equal((503, "chart_behind"), (byPosition.Status, byPosition.Json.GetProperty("code").GetString()));
        Assert.Equal((503, "chart_behind"), (byInstant.Status, byInstant.Json.GetProperty("code").GetString()));
        Assert.Equal(200, before.Status);
        Assert.Single((await clinic.Chart("p1", query: $"?asOf={head}")).GetProperty("allergies").EnumerateArray());
    }

    [Fact]
    public async Task Charts_built_anew_have_what_the_log_has_lost_since()
    {
        await using var server = await Start();
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(
            Records.Patient("p1"), Records.Allergy("a1", "p1"), Records.Value("k", "p1", 6.5m, "HH"), Records.Report("r1", "p1", results: ["k"]));
        (await clinic.View("p1", "r1", clinic.Writer)).Is(204);
        await clinic.CatchUp();
        var before = await Rows(server, clinic);
        await Forget(server, clinic, await clinic.Head());

        await Rebuild(server, clinic, steps: int.MaxValue);

        Assert.Equal(before, await Rows(server, clinic));
        Assert.Equal(0, (await clinic.Chart("p1")).GetProperty("unreadResultCount").GetInt64());
    }

    [Fact]
    public async Task Charts_are_served_while_they_are_built_anew()
    {
        await using var server = await Start();
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"), Records.Allergy("a1", "p1"));
        await clinic.CatchUp();
        var rebuild = server.Get<RebuildCharts>();
        Assert.Null(await rebuild.Begin(clinic.Clinic.Tenant, CancellationToken.None));
        await clinic.Write(Records.Allergy("a2", "p1"));

        var during = await clinic.Chart("p1");
        await Rebuild(server, clinic, steps: int.MaxValue);
        await clinic.Write(Records.Allergy("a3", "p1"));

        Assert.Equal(2, during.GetProperty("allergies").GetArrayLength());
        Assert.Equal(3, (await clinic.Chart("p1")).GetProperty("allergies").GetArrayLength());
        Assert.Equal(1, await Sets(server, clinic));
    }

    [Fact]
    public async Task A_database_whose_log_has_lost_its_beginning_gets_its_charts_from_the_records_and_no_partial_ones_before()
    {
        await using var server = await Start(services => HeldCharts.Replace(services));
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"), Records.Allergy("a1", "p1"));
        await Forget(server, clinic, await clinic.Head());
        await clinic.Write(Records.Allergy("a2", "p1"));

        server.Get<HeldCharts>().GoOn();
        await clinic.CatchUp();
        var answer = await clinic.Get("p1");
        while (answer.Status == 503)
        {
            Assert.Equal("chart_being_built", answer.Json.GetProperty("code").GetString());
            await Rebuild(server, clinic, steps: 1);
            answer = await clinic.Get("p1");
        }

        Assert.Equal(2, answer.Is(200).Json.GetProperty("allergies").GetArrayLength());
        Assert.Equal(1, await Sets(server, clinic));
    }

    /// <summary>As retention does: events up to here are gone, and the head says so.</summary>
    private static async Task Forget(FhirServer server, ChartClinic clinic, long last) => await server.Get<GroupCommit>().Write<int>(
        clinic.Clinic.Tenant,
        async (write, cancel) =>
        {
            await write.Execute(MoveOldest, [last + 1, clinic.Clinic.Tenant.Value], cancel);
            return await write.Execute(ForgetLog, [clinic.Clinic.Tenant.Value, last], cancel);
        },
        CancellationToken.None);

    private static string Difference(List<string> live, List<string> anew) =>
        $"{string.Join('\n', live.Except(anew).Take(5))}\n--\n{string.Join('\n', anew.Except(live).Take(5))}";

    private static async Task<(string Patient, long Sequence, string Chart)> Keep(ChartClinic clinic, string patient)
    {
        var chart = await clinic.Chart(patient);
        return (patient, chart.GetProperty("sequence").GetInt64(), Plain(chart));
    }

    /// <summary>Without the age, which goes on.</summary>
    private static string Plain(System.Text.Json.JsonElement chart)
    {
        var json = JsonNode.Parse(chart.GetRawText())!.AsObject();
        json.Remove("age");
        return json.ToJsonString();
    }

    private static async Task Rebuild(FhirServer server, ChartClinic clinic, int steps)
    {
        var (rebuild, tenant) = (server.Get<RebuildCharts>(), clinic.Clinic.Tenant);
        await clinic.CatchUp();
        Assert.Null(await rebuild.Begin(tenant, CancellationToken.None));
        for (var step = 0; step < steps; step++)
        {
            var progress = (await rebuild.Step(tenant, CancellationToken.None)).Value;
            if (progress is null or { IsServed: true }) break;
        }

        while ((await rebuild.Sweep(tenant, CancellationToken.None)).Value)
        {
        }
    }

    private static ValueTask<List<string>> Rows(FhirServer server, ChartClinic clinic) => server.Get<Database>().Query(
        AllRows, [clinic.Clinic.Tenant.Value],
        row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(column => row.GetValue(column) switch
        {
            byte[] bytes => System.Text.Encoding.UTF8.GetString(bytes),
            var value => Convert.ToString(value, CultureInfo.InvariantCulture),
        })),
        CancellationToken.None);

    private static async Task<long> Sets(FhirServer server, ChartClinic clinic) =>
        await server.Get<Database>().QueryOne(CountSets, [clinic.Clinic.Tenant.Value], row => row.GetInt64(0), CancellationToken.None);

    private async Task<FhirServer> Start(Action<IServiceCollection>? also = null)
    {
        var server = new FhirServer(engine)
        {
            Also = services =>
            {
                ChartServer.WithoutAlerts(services);
                also?.Invoke(services);
            },
        };
        await server.InitializeAsync();
        return server;
    }

    private static readonly Statement AllRows = new("""
        select f.patient_id, f.kind, f.until, f.sort, f.origin, f.fact_key, f.since, f.since_at, f.until_at, f.type, f.version, f.kept,
          f.sensitive, f.labels, f.released, f.live, f.link, f.state, f.body
        from chart_fact f
        join chart_set s on s.number = f.set_number
        where s.tenant_id = @tenant_id
          and s.serving
        order by f.patient_id, f.kind, f.until, f.live, f.sort, f.origin, f.fact_key
        """);

    private static readonly Statement CountSets = new("select count(*) from chart_set where tenant_id = @tenant_id");

    private static readonly Statement ForgetLog = new("delete from event where tenant_id = @tenant_id and position <= @last");

    private static readonly Statement MoveOldest = new("update log_head set oldest = @oldest where tenant_id = @tenant_id");
}

public sealed class RebuildOnSqlite() : RebuildTests(Engine.Sqlite);

public sealed class RebuildOnPostgres() : RebuildTests(Engine.Postgres);
