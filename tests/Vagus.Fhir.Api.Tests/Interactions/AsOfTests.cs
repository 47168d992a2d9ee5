using System.Globalization;

namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary><c>$everything?_asOf=</c>: a record as it was.</summary>
public abstract class AsOfTests(FhirServer server)
{
    [Fact]
    public async Task A_record_is_shown_as_it_was_at_a_position_and_at_an_instant()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        (await admin.Put("Patient/p", Sample.Patient("Before", "p"))).Is(201);
        (await admin.Put("Observation/gone", Sample.Observation("Patient/p", id: "gone"))).Is(201);
        var then = await PositionOf(clinic);
        var instant = (await admin.Get("Observation/gone")).Json.GetProperty("meta").GetProperty("lastUpdated").GetString()!;
        await Task.Delay(5, TestContext.Current.CancellationToken);
        (await admin.Put("Patient/p", Sample.Patient("After", "p"))).Is(200);
        (await admin.Delete("Observation/gone")).Is(204);
        (await admin.Put("Observation/later", Sample.Observation("Patient/p", id: "later"))).Is(201);

        foreach (var asOf in (string[])[then, Uri.EscapeDataString(instant)])
        {
            var record = (await admin.Get($"Patient/p/$everything?_asOf={asOf}")).Is(200);
            Assert.Equal(["p", "gone"], record.Ids);
            Assert.Contains("Before", record.Text, StringComparison.Ordinal);
        }

        Assert.Equal(["p"], (await admin.Get($"Patient/p/$everything?_asOf={then}&_type=Patient")).Is(200).Ids);
        Assert.Equal(["p", "later"], (await admin.Get($"Patient/p/$everything?_asOf={await PositionOf(clinic)}")).Is(200).Ids);
        Assert.Equal(["p", "later"], (await admin.Get("Patient/p/$everything")).Is(200).Ids);
        var first = (await admin.Get($"Patient/p/$everything?_asOf={then}&_count=1")).Is(200);
        Assert.Equal(["p"], first.Ids);
        Assert.Equal(["gone"], (await admin.Get(first.Next!)).Is(200).Ids);
    }

    [Fact]
    public async Task What_was_never_of_the_record_or_is_closed_now_is_not_shown()
    {
        var clinic = await Clinic.Open(server);
        var (admin, blind, own) = (await clinic.Admin(), await clinic.Provider(seesSensitive: false), await clinic.Patient("p"));
        (await admin.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await admin.Put("Patient/q", Sample.Patient("Q", "q"))).Is(201);
        (await admin.Put("Observation/moved", Sample.Observation("Patient/q", id: "moved"))).Is(201);
        (await admin.Put("Observation/left", Sample.Observation("Patient/p", id: "left"))).Is(201);
        (await admin.Put("Observation/closed", Sample.Observation("Patient/p", id: "closed"))).Is(201);
        (await admin.Put("Observation/stays", Sample.Observation("Patient/p", id: "stays"))).Is(201);
        var then = await PositionOf(clinic);
        (await admin.Put("Observation/moved", Sample.Observation("Patient/p", id: "moved"))).Is(200);
        (await admin.Put("Observation/left", Sample.Observation("Patient/q", id: "left"))).Is(200);
        (await admin.Put("Observation/closed", Sample.Observation("Patient/p", id: "closed", more: Sample.Labelled("R")))).Is(200);

        Assert.Equal(["p", "closed", "stays"], (await admin.Get($"Patient/p/$everything?_asOf={then}")).Is(200).Ids);
        Assert.Equal(["p", "stays"], (await blind.Get($"Patient/p/$everything?_asOf={then}")).Is(200).Ids);
        Assert.Equal(["p", "stays"], (await own.Get($"Patient/p/$everything?_asOf={then}")).Is(200).Ids);
        (await own.Get($"Patient/q/$everything?_asOf={then}")).IsRefused(404, "not-found");
    }

    [Theory]
    [InlineData("Patient/p/$everything?_asOf=yesterday", "invalid")]
    [InlineData("Patient/p/$everything?_asOf=2026-01-01", "invalid")]
    [InlineData("Patient/p/$everything?_asOf=1&_since=2026-01-01T00:00:00Z", "not-supported")]
    [InlineData("Encounter/e/$everything?_asOf=1", "not-supported")]
    public async Task What_is_no_time_is_refused(string path, string issue) =>
        (await (await (await Clinic.Open(server)).Admin()).Get(path)).IsRefused(400, issue);

    private static async Task<string> PositionOf(Clinic clinic) => (await clinic.Log())[^1].Position.ToString(CultureInfo.InvariantCulture);
}

public sealed class AsOfOnSqlite(SqliteFhirServer server) : AsOfTests(server);

public sealed class AsOfOnPostgres(PostgresFhirServer server) : AsOfTests(server);
