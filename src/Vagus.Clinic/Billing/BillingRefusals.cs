using System.Globalization;
using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>The refusals of billing. The codes are part of the contract.</summary>
internal static class BillingRefusals
{
    // A claim of another kind, of another organization or out of reach: one answer.
    public static readonly Refusal NoClaim = new(RefusalKind.NotFound, "not_found", "There is no such claim.");

    public static readonly Refusal NoPriorAuth = new(RefusalKind.NotFound, "not_found", "There is no such prior authorization.");

    public static readonly Refusal UnknownClaim = new(RefusalKind.Unprocessable, "unknown_claim", "The patient has no such claim.");

    public static Refusal NotADraft(string status) => new ClinicRefusal(
        RefusalKind.Conflict, "invalid_transition", "A claim is changed until it is submitted.")
    {
        Fields = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["from"] = status, ["allowed"] = ClaimStatus.Moves.From(status),
        },
    };

    public static Refusal MoreThanTotal(decimal total, string currency) =>
        Told("more_than_total", "The insurer cannot pay more than the claim's total.", "total", total, currency);

    public static Refusal MoreThanBalance(decimal balance, string currency) =>
        Told("more_than_balance", "The payment is more than what is to be paid.", "balance", balance, currency);

    public static Refusal LessThanReceived(decimal received, string currency) =>
        Told("less_than_received", "The total would be less than what was received for the claim.", "received", received, currency);

    public static Refusal OtherCurrency(string currency) => new(
        RefusalKind.Unprocessable, "other_currency", string.Create(CultureInfo.InvariantCulture, $"What is to be paid is in {currency}."));

    private static ClinicRefusal Told(string code, string message, string name, decimal amount, string currency) =>
        new(RefusalKind.Unprocessable, code, message)
        {
            Fields = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [name] = Amounts.InForm(amount, currency), ["currency"] = currency,
            },
        };
}
