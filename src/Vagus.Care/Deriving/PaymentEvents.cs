using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving;

/// <summary>
/// Money: what came in, and what a patient owes. The balance moves by an Invoice (issued, corrected, withdrawn), by payments for an
/// Invoice, and by payments on account, which are for the Patient; marking an Invoice as balanced moves nothing, for the payment already
/// did.
/// </summary>
internal sealed class PaymentEvents() : ChangeRule("Invoice", "PaymentNotice", "PaymentReconciliation")
{
    /// <summary>A reconciliation of an insurer may list thousands of lines; those for patients' invoices are few.</summary>
    private const int MostDetails = 200;

    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Type == "Invoice")
        {
            await InvoiceChanged(change, derivation);
            return;
        }

        var paid = Allocations(change.After).ToList();
        await Received(change, paid, derivation, cancel);
        await BalanceMoved(change, paid, derivation, cancel);
    }

    private static async ValueTask InvoiceChanged(ResourceChange change, Derivation derivation)
    {
        if (change.Patient is not { } patient || change.After?.Status() == "balanced") return;

        var before = Owed(change.Before);
        var after = Owed(change.After);
        if (after.Amount == before.Amount || change.Before?.Status() == "balanced") return;

        var reason = change.Before?.Status() != "issued" ? "invoice_issued" : change.After?.Status() == "issued"
            ? "invoice_corrected" : "invoice_cancelled";
        await derivation.Tell(change.WithBefore, new PatientBalanceChanged(
            patient.Value, change.VersionedReference, after.Amount - before.Amount, after.Currency ?? before.Currency ?? "", reason,
                change.Id));
    }

    private static (decimal Amount, string? Currency) Owed(JsonElement? invoice)
    {
        if (invoice is not { } known || known.Status() != "issued") return (0, null);
        var total = known.Child("totalGross") ?? known.Child("totalNet");
        return (total?.Number("value") ?? 0, total?.Text("currency"));
    }

    private static async ValueTask Received(ResourceChange change, List<Allocation> paid, Derivation derivation, CancellationToken cancel)
    {
        if (change.Entered(IsReceived) is not { } payment) return;

        var amount = Amount(payment)!.Value;
        var claim = paid.Find(part => part.Request?.Type == "Claim")?.Request;
        var invoice = paid.Find(part => part.Request?.Type == "Invoice")?.Request;
        var account = paid.Find(part => part.Request?.Type == "Patient")?.Request;
        await derivation.Tell(change, async view =>
        {
            var patient = await PatientOf(invoice ?? claim ?? account, view, cancel) ?? change.Patient;
            var data = new PaymentReceived(
                change.VersionedReference, change.Id, amount.Number("value")!.Value, amount.Text("currency"),
                patient?.Value, claim?.Id, invoice?.Id);
            return new Told(data, patient);
        });
    }

    private static bool IsReceived(JsonElement payment) => payment.Status() == "active" && Amount(payment)?.Number("value") > 0;

    private static JsonElement? Amount(JsonElement payment) => payment.Child("paymentAmount") ?? payment.Child("amount");

    private static async ValueTask BalanceMoved(
        ResourceChange change, List<Allocation> paid, Derivation derivation, CancellationToken cancel)
    {
        var moved = paid.Concat(Allocations(change.Before).Select(part => part with { Amount = -part.Amount }))
            .Where(part => part.Request?.Type is "Invoice" or "Patient")
            .GroupBy(part => part.Request!)
            .Select(
                group =>
                (Billed: group.Key, Change: -group.Sum(part => part.Amount),
                Currency: group.Select(part => part.Currency).FirstOrDefault(currency => currency is not null)))
            .Where(move => move.Change != 0);
        foreach (var move in moved)
        {
            var reason = move.Change < 0 ? "payment_recorded" : "payment_cancelled";
            await derivation.Tell(change.WithBefore, async view => await PatientOf(move.Billed, view, cancel) is { } patient
                ? new Told(
                    new PatientBalanceChanged(
                        patient.Value, change.VersionedReference, move.Change, move.Currency ?? "", reason,
                        move.Billed.Type == "Invoice" ? move.Billed.Id : null),
                    patient)
                : null);
        }
    }

    private static async ValueTask<PatientId?> PatientOf(FhirReference? billed, RecordView view, CancellationToken cancel)
    {
        if (await view.Read(billed, cancel) is not { } resource) return null;
        return billed is { Type: "Patient" } ? new PatientId(billed.Id) : resource.PatientIn("subject") ?? resource.PatientIn("patient");
    }

    /// <summary>What a payment in force is for: one thing for a notice, its details for a reconciliation.</summary>
    private static IEnumerable<Allocation> Allocations(JsonElement? payment)
    {
        if (payment is not { } active || active.Status() != "active") return [];
        if (active.Text("resourceType") == "PaymentNotice") return [Allocated(active)];
        return active.Items("detail").Take(MostDetails).Select(Allocated);
    }

    private static Allocation Allocated(JsonElement part) =>
        new(part.Reference("request"), part.Child("amount")?.Number("value") ?? 0, part.Child("amount")?.Text("currency"));

    private sealed record Allocation(FhirReference? Request, decimal Amount, string? Currency);
}
