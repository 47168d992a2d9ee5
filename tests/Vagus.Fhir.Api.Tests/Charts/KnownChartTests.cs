using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>
/// A chart that has not changed is not put together again, and only those who reach alike get it. The rows are taken away behind the
/// server's back where a test has to tell a kept chart from one that is put together: there is none then (404).
/// </summary>
public abstract class KnownChartTests(FhirServer server)
{
    private const int Steps = 120;

    [Fact]
    public async Task An_unchanged_chart_is_answered_as_it_was_with_the_position_of_now()
    {
        var clinic = await Open();
        var first = await clinic.Get("p1");
        await TakeRows(clinic, "p1");
        await clinic.Write(Records.Patient("p2"), Records.Allergy("a2", "p2"));

        var second = await clinic.Get("p1");

        Assert.Equal((200, first.ETag), (second.Status, second.ETag));
        Assert.Equal(await clinic.Head(), second.Json.GetProperty("sequence").GetInt64());
        Assert.Equal(Plain(first.Json), Plain(second.Json));
        Assert.Equal(second.Body.Length, second.ContentHeaders.ContentLength);
        (await clinic.Get("p1", tag: first.ETag)).Is(304);
    }

    [Fact]
    public async Task Each_look_at_a_kept_chart_is_in_the_audit_with_what_it_showed()
    {
        var clinic = await Open();
        var provider = await clinic.Clinic.Provider();
        (await clinic.Get("p1", by: provider)).Is(200);
        (await clinic.Get("p1", by: provider)).Is(200);

        var entries = (await clinic.Writer.Send(
            HttpMethod.Get, "/api/audit?patientId=p1&action=operation", body: (string?)null)).Is(200).Json.GetProperty("items");

        var shown = entries.EnumerateArray().Where(entry => entry.GetProperty("detail").GetString() == "chart")
            .Select(entry => entry.GetProperty("shown").GetRawText()).ToList();
        Assert.Equal(2, shown.Count);
        Assert.Equal(shown[0], shown[1]);
        Assert.Contains("AllergyIntolerance/a1/1", shown[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kept_chart_is_given_to_nobody_who_reaches_otherwise()
    {
        var clinic = await Open();
        var (first, colleague) = (await clinic.Clinic.Provider(), await clinic.Clinic.Provider());
        (await clinic.Get("p1", by: first)).Is(200);
        (await clinic.Get("p1", by: await clinic.Clinic.Patient("p1"))).Is(200);
        await TakeRows(clinic, "p1");

        (await clinic.Get("p1", by: first)).Is(200);
        (await clinic.Get("p1", by: colleague)).Is(200);
        foreach (var other in new[]
        {
            await clinic.Clinic.Provider(seesSensitive: false), await clinic.Clinic.ProviderWith(Sensitivity.Hiv),
            await clinic.Clinic.Has(Role.Nurse, seesSensitive: true), await clinic.Clinic.Has(Role.Service, seesSensitive: true),
            await clinic.Clinic.Patient("p1"), await clinic.Clinic.Patient("p9", "p1"), await clinic.Clinic.Patient("p2"),
            await (await ChartClinic.Open(server)).Clinic.Provider(),
        })
        {
            (await clinic.Get("p1", by: other)).Is(404);
        }

        (await clinic.Get("p2", by: first)).Is(404);
    }

    [Fact]
    public async Task A_change_of_what_a_role_may_see_counts_for_charts_that_it_has_seen()
    {
        var clinic = await Open();
        var nurse = await clinic.Clinic.Has(Role.Nurse);
        Assert.Single((await clinic.Chart("p1", nurse)).GetProperty("allergies").EnumerateArray());
        await Set(clinic, "policy", """{"nurse":{"read":["AllergyIntolerance"]}}""");

        var narrowed = await clinic.Chart("p1", nurse);
        await Set(clinic, "visibility", """{"nurse":["lab.*"]}""");
        var blinded = await clinic.Chart("p1", nurse);

        Assert.Empty(narrowed.GetProperty("allergies").EnumerateArray());
        Assert.DoesNotContain("pendingLabOrders", Withheld(narrowed));
        Assert.Contains("pendingLabOrders", Withheld(blinded));
    }

    [Fact]
    public async Task An_alert_about_a_record_that_has_gone_to_another_patient_follows_its_label()
    {
        var clinic = await Open();
        var plain = await clinic.Clinic.Provider(seesSensitive: false);
        await clinic.Write(Records.Patient("p2"), Records.Value("k", "p1", 6.5m, "HH"));
        var source = Assert.Single(await clinic.Clinic.Log(), logged => logged.Type == "lab.critical.alert");
        await Tell.Raised(clinic.Clinic, "alert-1", "p1", source);
        Assert.Contains("alert-1", await Alerts(clinic, plain), StringComparison.Ordinal);
        await clinic.Write(Records.Value("k", "p2", 6.5m, "HH"));
        Assert.Contains("alert-1", await Alerts(clinic, plain), StringComparison.Ordinal);
        await clinic.Write(Records.Value("k", "p2", 6.5m, "HH", more: Sample.Labelled("HIV")));

        var labelled = await Alerts(clinic, plain);
        await clinic.Write(Records.Value("k", "p2", 6.5m, "HH", more: Sample.Labelled("N")));

        Assert.DoesNotContain("alert-1", labelled, StringComparison.Ordinal);
        Assert.Contains("alert-1", await Alerts(clinic, plain), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_an_event_is_parked_no_chart_is_kept()
    {
        var clinic = await Open();
        (await clinic.Get("p1")).Is(200);
        await Run(clinic, Park, clinic.Clinic.Tenant.Value);
        (await clinic.Get("p1")).Is(200);
        await TakeRows(clinic, "p1");

        (await clinic.Get("p1")).Is(404);
    }

    [Fact]
    public async Task Through_a_random_history_a_kept_chart_is_the_one_that_would_be_put_together()
    {
        var seed = Environment.TickCount & 0xffff;
        TestContext.Current.SendDiagnosticMessage("Kept charts: seed {0}", seed);
        var clinic = await Open();
        var history = new RandomHistory(clinic, seed);
        await clinic.Write(Records.Patient("p2"), Records.Patient("p3"));
        Person[] readers =
        [
            clinic.Writer, await clinic.Clinic.Provider(seesSensitive: false), await clinic.Clinic.Has(Role.Lab),
            await clinic.Clinic.Patient("p1", "p2", "p3"),
        ];
        for (var step = 0; step < Steps; step++)
        {
            await history.Step();
            foreach (var patient in new[] { "p1", "p2", "p3" })
            {
                var (now, anew) = await Both(clinic, patient, readers[step % readers.Length]);
                Assert.True(
                    now.Status == anew.Status && (now.Status != 200 || Plain(now.Json) == Plain(anew.Json)),
                    $"seed {seed}, step {step}, {patient}: {now.Text}\n{anew.Text}");
            }
        }
    }

    private async Task<ChartClinic> Open()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"), Records.Allergy("a1", "p1"), Records.Report("r1", "p1"));
        return clinic;
    }

    /// <summary>The chart of a position that is yet to come: such a one is never kept.</summary>
    private static Task<Answer> PutTogether(ChartClinic clinic, string patient, Person reader) =>
        clinic.Get(patient, by: reader, query: "?asOf=9223372036854775806");

    /// <summary>What a reader is given, and what is put together before it and after it alike: alerts are raised meanwhile.</summary>
    private static async Task<(Answer Now, Answer Anew)> Both(ChartClinic clinic, string patient, Person reader)
    {
        for (var round = 0; ; round++)
        {
            var before = await PutTogether(clinic, patient, reader);
            var now = await clinic.Get(patient, by: reader);
            var after = await PutTogether(clinic, patient, reader);
            if (before.Status == after.Status && (after.Status != 200 || Plain(before.Json) == Plain(after.Json))) return (now, after);
            Assert.True(round < 100, $"The chart of {patient} does not come to rest.");
        }
    }

    private static async Task<string> Alerts(ChartClinic clinic, Person reader)
    {
        var (now, anew) = await Both(clinic, "p1", reader);
        Assert.Equal(Plain(anew.Is(200).Json), Plain(now.Is(200).Json));
        return now.Json.GetProperty("criticalAlerts").GetRawText();
    }

    /// <summary>Without what goes on by itself.</summary>
    private static string Plain(JsonElement chart)
    {
        var json = JsonNode.Parse(chart.GetRawText())!.AsObject();
        json.Remove("age");
        json.Remove("sequence");
        return json.ToJsonString();
    }

    private static IEnumerable<string?> Withheld(JsonElement chart) =>
        chart.GetProperty("withheld").EnumerateArray().Select(part => part.GetString());

    private static async Task Set(ChartClinic clinic, string setting, string value) => (await clinic.Writer.Send(
        HttpMethod.Put, $"/api/admin/settings/{setting}", value,
        request => request.Content!.Headers.ContentType!.MediaType = "application/json")).IsDone();

    private static Task TakeRows(ChartClinic clinic, string patient) => Run(clinic, Take, clinic.Clinic.Tenant.Value, patient);

    private static async Task Run(ChartClinic clinic, Statement statement, params object?[] values)
    {
        await clinic.CatchUp();
        var changed = await clinic.Clinic.Server.Get<GroupCommit>().Write<int>(
            clinic.Clinic.Tenant, async (write, cancel) => await write.Execute(statement, values, cancel), CancellationToken.None);
        Assert.True(changed.Value > 0);
    }

    private static readonly Statement Take = new("""
        delete from chart_fact
        where set_number in (select number from chart_set where tenant_id = @tenant_id)
          and patient_id = @patient_id
        """);

    private static readonly Statement Park = new("""
        insert into parked_event (tenant_id, consumer, position, event_id, error, attempts, parked_at, retry)
        values (@tenant_id, 'charts', 1, 'e1', 'InvalidDataException', 8, 0, false)
        """);
}

public sealed class KnownChartsOnSqlite(SqliteFhirServer server) : KnownChartTests(server);

public sealed class KnownChartsOnPostgres(PostgresFhirServer server) : KnownChartTests(server);
