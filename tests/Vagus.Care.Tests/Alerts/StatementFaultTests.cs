using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Care.Alerts;
using Vagus.Care.Notifications;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Care.Tests.Alerts;

/// <summary>
/// Each statement of what raises alerts, tells people, acknowledges and hands on fails in turn: nothing is changed by that, and what is
/// done again in the end is as if nothing had failed.
/// </summary>
public abstract class StatementFaultTests(Engine engine)
{
    // Far beyond what one of these writes.
    private const int MostRows = 400;

    private static readonly string[] Tables =
        ["care_alert", "care_alert_step", "care_repeated_record", "care_notification", "access_delivery", "event"];

    [Fact]
    public async Task A_failure_of_any_statement_of_raising_and_correcting_changes_nothing()
    {
        await using var ward = await Ward.Open(engine);
        await Team.Of(ward);
        await Team.Of(ward, Ward.South);
        await FaultyRows.Install(ward.Get<GroupCommit>(), Tables);
        var (raising, faults) = (Made<RaiseAlerts>(ward), 0);

        foreach (var batch in Batches)
        {
            ward.Clock.Advance(TimeSpan.FromSeconds(1));
            faults += await InTheEnd(ward, raising, batch);
            Assert.True(await Apply(ward, raising, Ward.South, batch, stop: null));
        }

        Assert.Equal(await State(ward, Ward.South), await State(ward, Ward.North));
        Assert.InRange(faults, 40, MostRows);
    }

    [Fact]
    public async Task A_failure_of_any_statement_of_telling_people_changes_nothing()
    {
        await using var ward = await Ward.Open(engine);
        await Team.Of(ward);
        await Team.Of(ward, Ward.South);
        await FaultyRows.Install(ward.Get<GroupCommit>(), Tables);
        var notifying = Made<NotifyPeople>(ward);
        EventData[] batch =
        [
            new LabResultAvailable("p1", "DiagnosticReport/a/_history/1", "a", "final", false, "Potassium", OrderingProviderId: "dr-7"),
            new LabResultAvailable("p1", "DiagnosticReport/b/_history/1", "b", "final", false, "Sodium", OrderingProviderId: "dr-7"),
        ];

        var faults = await InTheEnd(ward, notifying, batch);
        Assert.True(await Apply(ward, notifying, Ward.South, batch, stop: null));

        Assert.Equal(await State(ward, Ward.South), await State(ward, Ward.North));
        Assert.InRange(faults, 4, MostRows);
    }

    [Fact]
    public async Task A_failure_of_any_statement_of_an_acknowledgement_changes_nothing()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var commit = ward.Get<GroupCommit>();
        await FaultyRows.Install(commit, Tables);
        await ward.Tell(Ward.Potassium());
        var path = $"/api/alerts/{EscalationTests.Id(await ward.TheAlert(team.Ordering))}/acknowledge";
        var before = await State(ward, Ward.North);

        for (var stop = 1; ; stop++)
        {
            Assert.InRange(stop, 1, MostRows);
            await FaultyRows.Arm(commit, stop);
            var (status, _) = await ward.Send(team.Ordering, "POST", path, new { });
            await FaultyRows.Disarm(commit);
            if (status == 200) break;
            Assert.Equal(before, await State(ward, Ward.North));
        }

        var alert = await ward.TheAlert(team.Ordering);
        Assert.Equal("acknowledged", EscalationTests.Text(alert, "state"));
        Assert.Equal(["raised", "notified", "acknowledged"], Steps(alert));
        Assert.Single(await ward.Log(), each => each.Type == "alert.acknowledged");
    }

    [Fact]
    public async Task A_failure_of_any_statement_of_handing_on_leaves_the_alert_to_be_handed_on()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var commit = ward.Get<GroupCommit>();
        await FaultyRows.Install(commit, Tables);
        await ward.Tell(Ward.Potassium());
        await ward.TheAlert(team.Ordering);
        var (before, escalating) = (await State(ward, Ward.North), Made<EscalateAlerts>(ward));

        for (var stop = 1; ; stop++)
        {
            Assert.InRange(stop, 1, MostRows);
            await IsDue(ward);
            await FaultyRows.Arm(commit, stop);
            await Tried(escalating);
            await FaultyRows.Disarm(commit);
            if ((await ward.TheAlert(team.Ordering)).GetProperty("level").GetInt32() == 2) break;
            Assert.Equal(before, await State(ward, Ward.North));
        }

        var alert = await ward.TheAlert(team.Ordering);
        Assert.Equal((2, "escalated", team.Backup.User), EscalationTests.Stand(alert));
        Assert.Equal(["raised", "notified", "escalated", "notified"], Steps(alert));
        Assert.Single(await ward.Log(), each => each.Type == "alert.escalated");
    }

    /// <summary>Raised, repeated, another critical value, withdrawn beside a record that stands, and one of each other kind.</summary>
    private static readonly EventData[][] Batches =
    [
        [Ward.Potassium("a")],
        [Ward.Potassium("b"), Ward.Potassium("c", 7m)],
        [Ward.Potassium("c", 7.5m, version: 2)],
        [
            new LabCriticalCorrected(
                "p1", "Observation/a/_history/2", "a", "Potassium", "deleted", Code: new Coding("2823-3", "http://loinc.org"),
                PreviousValue: 6.5m, PreviousUnit: "mmol/L"),
        ],
        [
            new RadiologyCriticalAlert("p1", "DiagnosticReport/r/_history/1", "r", "Tension pneumothorax", new("233645004"), "Critical"),
            new DrugInteractionAlert("p1", "DetectedIssue/d/_history/1", "d", [], "high", "Raises warfarin"),
            new AllergyContraindication("p1", "MedicationRequest/m/_history/1", [], "Amoxicillin", PrescriptionId: "m"),
        ],
    ];

    /// <summary>In the first tenant, the n-th row of it failing for each n. Answers how many failed.</summary>
    private static async Task<int> InTheEnd(Ward ward, LogConsumer consumer, EventData[] batch)
    {
        var before = await State(ward, Ward.North);
        for (var stop = 1; ; stop++)
        {
            Assert.InRange(stop, 1, MostRows);
            if (await Apply(ward, consumer, Ward.North, batch, stop)) return stop - 1;
            Assert.Equal(before, await State(ward, Ward.North));
        }
    }

    /// <summary>As a consumer's batch is applied; false where a statement of it failed.</summary>
    private static async Task<bool> Apply(Ward ward, LogConsumer consumer, TenantId tenant, EventData[] batch, int? stop)
    {
        List<LoggedEvent> events = [.. batch.Select((data, number) => Logged(ward, tenant, data, number))];
        try
        {
            var done = await ward.Get<GroupCommit>().Write<bool>(
                tenant,
                async (write, cancel) =>
                {
                    if (stop is { } row) await FaultyRows.Arm(write, row, cancel);
                    await consumer.Apply(events, write, cancel);
                    if (stop is not null) await FaultyRows.Disarm(write, cancel);
                    return true;
                },
                default);
            return !done.IsRefused;
        }
        catch (Exception fault) when (fault.Message.Contains("on purpose", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private static LoggedEvent Logged(Ward ward, TenantId tenant, EventData data, int number) => new()
    {
        Tenant = tenant,
        Position = number + 1,
        EventId = $"{EventCatalogue.Of(data).Name}-{number}",
        Type = EventCatalogue.Of(data).Name,
        Patients = [new PatientId("p1")],
        Resource = JsonElement.Parse(EventCatalogue.Serialize(data)).GetProperty("resource").GetString(),
        Labels = Sensitivity.None,
        OccurredAt = ward.Clock.GetUtcNow(),
        UserId = null,
        PortalType = null,
        CorrelationId = null,
        TraceParent = null,
        Body = EventCatalogue.Serialize(data),
    };

    /// <summary>The top of a duty's turn.</summary>
    private static async Task Tried(EscalateAlerts escalating)
    {
        try
        {
            await escalating.Turn(default);
        }
        catch (Exception fault) when (fault.Message.Contains("on purpose", StringComparison.Ordinal))
        {
            // Not even putting it off could be written.
        }
    }

    private static async Task IsDue(Ward ward) => Assert.False((await ward.Get<GroupCommit>().Write<int>(
        Ward.North,
        async (write, cancel) => await write.Execute(
            new Statement("update care_alert set due_at = @now"), [write.At.ToMicroseconds()], cancel),
        default)).IsRefused);

    /// <summary>All that the writes of alerts and notifications leave, but for ids and the time of the next step.</summary>
    private static async Task<List<string>> State(Ward ward, TenantId tenant)
    {
        var rows = new List<string>();
        foreach (var statement in Shown)
        {
            rows.AddRange(await ward.Get<Database>().Query(
                statement, [tenant.Value],
                row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(column => row.GetValue(column))), default));
        }

        rows.AddRange((await ward.Log(tenant)).Select(each => each.Type).Where(IsOfAlerts));
        return rows;
    }

    private static bool IsOfAlerts(string type) =>
        type.StartsWith("alert.", StringComparison.Ordinal) || type.StartsWith("notification.", StringComparison.Ordinal);

    private static IEnumerable<string> Steps(JsonElement alert) =>
        alert.GetProperty("timeline").EnumerateArray().Select(step => EscalationTests.Text(step, "what"));

    private static T Made<T>(Ward ward) => ActivatorUtilities.CreateInstance<T>(ward.Get<IServiceProvider>());

    private static readonly Statement[] Shown =
    [
        new("""
            select subject, said, state, level, owner_role, steps, raised_at
            from care_alert
            where tenant_id = @tenant_id
            order by subject, raised_at, said
            """),
        new("""
            select a.subject, s.number, s.what, s.level, s.at
            from care_alert_step s
            join care_alert a on a.tenant_id = s.tenant_id and a.alert_id = s.alert_id
            where s.tenant_id = @tenant_id
            order by a.subject, a.raised_at, s.number
            """),
        new("select subject, said from care_repeated_record where tenant_id = @tenant_id order by subject"),
        new("select channel, count(*) from access_delivery where tenant_id = @tenant_id group by channel order by channel"),
        new("select count(*) from care_notification where tenant_id = @tenant_id"),
    ];
}

public sealed class StatementFaultsOnSqlite() : StatementFaultTests(Engine.Sqlite);

public sealed class StatementFaultsOnPostgres() : StatementFaultTests(Engine.Postgres);
