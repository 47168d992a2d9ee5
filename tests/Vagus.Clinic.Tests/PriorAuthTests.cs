using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

/// <summary>What an insurer is asked before a service is given.</summary>
public abstract class PriorAuthTests(House house)
{
    private const string Door = "/api/prior-auths";

    [Fact]
    public async Task An_authorization_is_asked_for_and_approved_with_exactly_its_events()
    {
        var (clinic, billing) = await Opened();

        var asked = (await billing.Post(Door, Asked())).Is(201);
        (await billing.Post($"{Door}/{asked.Id}/status", new { status = "pending", version = asked.Version })).Is(200);
        var approved = (await billing.Post(
            $"{Door}/{asked.Id}/status", new { status = "approved", number = "AUTH-2207", validUntil = "2027-06-30" })).Is(200);

        Assert.Equal("requested", Text(asked.Json, "status"));
        Assert.Equal(
            ("approved", "AUTH-2207", "2027-06-30", "dr-1", "MRI of the brain"), (
                Text(approved.Json, "status"), Text(approved.Json, "number"), Text(approved.Json, "validUntil"),
                Text(approved.Json, "providerId"), Text(approved.Json, "service")));
        var events = await clinic.Events("prior_auth.*,claim.*");
        Assert.Equal(
            ["prior_auth.status_changed", "prior_auth.status_changed", "prior_auth.status_changed", "prior_auth.approved"],
            events.Select(each => each.Type));
        Assert.Equal(
            ["draft", "active", "approved"], events.Take(3).Select(each => Text(each.Data, "status")));
        Assert.Equal(
            (asked.Id, "AUTH-2207", "2027-06-30", "Northwind Health"), (
                Text(events[3].Data, "priorAuthId"), Text(events[3].Data, "authorizationNumber"), Text(events[3].Data, "validUntil"),
                Text(events[3].Data, "insurer")));
    }

    [Fact]
    public async Task A_denial_reaches_the_provider_who_asked_and_billing_and_may_be_appealed()
    {
        var clinic = await house.NewClinic();
        var provider = await clinic.HasProvider("dr-1", "p-1");
        var (billing, other) = (await clinic.Has(Role.Billing), await clinic.Has(Role.Provider));
        var asked = (await billing.Post(Door, Asked())).Is(201);

        var denied = (await billing.Post(
            $"{Door}/{asked.Id}/status", new { status = "denied", reason = "Not medically necessary" })).Is(200);

        Assert.Equal("Not medically necessary", Text(denied.Json, "reason"));
        foreach (var person in new[] { provider, billing })
        {
            var told = await Notified(person);
            Assert.Equal("prior_auth_denied", Text(told, "type"));
            Assert.EndsWith("Not medically necessary", Text(told, "message"), StringComparison.Ordinal);
        }

        Assert.Empty((await other.Get("/api/notifications")).Is(200)["items"].EnumerateArray());
        Assert.Equal(
            "pending", Text((await billing.Post($"{Door}/{asked.Id}/status", new { status = "pending" })).Is(200).Json, "status"));
        Assert.Equal("approved", Text((await billing.Post(
            $"{Door}/{asked.Id}/status", new { status = "approved", reason = "On appeal" })).Is(200).Json, "status"));
        Assert.Single(await clinic.Events("prior_auth.approved"));
    }

    [Fact]
    public async Task A_step_that_cannot_follow_is_refused_with_those_that_can()
    {
        var (_, billing) = await Opened();
        var asked = (await billing.Post(Door, Asked())).Is(201);
        (await billing.Post($"{Door}/{asked.Id}/status", new { status = "approved", number = "A-1" })).Is(200);

        var refused = (await billing.Post($"{Door}/{asked.Id}/status", new { status = "denied" })).IsRefused(409, "invalid_transition");

        Assert.Equal(("approved", 0), (Text(refused.Json, "from"), refused["allowed"].GetArrayLength()));
        (await billing.Post($"{Door}/{asked.Id}/status", new { status = "denied", number = "A-1" })).IsRefused(400, "invalid_field");
        (await billing.Post($"{Door}/{asked.Id}/status", new { status = "approved", version = asked.Version }))
            .IsRefused(409, "stale_version");
    }

    [Fact]
    public async Task The_list_is_of_a_patient_or_of_a_provider_and_has_no_claims()
    {
        var (_, billing) = await Opened();
        (await billing.Post(Door, Asked())).Is(201);
        (await billing.Post("/api/claims", ClaimTests.Claim())).Is(201);

        Assert.Single((await billing.Get($"{Door}?patientId=p-1&providerId=dr-1")).Is(200)["items"].EnumerateArray());
        Assert.Empty((await billing.Get($"{Door}?providerId=dr-2")).Is(200)["items"].EnumerateArray());
        Assert.Empty((await billing.Get($"{Door}?patientId=p-2")).Is(200)["items"].EnumerateArray());
    }

    private async Task<(Clinic Clinic, Person Billing)> Opened()
    {
        var clinic = await house.NewClinic();
        await clinic.HasProvider("dr-1", "p-1", "p-2");
        return (clinic, await clinic.Has(Role.Billing));
    }

    private static object Asked() =>
        new { patientId = "p-1", providerId = "dr-1", service = "MRI of the brain", payer = "Northwind Health" };

    private static async Task<JsonElement> Notified(Person person)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var items = (await person.Get("/api/notifications")).Is(200)["items"];
            if (items.GetArrayLength() > 0) return items[0];
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "Nobody was told.");
            await Task.Delay(50);
        }
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}

public sealed class PriorAuthsOnSqlite(SqliteHouse house) : PriorAuthTests(house);

public sealed class PriorAuthsOnPostgres(PostgresHouse house) : PriorAuthTests(house);
