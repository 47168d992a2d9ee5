using System.Diagnostics.Metrics;
using System.Text;
using Vagus.Access.Authorization;
using Vagus.Fhir.Exports;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Exports;

/// <summary>An export goes on where it was broken off, in whatever process it is asked after, and ends by itself.</summary>
public abstract class ExportProgressTests(Engine engine) : IAsyncLifetime
{
    private readonly HeldClock clock = new();
    private FhirServer? server;

    private FhirServer Server => server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => server = await Start(besides: null);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_export_goes_on_in_another_process_and_writes_nothing_twice()
    {
        var admin = await (await Clinic.Open(Server)).Admin();
        var expected = await Record(admin);
        var status = await ExportTests.Begin(admin, "$export?_type=Patient,Observation");
        (await admin.Get(status)).Is(202);
        await using var another = await Start(besides: Server);
        var there = new Person(another, admin.Token);

        var manifest = (await ExportTests.Finished(there, new Uri(status).PathAndQuery["/fhir/".Length..])).Json;

        Assert.Equal(expected, (await ExportTests.Exported(there, manifest)).Order(StringComparer.Ordinal));
        Assert.Equal(2, manifest.GetProperty("output").GetArrayLength());
    }

    [Fact]
    public async Task A_call_ends_with_its_time_also_where_its_file_has_begun()
    {
        var admin = await (await Clinic.Open(Server)).Admin();
        var expected = await Record(admin);
        var members = string.Join(',', Enumerable.Range(0, 30).Select(number => $$$"""{"entity":{"reference":"Patient/p{{{number}}}"}}"""));
        (await admin.Put("Group/g", $$"""{"resourceType":"Group","id":"g","type":"person","actual":true,"member":[{{members}}]}""")).Is(201);
        var status = await ExportTests.Begin(admin, "Group/g/$export?_type=Patient,Observation");
        clock.Step = TimeSpan.FromMilliseconds(1);

        var progress = (await admin.Get(status)).Is(202).Headers.GetValues("X-Progress").Single();

        Assert.StartsWith("1 resources", progress, StringComparison.Ordinal);
        var manifest = (await ExportTests.Finished(admin, status)).Json;
        Assert.Equal(expected, (await ExportTests.Exported(admin, manifest)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_dead_process_had_begun_is_taken_over_when_its_time_is_over()
    {
        var clinic = await Clinic.Open(Server);
        var admin = await clinic.Admin();
        var expected = await Record(admin);
        var status = await ExportTests.Begin(admin, "$export?_type=Patient,Observation");
        var id = status[(status.LastIndexOf('/') + 1)..];
        var until = (clock.GetUtcNow() + TimeSpan.FromMinutes(2)).ToMicroseconds();
        var dead = await Server.Get<GroupCommit>().Write<int>(
            clinic.Tenant,
            async (write, cancel) => await write.Execute(
                ExportTables.Claim, ["dead", until, clinic.Tenant.Value, id, clock.GetUtcNow().ToMicroseconds()], cancel),
            TestContext.Current.CancellationToken);
        Assert.Equal(1, dead.Value);

        for (var turn = 0; turn < 3; turn++)
            Assert.StartsWith("0 resources", (await admin.Get(status)).Is(202).Headers.GetValues("X-Progress").Single(), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromMinutes(3));

        var manifest = (await ExportTests.Finished(admin, status)).Json;
        Assert.Equal(expected, (await ExportTests.Exported(admin, manifest)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_call_that_had_read_how_far_the_export_was_before_another_went_on_repeats_nothing()
    {
        var clinic = await Clinic.Open(Server);
        var admin = await clinic.Admin();
        var expected = await Record(admin);
        var status = await ExportTests.Begin(admin, "$export?_type=Patient,Observation");
        var read = await Server.Get<Storage.Database>().Query(
            new Statement($"select {ExportRow.Columns} from bulk_export where tenant_id = @tenant_id"),
            [clinic.Tenant.Value], ExportRow.Of, TestContext.Current.CancellationToken);
        var stale = Assert.Single(read);
        var caller = new Caller(clinic.Tenant, new UserId(stale.User), Role.Admin, new SessionId("")) { SeesLabels = Sensitivity.All };
        var call = new FhirCall(caller, Reach.Of(caller, TenantNarrowing.None, ceiling: null), "", Server.Get<OwnBases>(), clock)
        {
            Bodies = new BodyBudget(1024 * 1024),
        };

        (await admin.Get(status)).Is(202);
        Assert.Null(await Server.Get<RunExport>().Run(call, stale));

        var manifest = (await ExportTests.Finished(admin, status)).Json;
        Assert.Equal(expected, (await ExportTests.Exported(admin, manifest)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_export_whose_time_is_over_is_not_in_the_way_of_another_also_before_it_is_removed()
    {
        var clinic = await Clinic.Open(Server);
        for (var person = 0; person < 4; person++)
        {
            var admin = await clinic.Admin();
            for (var export = 0; export < 2; export++) await ExportTests.Begin(admin, "$export");
        }

        (await (await clinic.Admin()).Get("$export", ExportTests.Asynchronously)).IsRefused(429, "throttled");
        clock.Advance(TimeSpan.FromHours(25));

        await ExportTests.Begin(await clinic.Admin(), "$export");
    }

    [Fact]
    public async Task What_is_created_after_the_beginning_is_not_in_it()
    {
        var admin = await (await Clinic.Open(Server)).Admin();
        var expected = await Record(admin);
        var status = await ExportTests.Begin(admin, "$export?_type=Patient,Observation");
        (await admin.Put("Patient/later", Sample.Patient("Later", "later"))).Is(201);

        var manifest = (await ExportTests.Finished(admin, status)).Json;

        Assert.Equal(expected, (await ExportTests.Exported(admin, manifest)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_committed_while_the_export_waits_for_its_turn_is_in_it()
    {
        var clinic = await Clinic.Open(Server);
        var admin = await clinic.Admin();
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var caller = new Caller(clinic.Tenant, new UserId("writer"), Role.Admin, new SessionId("")) { SeesLabels = Sensitivity.All };
        var call = new FhirCall(caller, Reach.Of(caller, TenantNarrowing.None, ceiling: null), "", Server.Get<OwnBases>(), clock)
        {
            Bodies = new BodyBudget(0),
        };
        var patient = ResourcePreparation.OfBody(
            call, ResourceInteractions.Create, "Patient", "late", Encoding.UTF8.GetBytes(Sample.Patient("Late", "late"))).Value;
        var writing = Server.Get<FhirWrites>().Run(call, async transaction =>
        {
            entered.SetResult();
            await release.Task;
            return await transaction.Create(patient);
        });
        await entered.Task;

        var beginning = ExportTests.Begin(admin, "$export?_type=Patient");
        await UntilWaiting();
        release.SetResult();
        Assert.False((await writing).IsRefused);
        var manifest = (await ExportTests.Finished(admin, await beginning)).Json;

        Assert.Equal(["Patient/late"], await ExportTests.Exported(admin, manifest));
    }

    [Fact]
    public async Task What_a_process_whose_clock_is_behind_writes_after_the_beginning_is_in_the_next_one()
    {
        var admin = await (await Clinic.Open(Server)).Admin();
        clock.Advance(TimeSpan.FromMinutes(1));
        var status = await ExportTests.Begin(admin, "$export?_type=Patient");
        clock.Advance(TimeSpan.FromSeconds(-10));
        (await admin.Put("Patient/late", Sample.Patient("Late", "late"))).Is(201);
        clock.Advance(TimeSpan.FromMinutes(1));

        var first = (await ExportTests.Finished(admin, status)).Json;
        var since = Uri.EscapeDataString(first.GetProperty("transactionTime").GetString()!);
        var next = (await ExportTests.Finished(admin, await ExportTests.Begin(admin, $"$export?_type=Patient&_since={since}"))).Json;

        Assert.Empty(await ExportTests.Exported(admin, first));
        Assert.Equal(["Patient/late"], await ExportTests.Exported(admin, next));
    }

    /// <summary>A write waits in a lane of the server.</summary>
    private async Task UntilWaiting()
    {
        var waiting = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "vagus.storage.lane.depth" && instrument.Meter.Scope == Server.Get<IMeterFactory>())
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, depth, _, _) => waiting += depth);
        listener.Start();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (; waiting == 0; listener.RecordObservableInstruments()) await Task.Delay(10, limit.Token);
    }

    [Fact]
    public async Task An_export_whose_time_is_over_goes_with_its_files()
    {
        var clinic = await Clinic.Open(Server);
        var admin = await clinic.Admin();
        await Record(admin);
        var status = await ExportTests.Begin(admin, "$export?_type=Patient,Observation");
        var file = (await ExportTests.Finished(admin, status)).Json.GetProperty("output")[0].GetProperty("url").GetString()!;
        (await admin.Get(file)).Is(200);
        Assert.Equal(2, await Count("access_file"));

        clock.Advance(TimeSpan.FromHours(25));
        await Server.Get<IEnumerable<LeasedDuty>>().OfType<SweepExports>().Single().Turn(TestContext.Current.CancellationToken);

        Assert.Equal(0, await Count("access_file"));
        Assert.Equal(0, await Count("bulk_export"));
        Assert.Equal(0, await Count("bulk_export_file"));
    }

    private async Task<long> Count(string table) => await Server.Get<Storage.Database>().QueryOne(
        new Statement($"select count(*) from {table}"), [], row => row.GetInt64(0), TestContext.Current.CancellationToken);

    private static async Task<List<string>> Record(Person admin)
    {
        var expected = new List<string>();
        for (var number = 0; number < 30; number++)
        {
            (await admin.Put($"Patient/p{number}", Sample.Patient("P", $"p{number}"))).Is(201);
            (await admin.Put($"Observation/o{number}", Sample.Observation($"Patient/p{number}", id: $"o{number}"))).Is(201);
            expected.AddRange([$"Patient/p{number}", $"Observation/o{number}"]);
        }

        expected.Sort(StringComparer.Ordinal);
        return expected;
    }

    private async Task<FhirServer> Start(FhirServer? besides)
    {
        // One file for each call.
        var started = new FhirServer(engine, clock, besides) { Options = new FhirOptions { ExportTurn = TimeSpan.Zero } };
        await started.InitializeAsync();
        return started;
    }

    private sealed class HeldClock : TimeProvider
    {
        private DateTimeOffset now = System.GetUtcNow();

        /// <summary>How far it goes on each time that it is asked.</summary>
        public TimeSpan Step { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            now += Step;
            return now;
        }

        public void Advance(TimeSpan by) => now += by;
    }
}

public sealed class ExportProgressOnSqlite() : ExportProgressTests(Engine.Sqlite);

public sealed class ExportProgressOnPostgres() : ExportProgressTests(Engine.Postgres);
