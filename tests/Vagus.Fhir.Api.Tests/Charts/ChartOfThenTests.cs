using System.Text.Json;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary><c>?asOf=</c>: the chart as it was at a sequence or an instant, for who may see it now.</summary>
public abstract class ChartOfThenTests(FhirServer server)
{
    [Fact]
    public async Task A_chart_is_read_as_it_was_at_a_sequence_and_at_an_instant()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"), Records.Allergy("a1", "p1"));
        var then = await clinic.Chart("p1");
        await Task.Delay(5);
        await clinic.Write(Records.Allergy("a1", "p1", "resolved"), Records.Prescription("m1", "p1"));
        await clinic.Chart("p1");

        var bySequence = await clinic.Chart("p1", query: $"?asOf={then.GetProperty("sequence").GetInt64()}");
        var instant = Uri.EscapeDataString(then.GetProperty("updatedAt").GetString()!);
        var byInstant = await clinic.Chart("p1", query: $"?asOf={instant}");

        foreach (var chart in new[] { bySequence, byInstant })
        {
            Assert.Equal("a1", Assert.Single(chart.GetProperty("allergies").EnumerateArray()).GetProperty("id").GetString());
            Assert.Empty(chart.GetProperty("medications").EnumerateArray());
            Assert.Equal(1, chart.GetProperty("criticalAlertCount").GetInt64());
        }

        (await clinic.Get("p1", query: "?asOf=2001-01-01")).Is(404);
        (await clinic.Get("p1", query: "?asOf=0")).Is(404);
    }

    [Fact]
    public async Task A_moment_that_is_yet_to_come_is_refused_to_those_who_may_see_the_chart()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"));
        var other = await clinic.Clinic.Patient("p2");
        var sequence = (await clinic.Chart("p1")).GetProperty("sequence").GetInt64();

        foreach (var moment in new[] { $"{sequence + 1_000}", "9223372036854775806", "2199-01-01" })
        {
            (await clinic.Get("p1", query: $"?asOf={moment}")).Is(400);
            (await clinic.Get("p1", "/labs", query: $"?asOf={moment}")).Is(400);
            (await clinic.Get("p1", by: other, query: $"?asOf={moment}")).Is(404);
        }
    }

    [Fact]
    public async Task What_was_deleted_since_is_in_the_chart_of_then()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"), Records.Allergy("a1", "p1"));
        var sequence = (await clinic.Chart("p1")).GetProperty("sequence").GetInt64();
        Assert.Equal(204, (await clinic.Writer.Delete("AllergyIntolerance/a1")).Status);

        var (now, then) = (await clinic.Chart("p1"), await clinic.Chart("p1", query: $"?asOf={sequence}"));

        Assert.Empty(now.GetProperty("allergies").EnumerateArray());
        Assert.Single(then.GetProperty("allergies").EnumerateArray());
    }

    [Fact]
    public async Task What_was_deleted_then_is_not_in_the_chart_of_then_though_it_is_there_again()
    {
        var clinic = await ChartClinic.Open(server);
        var value = Records.Value("k", "p1", 6.5m, "HH");
        await clinic.Write(Records.Patient("p1"), value);
        await clinic.CatchUp();
        var source = (await clinic.Clinic.Log()).FindLast(logged => logged.Type == "lab.critical.alert")!;
        Assert.Equal(204, (await clinic.Writer.Delete("Observation/k")).Status);
        await Tell.Raised(clinic.Clinic, "alert-of-then", "p1", source);
        var then = await clinic.Chart("p1");
        await clinic.Write(value);
        await clinic.CatchUp();

        var asOf = await clinic.Chart("p1", query: $"?asOf={then.GetProperty("sequence").GetInt64()}");

        Assert.Equal(then.GetProperty("criticalAlerts").GetRawText(), asOf.GetProperty("criticalAlerts").GetRawText());
        Assert.DoesNotContain("alert-of-then", then.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_labels_and_the_release_of_now_hide_what_was_open_then()
    {
        var clinic = await ChartClinic.Open(server);
        var plain = await clinic.Clinic.Provider(seesSensitive: false);
        var patient = await clinic.Clinic.Patient("p1");
        await clinic.Write(Records.Patient("p1"), Records.Allergy("a1", "p1"), Records.Report("r1", "p1"), Records.Report("r2", "p1"));
        var sequence = (await clinic.Chart("p1")).GetProperty("sequence").GetInt64();
        await clinic.Write(
            Records.Allergy("a1", "p1", more: Sample.Labelled("HIV")), Records.Report("r1", "p1", more: Sample.Labelled("NOPAT")),
            Records.Report("r2", "p1", "preliminary"));

        var then = $"?asOf={sequence}";

        Assert.Empty((await clinic.Chart("p1", plain, then)).GetProperty("allergies").EnumerateArray());
        Assert.Equal(0, (await clinic.Chart("p1", patient, then)).GetProperty("unreadResultCount").GetInt64());
        Assert.Empty(await clinic.List("p1", "labs", patient, then));
        Assert.Single((await clinic.Chart("p1", query: then)).GetProperty("allergies").EnumerateArray());
        Assert.Equal(2, (await clinic.List("p1", "labs", query: then)).Count);
    }

    [Fact]
    public async Task Another_tenant_and_another_patient_find_no_chart_of_then_and_a_record_that_has_moved_since_is_in_none()
    {
        var (north, south) = (await ChartClinic.Open(server), await ChartClinic.Open(server));
        await north.Write(Records.Patient("p1"), Records.Patient("p2"), Records.Allergy("a1", "p1"));
        await south.Write(Records.Patient("q1"), Records.Allergy("b1", "q1"), Records.Patient("q2"));
        var (ofNorth, ofSouth) = (await SequenceOf(north, "p1"), await SequenceOf(south, "q1"));
        var (first, second) = (await north.Clinic.Patient("p1"), await north.Clinic.Patient("p2"));
        await north.Write(Records.Allergy("a1", "p2"));

        foreach (var path in new[] { "", "/alerts", "/labs", "/imaging", "/medications", "/encounters" })
        {
            foreach (var sequence in new[] { ofNorth, ofSouth })
            {
                (await north.Get("p1", path, south.Writer, $"?asOf={sequence}")).Is(404);
                (await south.Get("q1", path, north.Writer, $"?asOf={sequence}")).Is(404);
            }

            (await north.Get("p1", path, second, $"?asOf={ofNorth}")).Is(404);
            (await north.Get("p2", path, first, $"?asOf={ofNorth}")).Is(404);
        }

        Assert.Empty((await north.Chart("p1", first, $"?asOf={ofNorth}")).GetProperty("allergies").EnumerateArray());
        Assert.Empty((await north.Chart("p2", second, $"?asOf={ofNorth}")).GetProperty("allergies").EnumerateArray());
        Assert.Single((await north.Chart("p2", second)).GetProperty("allergies").EnumerateArray());
    }

    [Fact]
    public async Task A_label_that_a_version_carried_hides_that_version_also_once_it_is_lifted()
    {
        var clinic = await ChartClinic.Open(server);
        var plain = await clinic.Clinic.Provider(seesSensitive: false);
        await clinic.Write(Records.Patient("p1"), Records.Allergy("a1", "p1", more: Sample.Labelled("HIV")));
        var sequence = (await clinic.Chart("p1")).GetProperty("sequence").GetInt64();
        await clinic.Write(Records.Allergy("a1", "p1", more: Sample.Labelled("N")));

        JsonElement now = await clinic.Chart("p1", plain), then = await clinic.Chart("p1", plain, $"?asOf={sequence}");

        Assert.Single(now.GetProperty("allergies").EnumerateArray());
        Assert.Empty(then.GetProperty("allergies").EnumerateArray());
    }

    private static async Task<long> SequenceOf(ChartClinic clinic, string patient) =>
        (await clinic.Chart(patient)).GetProperty("sequence").GetInt64();
}

public sealed class ChartOfThenOnSqlite(SqliteChartServer server) : ChartOfThenTests(server);

public sealed class ChartOfThenOnPostgres(PostgresChartServer server) : ChartOfThenTests(server);
