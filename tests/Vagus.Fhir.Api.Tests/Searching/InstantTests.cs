namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary>An instant is a point in time, however it is written; a dateTime stands for all of its second.</summary>
public abstract class InstantTests(FhirServer server)
{
    [Theory]
    [InlineData("2031-03-08T18:00:00.000Z", true)]
    [InlineData("2031-03-08T18:00:00Z", true)]
    [InlineData("2031-03-08T20:00:00.000%2B02:00", true)]
    [InlineData("2031-03-08", true)]
    [InlineData("2031-03-08T18:00:00.001Z", false)]
    [InlineData("ne2031-03-08T18:00:00.000Z", false)]
    [InlineData("gt2031-03-08T18:00:00.000Z", false)]
    [InlineData("gt2031-03-08T18:00:00.500Z", false)]
    [InlineData("gt2031-03-08T17:59:59.999Z", true)]
    [InlineData("ge2031-03-08T18:00:00.000Z", true)]
    [InlineData("ge2031-03-08T18:00:00.001Z", false)]
    [InlineData("lt2031-03-08T18:00:00.000Z", false)]
    [InlineData("lt2031-03-08T18:00:00.001Z", true)]
    [InlineData("le2031-03-08T18:00:00.000Z", true)]
    [InlineData("le2031-03-08T17:59:59.999Z", false)]
    [InlineData("sa2031-03-08T18:00:00.000Z", false)]
    [InlineData("sa2031-03-08T17:59:59.999Z", true)]
    [InlineData("eb2031-03-08T18:00:00.500Z", true)]
    [InlineData("eb2031-03-08T18:00:00.000Z", false)]
    [InlineData("eb2031-03-08T18:00:00.000001Z", true)]
    public async Task A_slot_is_found_by_its_instant(string value, bool found)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Create(
            """{"resourceType":"Slot","schedule":{"reference":"Schedule/1"},"status":"free","start":"2031-03-08T18:00:00Z","end":"2031-03-08T18:30:00Z"}""")).Is(201);

        Assert.Equal(found ? 1 : 0, (await provider.Get($"Slot?start={value}")).Is(200).Total);
    }

    [Theory]
    [InlineData("2031-03-08T18:00:00.000Z", false)]
    [InlineData("gt2031-03-08T18:00:00.500Z", true)]
    [InlineData("eb2031-03-08T18:00:00.500Z", false)]
    public async Task A_date_time_keeps_the_width_of_its_precision(string value, bool found)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Create(Sample.Observation("Patient/1", more: ""","effectiveDateTime":"2031-03-08T18:00:00Z" """))).Is(201);

        Assert.Equal(found ? 1 : 0, (await provider.Get($"Observation?date={value}")).Is(200).Total);
    }

    [Fact]
    public async Task The_last_update_is_a_point_too()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var at = (await provider.Create(Sample.Patient())).Is(201).Json.GetProperty("meta").GetProperty("lastUpdated").GetString()!;
        var finer = at.Replace("Z", "5Z", StringComparison.Ordinal);

        foreach (var query in new[] { at, $"ge{at}", $"le{at}", $"eb{finer}", $"lt{finer}" })
            Assert.Equal(1, (await provider.Get($"Patient?_lastUpdated={query}")).Is(200).Total);
        foreach (var query in new[] { $"gt{at}", $"lt{at}", $"gt{finer}", $"ge{finer}", $"sa{at}", $"eb{at}" })
            Assert.Equal(0, (await provider.Get($"Patient?_lastUpdated={query}")).Is(200).Total);
    }
}

public sealed class InstantsOnSqlite(SqliteFhirServer server) : InstantTests(server);

public sealed class InstantsOnPostgres(PostgresFhirServer server) : InstantTests(server);
