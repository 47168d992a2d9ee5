using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>A claim with the insurer's newest answer and what was received for it.</summary>
internal sealed record ClaimFile(FhirRecord Claim, FhirRecord? Response, IReadOnlyList<FhirRecord> Payments)
{
    public string Status => ClaimStatus.Of(Claim.Json, Response?.Json);

    public decimal Total => Amounts.In(Claim.Json, "total") ?? 0;

    public string Currency => Amounts.CurrencyOf(Claim.Json, "total") ?? Amounts.DefaultCurrency;

    public decimal Received => Sum(Payments, Currency);

    public decimal Balance => Total - Received;

    public static bool IsClaim(FhirRecord record) => record.Json.Text("use") == ClaimRecord.ForMoney;

    public static async ValueTask<Result<List<ClaimFile>>> Of(RecordCall call, IReadOnlyList<FhirRecord> claims)
    {
        var references = claims.Select(claim => claim.Reference).ToList();
        var responses = await RelatedRecords.Of(call, "ClaimResponse", "request", references);
        if (responses.Refusal is { } unanswered) return unanswered;
        var payments = await RelatedRecords.Of(call, "PaymentNotice", "request", references);
        if (payments.Refusal is { } refusal) return refusal;
        var (answers, paid) = (ByClaim(responses.Value), ByClaim(payments.Value));
        return claims.Select(claim => new ClaimFile(claim, Newest(answers[claim.Id]), [.. paid[claim.Id]])).ToList();
    }

    /// <summary>The insurer's newest answer, within the turn that goes on from it.</summary>
    public static async ValueTask<Result<FhirRecord?>> Answer(RecordTurn turn, FhirRecord claim)
    {
        var responses = await RelatedRecords.Within(turn, "ClaimResponse", $"request={claim.Reference}");
        return responses.Refusal is { } refusal ? refusal : Newest(responses.Value);
    }

    /// <summary>
    /// What was received for something in this currency, to the last payment: within the turn, where no other payment comes in between.
    /// </summary>
    public static async ValueTask<Result<decimal>> ReceivedFor(RecordTurn turn, string reference, string currency)
    {
        var payments = await RelatedRecords.Known(turn, "PaymentNotice", $"request={reference}");
        return payments.Refusal is { } refusal ? refusal : Sum(payments.Value, currency);
    }

    public static FhirRecord? Newest(IEnumerable<FhirRecord> responses) =>
        responses.Where(response => response.Json.Text("status") == "active").MaxBy(response => (response.UpdatedAt, response.Id));

    // Ten of one currency are not ten of another.
    private static decimal Sum(IEnumerable<FhirRecord> payments, string currency) => payments
        .Where(payment => payment.Json.Text("status") == "active")
        .Where(payment => (Amounts.CurrencyOf(payment.Json, "amount") ?? currency) == currency)
        .Sum(payment => Amounts.In(payment.Json, "amount") ?? 0);

    private static ILookup<string?, FhirRecord> ByClaim(IEnumerable<FhirRecord> records) =>
        records.ToLookup(record => record.Json.ReferenceTo("request", "Claim"), StringComparer.Ordinal);
}
