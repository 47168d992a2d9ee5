using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

/// <summary>A claim from its draft to the insurer's money.</summary>
public abstract class ClaimTests(House house)
{
    private const string Door = "/api/claims";

    [Fact]
    public async Task A_claim_goes_from_draft_to_paid_with_exactly_its_events()
    {
        var (clinic, billing) = await Opened();

        var draft = (await billing.Post(Door, Claim())).Is(201);
        (await billing.Put($"{Door}/{draft.Id}", new { lines = Lines(100.10m, 60), version = draft.Version })).Is(200);
        (await billing.Post($"{Door}/{draft.Id}/submit")).Is(200);
        (await billing.Post($"{Door}/{draft.Id}/status", new { status = "accepted" })).Is(200);
        (await billing.Post($"{Door}/{draft.Id}/status", new { status = "partially_paid", amountPaid = 100 })).Is(200);
        var paid = (await billing.Post($"{Door}/{draft.Id}/status", new { status = "paid" })).Is(200);

        Assert.Equal(("draft", "340.00"), (draft["status"].GetString(), draft["total"].GetRawText()));
        Assert.Equal(("paid", "160.10", "160.10", "0.00", "160.10"), (
            paid["status"].GetString(), paid["total"].GetRawText(), paid["amountPaid"].GetRawText(), paid["received"].GetRawText(),
            paid["balance"].GetRawText()));
        var events = await clinic.Events("claim.*");
        Assert.Equal(
            [
                "claim.created", "claim.updated", "claim.status_changed", "claim.submitted", "claim.status_changed",
                "claim.status_changed", "claim.paid", "claim.paid",
            ],
            events.Select(each => each.Type));
        Assert.Equal(
            ("draft", "p-1", "Northwind Health", 340.00m, "USD"), (
                Text(events[0].Data, "status"), Text(events[0].Data, "patientId"), Text(events[0].Data, "insurer"),
                events[0].Data.GetProperty("total").GetDecimal(), Text(events[0].Data, "currency")));
        Assert.Equal(
            [100m, 160.10m],
            events.Where(each => each.Type == "claim.paid").Select(each => each.Data.GetProperty("amount").GetDecimal()));
    }

    [Fact]
    public async Task Claims_are_listed_by_their_state_also_by_one_that_came_by_FHIR()
    {
        var (_, billing) = await Opened();
        var ids = new List<string>();
        for (var number = 0; number < 7; number++) ids.Add((await Submitted(billing)).Id);
        var draft = (await billing.Post(Door, Claim())).Is(201).Id;
        foreach (var id in ids.Take(2))
            (await billing.Post($"{Door}/{id}/status", new { status = "denied", reason = "No cover" })).Is(200);
        (await billing.Put("/fhir/ClaimResponse/by-fhir", $$"""
            {"resourceType":"ClaimResponse","id":"by-fhir","status":"active","type":{"text":"professional"},"use":"claim",
             "patient":{"reference":"Patient/p-1"},"created":"2026-11-26","insurer":{"display":"N"},
             "request":{"reference":"Claim/{{ids[2]}}"},"outcome":"error"}
            """)).Is(201);

        Assert.Equal(ids.Take(3).Reverse(), await All("denied"));
        Assert.Equal(ids.Skip(3).Reverse(), await All("submitted"));
        Assert.Equal([draft], await All("draft"));
        Assert.Empty(await All("paid"));
        (await billing.Get($"{Door}?status=lost")).IsRefused(400, "invalid_field");

        async Task<List<string>> All(string status)
        {
            var found = new List<string>();
            for (string? cursor = ""; cursor is not null;)
            {
                var at = cursor.Length == 0 ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
                var page = (await billing.Get($"{Door}?status={status}&patientId=p-1&limit=2{at}")).Is(200);
                Assert.All(page["items"].EnumerateArray(), each => Assert.Equal(status, Text(each, "status")));
                Assert.True(page["items"].GetArrayLength() <= 2);
                found.AddRange(page["items"].EnumerateArray().Select(each => Text(each, "id")!));
                cursor = page.Json.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
            }

            return found;
        }
    }

    [Fact]
    public async Task A_denied_claim_says_why_and_may_be_paid_on_appeal()
    {
        var (clinic, billing) = await Opened();
        var claim = await Submitted(billing);

        var denied = (await billing.Post(
            $"{Door}/{claim.Id}/status", new { status = "denied", reason = "Duplicate of another claim" })).Is(200);

        Assert.Equal(("denied", "Duplicate of another claim"), (denied["status"].GetString(), denied["reason"].GetString()));
        var told = Assert.Single(await clinic.Events("claim.denied")).Data;
        Assert.Equal((claim.Id, "Duplicate of another claim"), (Text(told, "claimId"), Text(told, "reason")));
        var paid = (await billing.Post($"{Door}/{claim.Id}/status", new { status = "paid", amountPaid = 200 })).Is(200);
        Assert.Equal("paid", paid["status"].GetString());
    }

    [Fact]
    public async Task A_step_that_cannot_follow_is_refused_with_those_that_can()
    {
        var (clinic, billing) = await Opened();
        var draft = (await billing.Post(Door, Claim())).Is(201);

        var early = (await billing.Post($"{Door}/{draft.Id}/status", new { status = "paid" })).IsRefused(409, "invalid_transition");
        (await billing.Post($"{Door}/{draft.Id}/submit")).Is(200);
        var late = (await billing.Put($"{Door}/{draft.Id}", new { lines = Lines(1) })).IsRefused(409, "invalid_transition");
        (await billing.Post($"{Door}/{draft.Id}/status", new { status = "paid" })).Is(200);
        var last = (await billing.Post($"{Door}/{draft.Id}/status", new { status = "denied" })).IsRefused(409, "invalid_transition");

        Assert.Equal(("draft", "submitted"), (early["from"].GetString(), Assert.Single(Allowed(early))));
        Assert.Equal(["accepted", "denied", "partially_paid", "paid"], Allowed(late));
        Assert.Empty(Allowed(last));
        Assert.Empty(await clinic.Events("claim.denied"));
    }

    [Fact]
    public async Task What_was_said_already_changes_nothing()
    {
        var (clinic, billing) = await Opened();
        var claim = await Submitted(billing);

        var again = (await billing.Post($"{Door}/{claim.Id}/submit")).Is(200);
        var denied = (await billing.Post($"{Door}/{claim.Id}/status", new { status = "denied", reason = "No cover" })).Is(200);
        var twice = (await billing.Post($"{Door}/{claim.Id}/status", new { status = "denied", reason = "No cover" })).Is(200);

        Assert.Equal((claim.Version, denied.Version), (again.Version, twice.Version));
        Assert.Single(await clinic.Events("claim.denied"));
        Assert.Single(await clinic.Events("claim.submitted"));
    }

    [Fact]
    public async Task A_second_writer_is_told_what_was_changed()
    {
        var (_, billing) = await Opened();
        var draft = (await billing.Post(Door, Claim())).Is(201);
        (await billing.Put($"{Door}/{draft.Id}", new { payer = "Other Health", version = draft.Version })).Is(200);

        var stale = (await billing.Put($"{Door}/{draft.Id}", new { lines = Lines(1), version = draft.Version }))
            .IsRefused(409, "stale_version");
        Assert.Equal("payer", Assert.Single(stale["changed"].EnumerateArray()).GetString());

        var submitted = (await billing.Post($"{Door}/{draft.Id}/submit")).Is(200);
        (await billing.Post($"{Door}/{draft.Id}/status", new { status = "accepted", version = submitted.Version })).Is(200);
        var late = (await billing.Post($"{Door}/{draft.Id}/status", new { status = "denied", version = submitted.Version }))
            .IsRefused(409, "stale_version");
        Assert.Equal("status", Assert.Single(late["changed"].EnumerateArray()).GetString());
    }

    [Fact]
    public async Task One_key_makes_one_claim_and_is_refused_with_another_body()
    {
        var (clinic, billing) = await Opened();
        var colleague = await clinic.Has(Role.Billing);

        var both = await Task.WhenAll(billing.PostOnce("k-1", Door, Claim()), billing.PostOnce("k-1", Door, Claim()));
        (await billing.PostOnce("k-1", Door, Claim(amount: 1))).IsRefused(422, "idempotency_key_reused");
        var other = (await colleague.PostOnce("k-1", Door, Claim())).Is(201);

        Assert.Equal(both[0].Is(201).Id, both[1].Is(201).Id);
        Assert.NotEqual(both[0].Id, other.Id);
        Assert.Equal(2, (await clinic.Events("claim.created")).Count);
    }

    [Theory]
    [InlineData("""{"lines":[],"patientId":"p-1","payer":"N"}""", "invalid_field")]
    [InlineData("""{"lines":[{"code":"a","amount":-1}],"patientId":"p-1","payer":"N"}""", "invalid_field")]
    [InlineData("""{"lines":[{"code":"a","amount":1.005}],"patientId":"p-1","payer":"N"}""", "invalid_field")]
    [InlineData("""{"lines":[{"code":"a","amount":1.5}],"patientId":"p-1","payer":"N","currency":"JPY"}""", "invalid_field")]
    [InlineData("""{"lines":[{"code":"a"}],"patientId":"p-1","payer":"N"}""", "missing_field")]
    [InlineData("""{"patientId":"p-1","payer":"N"}""", "missing_field")]
    [InlineData("""{"lines":[{"code":"a","amount":1,"tax":2}],"patientId":"p-1","payer":"N"}""", "unknown_field")]
    public async Task A_claim_that_adds_up_to_no_money_is_refused(string body, string code)
    {
        var (_, billing) = await Opened();

        (await billing.Post(Door, body)).IsRefused(400, code);
    }

    [Fact]
    public async Task The_insurer_pays_no_more_than_the_total()
    {
        var (_, billing) = await Opened();
        var claim = await Submitted(billing);

        var refused = (await billing.Post($"{Door}/{claim.Id}/status", new { status = "paid", amountPaid = 340.01m }))
            .IsRefused(422, "more_than_total");
        Assert.Equal("340.00", refused["total"].GetRawText());
        (await billing.Post($"{Door}/{claim.Id}/status", new { status = "partially_paid", amountPaid = 340 }))
            .IsRefused(422, "more_than_total");
        (await billing.Post($"{Door}/{claim.Id}/status", new { status = "partially_paid" })).IsRefused(400, "missing_field");
        (await billing.Post($"{Door}/{claim.Id}/status", new { status = "denied", amountPaid = 1 })).IsRefused(400, "invalid_field");
    }

    [Fact]
    public async Task What_was_written_at_fhir_is_a_claim_here_with_what_it_means()
    {
        var (_, billing) = await Opened();
        var claim = await Submitted(billing);
        (await billing.Put("/fhir/ClaimResponse/cr-1", new
        {
            resourceType = "ClaimResponse", id = "cr-1", status = "active", type = new { text = "professional" }, use = "claim",
            patient = new { reference = "Patient/p-1" }, created = "2026-11-27", insurer = new { display = "Northwind Health" },
            request = new { reference = $"Claim/{claim.Id}" }, outcome = "complete", disposition = "Service not covered",
        })).Is(201);

        var listed = (await billing.Get($"{Door}?patientId=p-1")).Is(200)["items"][0];

        Assert.Equal(("denied", "Service not covered"), (Text(listed, "status"), Text(listed, "reason")));
    }

    [Fact]
    public async Task A_list_has_pages_and_no_prior_authorizations()
    {
        var (_, billing) = await Opened();
        for (var number = 1; number <= 3; number++) (await billing.Post(Door, Claim(amount: number))).Is(201);
        (await billing.Post("/api/prior-auths", new { patientId = "p-1", providerId = "dr-1", service = "MRI", payer = "N" })).Is(201);

        var first = (await billing.Get($"{Door}?limit=2")).Is(200);
        var rest = (await billing.Get($"{Door}?limit=2&cursor={Uri.EscapeDataString(first["nextCursor"].GetString()!)}")).Is(200);

        Assert.Equal([3m, 2m], Totals(first));
        Assert.Equal([1m], Totals(rest));
        Assert.Empty((await billing.Get($"{Door}?patientId=p-2")).Is(200)["items"].EnumerateArray());
    }

    private static decimal[] Totals(Answer page) =>
        [.. page["items"].EnumerateArray().Select(each => each.GetProperty("total").GetDecimal())];

    private async Task<(Clinic Clinic, Person Billing)> Opened()
    {
        var clinic = await house.NewClinic();
        await clinic.HasProvider("dr-1", "p-1", "p-2");
        return (clinic, await clinic.Has(Role.Billing));
    }

    private static async Task<Answer> Submitted(Person billing)
    {
        var draft = (await billing.Post(Door, Claim())).Is(201);
        return (await billing.Post($"{Door}/{draft.Id}/submit")).Is(200);
    }

    internal static object Claim(string patient = "p-1", decimal amount = 340) =>
        new { patientId = patient, payer = "Northwind Health", lines = Lines(amount) };

    private static object[] Lines(params decimal[] amounts) =>
        [.. amounts.Select(amount => new { code = "99213", description = "Office visit", amount })];

    private static string[] Allowed(Answer refused) => [.. refused["allowed"].EnumerateArray().Select(each => each.GetString() ?? "")];

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}

public sealed class ClaimsOnSqlite(SqliteHouse house) : ClaimTests(house);

public sealed class ClaimsOnPostgres(PostgresHouse house) : ClaimTests(house);
