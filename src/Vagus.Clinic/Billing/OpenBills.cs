using Vagus.Clinic.Records;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>A part of a payment and the bill that it pays; without a bill it is on the patient's account.</summary>
internal sealed record BillPart(FhirRecord? Bill, decimal Amount, string Currency);

/// <summary>
/// What is to be paid, and how a payment is laid to it: to its claim, or to the patient's open Invoices, the oldest first; a patient
/// without one pays on account. A payment of more than what is open is refused. All of it is read within the turn: no other payment comes
/// in between.
/// </summary>
internal static class OpenBills
{
    public static ValueTask<Result<List<BillPart>>> Lay(RecordTurn turn, PaymentDraft draft) =>
        draft.ClaimId is { } claim ? OfClaim(turn, draft, claim) : OfPatient(turn, draft);

    private static async ValueTask<Result<List<BillPart>>> OfClaim(RecordTurn turn, PaymentDraft draft, string claimId)
    {
        var read = await turn.Current("Claim", claimId);
        if (read.Refusal is { Kind: RefusalKind.Unavailable } unrecorded) return unrecorded;
        if (read.IsRefused || !ClaimFile.IsClaim(read.Value) || ClaimView.OfRecord(read.Value).PatientId != draft.PatientId)
            return BillingRefusals.UnknownClaim;
        var claim = new ClaimFile(read.Value, null, []);
        if (claim.Status == ClaimStatus.Cancelled) return BillingRefusals.UnknownClaim;
        if (draft.Currency is { } currency && currency != claim.Currency) return BillingRefusals.OtherCurrency(claim.Currency);
        if (Amounts.RefuseDecimals("amount", draft.Amount, claim.Currency) is { } wrong) return wrong;
        var received = await ClaimFile.ReceivedFor(turn, read.Value.Reference, claim.Currency);
        if (received.Refusal is { } refusal) return refusal;
        var balance = claim.Total - received.Value;
        return draft.Amount > balance
            ? BillingRefusals.MoreThanBalance(balance, claim.Currency)
            : new List<BillPart> { new(read.Value, draft.Amount, claim.Currency) };
    }

    private static async ValueTask<Result<List<BillPart>>> OfPatient(RecordTurn turn, PaymentDraft draft)
    {
        var invoices = await RelatedRecords.Within(turn, "Invoice", $"subject=Patient/{draft.PatientId}&status=issued");
        if (invoices.Refusal is { } failed) return failed;
        var open = new List<BillPart>();
        foreach (var invoice in invoices.Value.OrderBy(IssuedAt).ThenBy(invoice => invoice.Id, StringComparer.Ordinal))
        {
            var paid = await ClaimFile.ReceivedFor(turn, invoice.Reference, CurrencyOf(invoice));
            if (paid.Refusal is { } refusal) return refusal;
            var left = TotalOf(invoice) - paid.Value;
            if (left > 0) open.Add(new BillPart(invoice, left, CurrencyOf(invoice)));
        }

        if (open.Count == 0) return OnAccount(draft);
        var currencies = open.Select(part => part.Currency).Distinct(StringComparer.Ordinal).ToList();
        if (draft.Currency is null && currencies.Count > 1) return FieldRefusals.Missing("currency");
        var currency = draft.Currency ?? currencies[0];
        if (!currencies.Contains(currency)) return BillingRefusals.OtherCurrency(string.Join(" or ", currencies));
        var account = await ClaimFile.ReceivedFor(turn, $"Patient/{draft.PatientId}", currency);
        return account.Refusal is { } unknown
            ? unknown : Lay(draft.Amount, currency, [.. open.Where(part => part.Currency == currency)], account.Value);
    }

    private static Result<List<BillPart>> OnAccount(PaymentDraft draft)
    {
        var currency = draft.Currency ?? Amounts.DefaultCurrency;
        return Amounts.RefuseDecimals("amount", draft.Amount, currency) is { } wrong
            ? wrong : new List<BillPart> { new(null, draft.Amount, currency) };
    }

    /// <param name="amount">What came in.</param>
    /// <param name="currency">Of all of it.</param>
    /// <param name="open">What is left of each bill, the oldest first.</param>
    /// <param name="onAccount">What the patient has paid before there was a bill.</param>
    private static Result<List<BillPart>> Lay(decimal amount, string currency, List<BillPart> open, decimal onAccount)
    {
        if (Amounts.RefuseDecimals("amount", amount, currency) is { } wrong) return wrong;
        var owed = Math.Max(0, open.Sum(part => part.Amount) - onAccount);
        if (amount > owed) return BillingRefusals.MoreThanBalance(owed, currency);
        var (parts, rest) = (new List<BillPart>(), amount);
        foreach (var part in open)
        {
            if (rest == 0) break;
            var laid = Math.Min(rest, part.Amount);
            parts.Add(part with { Amount = laid });
            rest -= laid;
        }

        return parts;
    }

    private static decimal TotalOf(FhirRecord invoice) =>
        Amounts.In(invoice.Json, "totalGross") ?? Amounts.In(invoice.Json, "totalNet") ?? 0;

    private static string CurrencyOf(FhirRecord invoice) =>
        Amounts.CurrencyOf(invoice.Json, "totalGross") ?? Amounts.CurrencyOf(invoice.Json, "totalNet") ?? Amounts.DefaultCurrency;

    private static DateTimeOffset IssuedAt(FhirRecord invoice) => invoice.Json.Instant("date") ?? invoice.UpdatedAt;
}
