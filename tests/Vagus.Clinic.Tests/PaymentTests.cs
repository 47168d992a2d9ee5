using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

/// <summary>Money that came in: never twice, never more than is to be paid.</summary>
public abstract class PaymentTests(House house)
{
    private const string Door = "/api/payments";

    [Fact]
    public async Task A_payment_for_a_claim_is_told_and_lowers_its_balance()
    {
        var (clinic, billing, claim) = await Opened();

        var payment = (await billing.Post(Door, ForClaim(claim.Id, 40.10m))).Is(201);

        Assert.Equal(
            (claim.Id, "p-1", "40.10", "USD", "card"), (
                Text(payment.Json, "claimId"), Text(payment.Json, "patientId"), payment["amount"].GetRawText(),
                Text(payment.Json, "currency"), Text(payment.Json, "method")));
        var told = Assert.Single(await clinic.Events("payment.*,patient.balance_changed"));
        Assert.Equal(
            ("payment.received", payment.Id, 40.10m, "USD", "p-1", claim.Id), (
                told.Type, Text(told.Data, "paymentId"), told.Data.GetProperty("amount").GetDecimal(), Text(told.Data, "currency"),
                Text(told.Data, "patientId"), Text(told.Data, "claimId")));
        var listed = (await billing.Get("/api/claims?patientId=p-1")).Is(200)["items"][0];
        Assert.Equal(("40.10", "299.90"), (listed.GetProperty("received").GetRawText(), listed.GetProperty("balance").GetRawText()));
    }

    [Fact]
    public async Task More_than_the_balance_is_refused_also_of_two_payments_at_once()
    {
        var (clinic, billing, claim) = await Opened();
        (await billing.Post(Door, ForClaim(claim.Id, 340.01m))).IsRefused(422, "more_than_balance");

        var both = await Task.WhenAll(
            billing.Post(Door, ForClaim(claim.Id, 200)), (await clinic.Has(Role.Billing)).Post(Door, ForClaim(claim.Id, 200)));

        Assert.Equal([201, 422], both.Select(answer => answer.Status).Order());
        var refused = both.Single(answer => answer.Status == 422).IsRefused(422, "more_than_balance");
        Assert.Equal("140.00", refused["balance"].GetRawText());
        (await billing.Post(Door, ForClaim(claim.Id, 140))).Is(201);
        (await billing.Post(Door, ForClaim(claim.Id, 0.01m))).IsRefused(422, "more_than_balance");
        Assert.Equal(2, (await clinic.Events("payment.received")).Count);
    }

    [Fact]
    public async Task A_double_click_pays_once()
    {
        var (clinic, billing, claim) = await Opened();

        var both = await Task.WhenAll(
            billing.PostOnce("click", Door, ForClaim(claim.Id, 40)), billing.PostOnce("click", Door, ForClaim(claim.Id, 40)));
        (await billing.PostOnce("click", Door, ForClaim(claim.Id, 41))).IsRefused(422, "idempotency_key_reused");
        (await billing.PostOnce(new string('k', 129), Door, ForClaim(claim.Id, 40))).IsRefused(400, "invalid_request");

        Assert.Equal(both[0].Is(201).Id, both[1].Is(201).Id);
        Assert.Single(await clinic.Events("payment.received"));
    }

    [Fact]
    public async Task A_patients_payment_is_laid_to_the_open_invoices_the_oldest_first()
    {
        var (clinic, billing, _) = await Opened();
        await Invoice(billing, "inv-new", 50, "2026-11-20T00:00:00Z");
        await Invoice(billing, "inv-old", 30, "2026-10-20T00:00:00Z");
        var refused = (await billing.Post(Door, OnAccount(80.01m))).IsRefused(422, "more_than_balance");
        Assert.Equal("80.00", refused["balance"].GetRawText());

        var paid = (await billing.PostOnce("once", Door, OnAccount(45))).Is(201);
        var again = (await billing.PostOnce("once", Door, OnAccount(45))).Is(201);

        Assert.Equal(("inv-old", "30.00"), (Text(paid.Json, "invoiceId"), paid["amount"].GetRawText()));
        var further = Assert.Single(paid["further"].EnumerateArray());
        Assert.Equal(("inv-new", "15.00"), (Text(further, "invoiceId"), further.GetProperty("amount").GetRawText()));
        Assert.Equal((paid.Id, Text(further, "id")), (again.Id, Text(Assert.Single(again["further"].EnumerateArray()), "id")));
        Assert.Equal(
            [(-30m, "inv-old"), (-15m, "inv-new")],
            (await clinic.Events("patient.balance_changed")).Where(each => Text(each.Data, "reason") == "payment_recorded")
                .Select(each => (each.Data.GetProperty("change").GetDecimal(), Text(each.Data, "invoiceId")!)));
        Assert.Equal(2, (await billing.Get($"{Door}?patientId=p-1")).Is(200)["items"].GetArrayLength());
    }

    [Fact]
    public async Task The_payments_of_a_patient_are_those_that_came_by_FHIR_too()
    {
        var (clinic, billing, claim) = await Opened();
        await Invoice(billing, "inv", 30, "2026-11-20T00:00:00Z");
        var here = (await billing.Post(Door, ForClaim(claim.Id, 10))).Is(201).Id;
        foreach (var (id, request) in new[] { ("n-claim", $"Claim/{claim.Id}"), ("n-inv", "Invoice/inv"), ("n-other", "Patient/p-2") })
        {
            (await billing.Put($"/fhir/PaymentNotice/{id}", new
            {
                resourceType = "PaymentNotice", id, status = "active", request = new { reference = request }, created = "2026-11-26",
                payment = new { display = "card" }, recipient = new { display = "us" }, amount = new { value = 1, currency = "USD" },
            })).Is(201);
        }

        Assert.Equal(["n-inv", "n-claim", here], await Listed(billing, "patientId=p-1"));
        Assert.Equal(["n-claim", here], await Listed(billing, $"patientId=p-1&claimId={claim.Id}"));
        Assert.Equal(["n-other"], await Listed(billing, "patientId=p-2"));
        Assert.Empty(await Listed(billing, $"patientId=p-2&claimId={claim.Id}"));
        (await billing.Get($"{Door}?patientId=p-1&cursor=x")).IsRefused(400, "invalid_field");
        Assert.Empty(await Listed(await (await house.NewClinic()).Has(Role.Billing), "patientId=p-1"));
        (await (await clinic.Has(Role.FrontDesk)).Get($"{Door}?patientId=p-1")).IsRefused(403, "forbidden");
    }

    /// <summary>Page by page, one payment on each.</summary>
    private static async Task<List<string>> Listed(Person reader, string query)
    {
        var found = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var at = cursor.Length == 0 ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = (await reader.Get($"{Door}?{query}&limit=1{at}")).Is(200);
            found.AddRange(page["items"].EnumerateArray().Select(each => Text(each, "id")!));
            cursor = page.Json.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }

        return found;
    }

    [Fact]
    public async Task Without_a_bill_a_payment_is_on_account_and_counts_when_the_bill_comes()
    {
        var (clinic, billing, _) = await Opened();

        var payment = (await billing.Post(Door, OnAccount(25))).Is(201);
        await Invoice(billing, "inv", 30, "2026-11-20T00:00:00Z");
        (await billing.Post(Door, OnAccount(10))).IsRefused(422, "more_than_balance");
        (await billing.Post(Door, OnAccount(5))).Is(201);

        Assert.False(payment.Json.TryGetProperty("invoiceId", out _));
        var (_, moved) = (await clinic.Events("patient.balance_changed"))[0];
        Assert.Equal(("p-1", -25m, "payment_recorded"), (
            Text(moved, "patientId"), moved.GetProperty("change").GetDecimal(), Text(moved, "reason")));
        Assert.Equal("p-1", Text((await clinic.Events("payment.received"))[0].Data, "patientId"));
    }

    [Fact]
    public async Task Bills_of_two_currencies_are_not_mixed()
    {
        var (_, billing, _) = await Opened();
        await Invoice(billing, "inv-usd", 30, "2026-10-20T00:00:00Z");
        await Invoice(billing, "inv-eur", 50, "2026-11-20T00:00:00Z", "EUR");
        (await billing.Put("/fhir/PaymentNotice/n-chf", new
        {
            resourceType = "PaymentNotice", id = "n-chf", status = "active", request = new { reference = "Invoice/inv-eur" },
            created = "2026-11-26", payment = new { display = "card" }, recipient = new { display = "us" },
            amount = new { value = 20, currency = "CHF" },
        })).Is(201);

        (await billing.Post(Door, OnAccount(10))).IsRefused(400, "missing_field");
        var other = (await billing.Post(Door, new { patientId = "p-1", amount = 10, method = "cash", currency = "GBP" }))
            .IsRefused(422, "other_currency");
        (await billing.Post(Door, new { patientId = "p-1", amount = 10, method = "cash", currency = "BTC" }))
            .IsRefused(400, "invalid_field");
        var paid = (await billing.Post(Door, new { patientId = "p-1", amount = 50, method = "cash", currency = "EUR" })).Is(201);

        Assert.Contains("USD or EUR", Text(other.Json, "detail"), StringComparison.Ordinal);
        Assert.Equal(("inv-eur", "EUR"), (Text(paid.Json, "invoiceId"), Text(paid.Json, "currency")));
    }

    [Fact]
    public async Task A_draft_keeps_the_total_that_was_received_for_it()
    {
        var (_, billing, claim) = await Opened();
        (await billing.Post(Door, ForClaim(claim.Id, 40))).Is(201);

        var less = new { lines = new[] { new { code = "99212", amount = 39.99m } } };

        (await billing.Put($"/api/claims/{claim.Id}", less)).IsRefused(422, "less_than_received");
    }

    [Fact]
    public async Task A_labelled_claim_and_what_was_paid_for_it_are_not_there_for_those_who_may_not_see_it()
    {
        var (clinic, billing, claim) = await Opened();
        var allowed = await clinic.Has(Role.Billing, seesLabels: true);
        var body = JsonNode.Parse((await allowed.Get($"/fhir/Claim/{claim.Id}")).Is(200).Text)!.AsObject();
        body["meta"]!["security"] = JsonNode.Parse("""
            [{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]
            """);
        (await allowed.Put($"/fhir/Claim/{claim.Id}", body.ToJsonString())).Is(200);

        (await billing.Post(Door, ForClaim(claim.Id, 1))).IsRefused(422, "unknown_claim");
        (await billing.Post($"/api/claims/{claim.Id}/submit")).IsRefused(404, "not_found");
        (await allowed.Post($"/api/claims/{claim.Id}/submit")).Is(200);
        (await allowed.Post($"/api/claims/{claim.Id}/status", new { status = "denied" })).Is(200);
        (await allowed.Post(Door, ForClaim(claim.Id, 1))).Is(201);

        foreach (var list in new[] { Door, "/api/claims" })
        {
            Assert.Empty((await billing.Get(list)).Is(200)["items"].EnumerateArray());
            Assert.Single((await allowed.Get(list)).Is(200)["items"].EnumerateArray());
        }

        Assert.Equal(0, (await billing.Get("/fhir/ClaimResponse")).Is(200)["total"].GetInt32());
    }

    [Fact]
    public async Task Bills_are_of_their_clinic_and_for_those_who_bill()
    {
        var (clinic, _, claim) = await Opened();
        var (_, other, _) = await Opened();
        var asked = new { patientId = "p-1", providerId = "dr-1", service = "MRI", payer = "N" };
        var authorization = (await (await clinic.Has(Role.Billing)).Post("/api/prior-auths", asked)).Is(201);

        (await other.Post(Door, ForClaim(claim.Id, 1))).IsRefused(422, "unknown_claim");
        (await other.Post($"/api/claims/{claim.Id}/submit")).IsRefused(404, "not_found");
        (await other.Post($"/api/prior-auths/{authorization.Id}/status", new { status = "pending" })).IsRefused(404, "not_found");
        (await other.Post($"/api/claims/{authorization.Id}/submit")).IsRefused(404, "not_found");
        var own = await clinic.Has(Role.Billing);
        (await own.Get($"/api/claims/{authorization.Id}")).IsRefused(404, "not_found");
        (await own.Get($"/api/prior-auths/{claim.Id}")).IsRefused(404, "not_found");
        Assert.Equal("requested", Text((await own.Get($"/api/prior-auths/{authorization.Id}")).Is(200).Json, "status"));
        Assert.Equal("draft", Text((await own.Get($"/api/claims/{claim.Id}")).Is(200).Json, "status"));
        foreach (var person in new[]
        {
            await clinic.Has(Role.Provider), await clinic.Has(Role.FrontDesk), await clinic.Has(Role.Patient, patient: "p-1"),
        })
        {
            foreach (var list in new[] { Door, "/api/claims", "/api/prior-auths" }) (await person.Get(list)).IsRefused(403, "forbidden");
        }
    }

    [Fact]
    public async Task A_tenant_that_takes_money_from_a_role_takes_its_doors()
    {
        var (clinic, billing, claim) = await Opened();

        await clinic.Sets("policy", new { billing = new { write = new[] { "PaymentNotice" } } });

        await Until(async () => (await billing.Post(Door, ForClaim(claim.Id, 1))).Status == 403);
        (await billing.Get(Door)).Is(200);
    }

    [Theory]
    [InlineData("""{"patientId":"p-1","amount":0,"method":"card"}""", 400, "invalid_field")]
    [InlineData("""{"patientId":"p-1","amount":"40","method":"card"}""", 400, "invalid_field")]
    [InlineData("""{"patientId":"p-1","method":"card"}""", 400, "missing_field")]
    [InlineData("""{"patientId":"p-1","amount":1,"method":"card","currency":"usd"}""", 400, "invalid_field")]
    [InlineData("""{"patientId":"p-1","amount":1,"method":"card","claimId":"unknown"}""", 422, "unknown_claim")]
    [InlineData("""{"patientId":"p-9","amount":1,"method":"card"}""", 422, "unknown_patient")]
    public async Task A_payment_that_cannot_be_laid_to_anything_is_refused(string body, int status, string code)
    {
        var (_, billing, _) = await Opened();

        (await billing.Post(Door, body)).IsRefused(status, code);
    }

    [Fact]
    public async Task A_claim_of_another_patient_or_in_another_currency_is_not_paid()
    {
        var (_, billing, claim) = await Opened();

        (await billing.Post(Door, new { patientId = "p-2", claimId = claim.Id, amount = 1, method = "cash" }))
            .IsRefused(422, "unknown_claim");
        (await billing.Post(Door, new { patientId = "p-1", claimId = claim.Id, amount = 1, method = "cash", currency = "EUR" }))
            .IsRefused(422, "other_currency");
    }

    private async Task<(Clinic Clinic, Person Billing, Answer Claim)> Opened()
    {
        var clinic = await house.NewClinic();
        await clinic.HasProvider("dr-1", "p-1", "p-2");
        var billing = await clinic.Has(Role.Billing);
        return (clinic, billing, (await billing.Post("/api/claims", ClaimTests.Claim())).Is(201));
    }

    private static object ForClaim(string claim, decimal amount) => new { patientId = "p-1", claimId = claim, amount, method = "card" };

    private static object OnAccount(decimal amount) => new { patientId = "p-1", amount, method = "cash" };

    private static async Task Invoice(Person billing, string id, decimal total, string date, string currency = "USD")
    {
        var invoice = new
        {
            resourceType = "Invoice", id, status = "issued", date, subject = new { reference = "Patient/p-1" },
            totalGross = new { value = total, currency },
        };
        (await billing.Put($"/fhir/Invoice/{id}", invoice)).Is(201);
    }

    private static async Task Until(Func<Task<bool>> isSo)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "Not in time.");
            await Task.Delay(50);
        }
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}

public sealed class PaymentsOnSqlite(SqliteHouse house) : PaymentTests(house);

public sealed class PaymentsOnPostgres(PostgresHouse house) : PaymentTests(house);
