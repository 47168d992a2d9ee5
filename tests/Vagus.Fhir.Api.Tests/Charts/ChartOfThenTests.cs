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
}

public sealed class ChartOfThenOnSqlite(SqliteFhirServer server) : ChartOfThenTests(server);

public sealed class ChartOfThenOnPostgres(PostgresFhirServer server) : ChartOfThenTests(server);
