using System.Globalization;
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
    private static readonly int Steps = int.TryParse(
        Environment.GetEnvironmentVariable("VAGUS_CHART_STEPS"), CultureInfo.InvariantCulture, out var steps) ? steps : 50;

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
    public async Task An_emergency_opens_what_kept_charts_do_not_show_and_leaves_nothing_of_it_in_them()
    {
        var clinic = await Open();
        var plain = await clinic.Clinic.Provider(seesSensitive: false);
        await clinic.Write(Records.Allergy("a2", "p1", more: "," + Sample.Labelled("HIV")[1..]));
        var before = (await clinic.Get("p1", by: plain)).Is(200).Text;
        await Send(plain, HttpMethod.Post, "/api/patients/p1/break-glass", """{"reason":"found unconscious","purpose":"ETREAT"}""");

        var opened = (await clinic.Get("p1", by: plain)).Is(200).Text;
        await Send(plain, HttpMethod.Delete, "/api/patients/p1/break-glass", null);
        var after = (await clinic.Get("p1", by: plain)).Is(200).Text;

        Assert.DoesNotContain("\"a2\"", before, StringComparison.Ordinal);
        Assert.Contains("\"a2\"", opened, StringComparison.Ordinal);
        Assert.DoesNotContain("\"a2\"", after, StringComparison.Ordinal);
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
    public async Task An_alert_about_a_record_that_was_deleted_comes_back_with_it_though_it_is_another_patients_by_then()
    {
        var clinic = await Open();
        await clinic.Write(Records.Patient("p2"), Records.Value("k", "p1", 6.5m, "HH"));
        var source = Assert.Single(await clinic.Clinic.Log(), logged => logged.Type == "lab.critical.alert");
        await clinic.Writer.Delete("Observation/k");
        await clinic.CatchUp();
        await Tell.Raised(clinic.Clinic, "alert-1", "p1", source);
        Assert.DoesNotContain("alert-1", await Alerts(clinic, clinic.Writer), StringComparison.Ordinal);

        await clinic.Write(Records.Value("k", "p2", 6.5m, "HH"));

        Assert.Contains("alert-1", await Alerts(clinic, clinic.Writer), StringComparison.Ordinal);
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
        var seed = int.TryParse(Environment.GetEnvironmentVariable("VAGUS_CHART_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given : Environment.TickCount & 0xffff;
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
            // A label counts from its commit on, also where the charts are behind.
            if (step % 2 == 0) await clinic.CatchUp();
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

    /// <summary>The chart of the position to which the charts have come: one of a position is never kept.</summary>
    private static Task<Answer> PutTogether(string patient, Person reader, long position) =>
        ChartClinic.GetNow(patient, reader, query: string.Create(CultureInfo.InvariantCulture, $"?asOf={position}"));

    /// <summary>
    /// What a reader is given, and what is put together, of one moment: alerts are raised meanwhile, and charts may be behind.
    /// </summary>
    private static async Task<(Answer Now, Answer Anew)> Both(ChartClinic clinic, string patient, Person reader)
    {
        for (var round = 0; ; round++)
        {
            var stand = await clinic.Stand();
            var now = await ChartClinic.GetNow(patient, reader);
            var anew = await PutTogether(patient, reader, stand.Charts);
            if (await clinic.Stand() == stand) return (now, anew);
            Assert.True(round < 1_000, $"The chart of {patient} does not come to rest.");
        }
    }

    private static async Task<string> Alerts(ChartClinic clinic, Person reader)
    {
        await clinic.CatchUp();
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

    private static Task Set(ChartClinic clinic, string setting, string value) =>
        Send(clinic.Writer, HttpMethod.Put, $"/api/admin/settings/{setting}", value);

    private static async Task Send(Person by, HttpMethod method, string path, string? body)
    {
        var answer = await by.Send(method, path, body, request =>
        {
            if (request.Content?.Headers.ContentType is { } type) type.MediaType = "application/json";
        });
        Assert.True(answer.Status is >= 200 and < 300, $"{path}: {answer.Text}");
    }

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

public sealed class KnownChartsOnSqlite(SqliteChartServer server) : KnownChartTests(server);

public sealed class KnownChartsOnPostgres(PostgresChartServer server) : KnownChartTests(server);
