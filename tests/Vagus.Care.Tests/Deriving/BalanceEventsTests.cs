using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

public sealed class BalanceEventsTests
{
    private const string Invoice = """
        {"resourceType":"Invoice","id":"inv","status":"issued","subject":{"reference":"Patient/maya"},"totalGross":{"value":120.50,"currency":"USD"}}
        """;

    private const string Notice = """
        {"resourceType":"PaymentNotice","id":"pn","status":"active","request":{"reference":"Invoice/inv"},"amount":{"value":40,"currency":"USD"}}
        """;

    private const string Reconciliation = """
        {"resourceType":"PaymentReconciliation","id":"pr","status":"active","paymentAmount":{"value":100,"currency":"USD"},
         "detail":[{"request":{"reference":"Invoice/inv"},"amount":{"value":60,"currency":"USD"}},{"request":{"reference":"Claim/c"},"amount":{"value":40}}]}
        """;

    private readonly Clinic clinic = new();

    [Fact]
    public async Task An_invoice_moves_the_balance_when_it_is_issued_corrected_and_withdrawn()
    {
        (await clinic.Write(Invoice.Status("draft"))).IsNothing();
        Moved(await clinic.Write(Invoice), 120.50m, "invoice_issued");
        (await clinic.Write(Invoice.With("note", """[{"text":"x"}]"""))).IsNothing();
        Moved(await clinic.Write(Invoice.With("totalGross", """{"value":100.50,"currency":"USD"}""")), -20m, "invoice_corrected");
        Moved(await clinic.Write(Invoice.Status("cancelled")), -100.50m, "invoice_cancelled");
    }

    [Fact]
    public async Task An_invoice_of_nothing_moves_nothing() =>
        (await clinic.Write(Invoice.With("totalGross", """{"value":0,"currency":"USD"}"""))).IsNothing();

    [Fact]
    public async Task Balancing_an_invoice_moves_nothing_for_its_payment_did()
    {
        await clinic.Write(Invoice);

        (await clinic.Write(Invoice.Status("balanced"))).IsNothing();
        (await clinic.Write(Invoice)).IsNothing();
    }

    [Fact]
    public async Task A_deleted_invoice_is_withdrawn()
    {
        await clinic.Write(Invoice);

        Moved(await clinic.Delete("Invoice/inv"), -120.50m, "invoice_cancelled");
    }

    [Fact]
    public async Task A_payment_for_an_invoice_is_received_and_lowers_the_balance()
    {
        await clinic.Write(Invoice);

        var told = await clinic.Write(Notice);

        told.Is("payment.received", "patient.balance_changed");
        Assert.Equal(
            new PaymentReceived("PaymentNotice/pn/_history/1", "pn", 40m, "USD", "maya", null, "inv"), told.The<PaymentReceived>());
        Assert.Equal(
            new PatientBalanceChanged("maya", "PaymentNotice/pn/_history/1", -40m, "USD", "payment_recorded", "inv"),
            told.The<PatientBalanceChanged>());
        Assert.Equal("maya", told.PatientOf<PatientBalanceChanged>());
        (await clinic.Write(Notice)).IsNothing();
        Moved(await clinic.Write(Notice.Status("cancelled")), 40m, "payment_cancelled");
    }

    [Fact]
    public async Task A_payment_on_account_is_the_patients_and_lowers_the_balance()
    {
        await clinic.Write(Resources.Maya);

        var told = await clinic.Write(Notice.With("request", """{"reference":"Patient/maya"}"""));

        told.Is("payment.received", "patient.balance_changed");
        Assert.Equal("maya", told.The<PaymentReceived>().PatientId);
        Assert.Equal(
            new PatientBalanceChanged("maya", "PaymentNotice/pn/_history/1", -40m, "USD", "payment_recorded"),
            told.The<PatientBalanceChanged>());
    }

    [Fact]
    public async Task A_payment_for_a_claim_moves_no_patients_balance()
    {
        await clinic.Write("""{"resourceType":"Claim","id":"c","status":"draft","use":"claim","patient":{"reference":"Patient/maya"}}""");

        var told = await clinic.Write(Notice.With("request", """{"reference":"Claim/c"}"""));

        told.Is("payment.received");
        Assert.Equal(("maya", "c"), (told.The<PaymentReceived>().PatientId, told.The<PaymentReceived>().ClaimId));
    }

    [Fact]
    public async Task A_reconciliation_moves_the_balance_by_what_is_for_invoices()
    {
        await clinic.Write(Invoice);

        var told = await clinic.Write(Reconciliation);

        told.Is("payment.received", "patient.balance_changed");
        Assert.Equal((100m, -60m), (told.The<PaymentReceived>().Amount, told.The<PatientBalanceChanged>().Change));
    }

    [Theory]
    [InlineData("draft")]
    [InlineData("cancelled")]
    [InlineData("entered-in-error")]
    public async Task A_payment_that_is_not_in_force_is_not_received(string status)
    {
        await clinic.Write(Invoice);

        (await clinic.Write(Notice.Status(status))).IsNothing();
        (await clinic.Write(Reconciliation.Status(status))).IsNothing();
    }

    private static void Moved(Told told, decimal by, string reason)
    {
        told.Is("patient.balance_changed");
        Assert.Equal(
            (by, reason, "USD"),
            (told.The<PatientBalanceChanged>().Change, told.The<PatientBalanceChanged>().Reason,
            told.The<PatientBalanceChanged>().Currency));
    }
}
