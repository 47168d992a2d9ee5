using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

/// <summary>A request whose answer was lost comes again with its key, and creates nothing more.</summary>
public abstract class OnceTests(House house)
{
    [Fact]
    public async Task A_biopsy_is_ordered_once_for_each_key()
    {
        var (_, provider) = await Opened();

        await Once(provider, "/api/biopsies", Biopsy("Left forearm"), Biopsy("Right forearm"));

        Assert.Single((await provider.Get("/api/biopsies?patientId=p-1")).Is(200)["items"].EnumerateArray());
        Assert.Equal(1, (await provider.Get("/fhir/Specimen?patient=p-1&_summary=count")).Is(200)["total"].GetInt32());
    }

    [Fact]
    public async Task An_encounter_begins_once_for_each_key_also_when_it_has_an_appointment()
    {
        var (_, provider) = await Opened();
        var booked = (await provider.Post("/api/appointments", new
        {
            patientId = "p-1", providerId = "dr-1", start = "2026-03-02T09:00:00Z", durationMinutes = 30,
        })).Is(201).Id;

        await Once(
            provider, "/api/encounters", new { patientId = "p-1", providerId = "dr-1", appointmentId = booked },
            new { patientId = "p-1", providerId = "dr-1" });

        Assert.Single((await provider.Get("/api/encounters?patientId=p-1")).Is(200)["items"].EnumerateArray());
    }

    [Fact]
    public async Task Vitals_are_recorded_once_for_each_key_and_the_repetition_is_answered_also_when_the_encounter_is_signed()
    {
        var (_, provider) = await Opened();
        var visit = (await provider.Post("/api/encounters", new { patientId = "p-1", providerId = "dr-1" })).Is(201).Id;
        var path = $"/api/encounters/{visit}/vitals";
        var measured = new { heartRate = 72, systolic = 120, diastolic = 80, weight = 70.5, temperature = 36.8, oxygenSaturation = 98 };

        var first = (await provider.PostOnce("lost", path, measured)).Is(201);
        var again = (await provider.PostOnce("lost", path, measured)).Is(201);
        (await provider.PostOnce("lost", path, new { heartRate = 73 })).IsRefused(422, "idempotency_key_reused");
        (await provider.Post($"/api/encounters/{visit}/complete")).Is(200);
        (await provider.Post($"/api/encounters/{visit}/sign")).Is(200);
        var late = (await provider.PostOnce("lost", path, measured)).Is(201);

        Assert.Equal(first.Text, again.Text);
        Assert.Equal(first["observationIds"].GetRawText(), late["observationIds"].GetRawText());
        Assert.Equal(5, (await provider.Get("/fhir/Observation?patient=p-1&_summary=count")).Is(200)["total"].GetInt32());
    }

    [Theory]
    [InlineData("/api/biopsies")]
    [InlineData("/api/encounters")]
    public async Task The_same_key_of_a_colleague_or_in_another_organization_is_another_one(string door)
    {
        var (clinic, provider) = await Opened();
        var elsewhere = await (await house.NewClinic()).HasProvider("dr-1", "p-1");
        var colleague = await clinic.Has(Role.Nurse);
        object asked = door == "/api/biopsies" ? Biopsy("Left forearm") : new { patientId = "p-1", providerId = "dr-1" };

        var first = (await provider.PostOnce("lost", door, asked)).Is(201);
        var theirs = (await elsewhere.PostOnce("lost", door, asked)).Is(201);
        var hers = (await colleague.PostOnce("lost", door, asked)).Is(201);

        Assert.Equal(3, new[] { first.Id, theirs.Id, hers.Id }.Distinct().Count());
        Assert.Single((await elsewhere.Get($"{door}?patientId=p-1")).Is(200)["items"].EnumerateArray());
    }

    private async Task<(Clinic Clinic, Person Provider)> Opened()
    {
        var clinic = await house.NewClinic();
        return (clinic, await clinic.HasProvider("dr-1", "p-1"));
    }

    private static async Task Once(Person provider, string door, object asked, object other)
    {
        var both = await Task.WhenAll(provider.PostOnce("lost", door, asked), provider.PostOnce("lost", door, asked));
        var again = (await provider.PostOnce("lost", door, asked)).Is(201);

        Assert.All(both, answer => Assert.Equal(again.Text, answer.Is(201).Text));
        (await provider.PostOnce("lost", door, other)).IsRefused(422, "idempotency_key_reused");
        (await provider.PostOnce("two words", door, asked)).Is(400);
    }

    private static object Biopsy(string site) =>
        new { patientId = "p-1", providerId = "dr-1", site, procedure = "Shave excision", specimen = "Punch 4 mm" };
}

public sealed class OnceOnSqlite(SqliteHouse house) : OnceTests(house);

public sealed class OnceOnPostgres(PostgresHouse house) : OnceTests(house);
