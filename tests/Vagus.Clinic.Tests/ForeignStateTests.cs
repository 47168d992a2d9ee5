using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

/// <summary>Records in states that other writers have given them at <c>/fhir</c>: a move that cannot follow is told what can.</summary>
public abstract class ForeignStateTests(House house)
{
    [Theory]
    [InlineData("planned", "planned", "")]
    [InlineData("entered-in-error", "entered_in_error", "")]
    [InlineData("cancelled", "cancelled", "")]
    [InlineData("unknown", "unknown", "finished")]
    public async Task A_visit_in_a_state_of_others_is_not_signed(string written, string from, string allowed)
    {
        var (_, provider) = await Opened();
        await Write(provider, "Encounter", Visit(written));

        var refused = (await provider.Post("/api/encounters/e-1/sign")).IsRefused(409, "invalid_transition");

        Assert.Equal((from, allowed), (refused["from"].GetString(), Allowed(refused)));
    }

    [Fact]
    public async Task A_visit_of_which_another_system_does_not_tell_how_it_stands_is_completed()
    {
        var (_, provider) = await Opened();
        await Write(provider, "Encounter", Visit("unknown"));

        var completed = (await provider.Post("/api/encounters/e-1/complete")).Is(200);

        Assert.Equal("finished", completed["status"].GetString());
    }

    [Theory]
    [InlineData("proposed", "booked,cancelled")]
    [InlineData("waitlist", "booked,cancelled")]
    [InlineData("fulfilled", "")]
    [InlineData("entered-in-error", "")]
    public async Task An_appointment_in_a_state_of_others_tells_what_may_follow(string written, string allowed)
    {
        var (_, provider) = await Opened();
        await Write(provider, "Appointment", new
        {
            resourceType = "Appointment", id = "a-1", status = written, start = "2026-11-26T09:00:00Z", end = "2026-11-26T09:30:00Z",
            participant = new[] { new { actor = new { reference = "Patient/p-1" }, status = "accepted" } },
        });

        var refused = (await provider.Post("/api/appointments/a-1/status", new { status = "no_show" }))
            .IsRefused(409, "invalid_transition");

        Assert.Equal(allowed, Allowed(refused));
    }

    [Theory]
    [InlineData("claims", "claim", "cancelled")]
    [InlineData("claims", "claim", "entered-in-error")]
    [InlineData("prior-auths", "preauthorization", "cancelled")]
    public async Task A_claim_that_was_taken_back_elsewhere_is_not_answered(string door, string use, string written)
    {
        var (clinic, _) = await Opened();
        var billing = await clinic.Has(Role.Billing);
        await Write(billing, "Claim", new
        {
            resourceType = "Claim", id = "c-1", status = written, use, created = "2026-03-01", type = new { text = "professional" },
            patient = new { reference = "Patient/p-1" }, provider = new { reference = "Practitioner/dr-1" },
            priority = new { text = "normal" },
            insurance = new[] { new { sequence = 1, focal = true, coverage = new { display = "Acme" } } },
        });

        var refused = (await billing.Post($"/api/{door}/c-1/status", new { status = "denied" })).IsRefused(409, "invalid_transition");

        Assert.Equal(("cancelled", ""), (refused["from"].GetString(), Allowed(refused)));
    }

    private static object Visit(string status) => new
    {
        resourceType = "Encounter", id = "e-1", status, @class = new { code = "AMB" }, subject = new { reference = "Patient/p-1" },
    };

    private async Task<(Clinic Clinic, Person Provider)> Opened()
    {
        var clinic = await house.NewClinic();
        return (clinic, await clinic.HasProvider("dr-1", "p-1"));
    }

    private static async Task Write(Person by, string type, object resource)
    {
        var json = System.Text.Json.JsonSerializer.SerializeToElement(resource);
        (await by.Put($"/fhir/{type}/{json.GetProperty("id").GetString()}", resource)).Is(201);
    }

    private static string Allowed(Answer refused) =>
        string.Join(',', refused["allowed"].EnumerateArray().Select(each => each.GetString()));
}

public sealed class ForeignStatesOnSqlite(SqliteHouse house) : ForeignStateTests(house);

public sealed class ForeignStatesOnPostgres(PostgresHouse house) : ForeignStateTests(house);
