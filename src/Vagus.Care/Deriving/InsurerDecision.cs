using System.Text.Json;
using Vagus.Care.Deriving.Reading;

namespace Vagus.Care.Deriving;

/// <summary>
/// What a ClaimResponse decides. FHIR has no element for it, so it is read from the outcome, the money, the authorization number and
/// the words of the disposition, in this order; an answer that decides nothing keeps its outcome (<c>queued</c>, <c>partial</c>,
/// <c>complete</c>).
/// </summary>
internal static class InsurerDecision
{
    public const string Denied = "denied";
    public const string Paid = "paid";
    public const string Approved = "approved";

    private static readonly string[] WordsOfDenial = ["denied", "denial", "rejected", "not covered", "not approved", "not authorized",
        "not certified"];

    /// <summary>Null for a response that is not in force.</summary>
    public static string? Of(JsonElement response)
    {
        if (response.Status() != "active" || response.Text("outcome") is not { } outcome) return null;
        if (outcome == "error") return Denied;
        if (outcome is not ("complete" or "partial")) return outcome;

        var isPriorAuthorization = ClaimEvents.IsPriorAuthorization(response);
        if (!isPriorAuthorization && Payment(response)?.Number("value") > 0) return Paid;
        if (SaysNo(response) || GrantsNothing(response, isPriorAuthorization)) return Denied;
        return isPriorAuthorization && response.Text("preAuthRef") is not null ? Approved : outcome;
    }

    public static JsonElement? Payment(JsonElement response) => response.Child("payment")?.Child("amount");

    /// <summary>Why, in the insurer's words.</summary>
    public static string? Reason(JsonElement response) =>
        response.Text("disposition")
        ?? response.Items("error").Select(error => error.Concept("code")).FirstOrDefault(reason => reason is not null)
        ?? Adjudications(response).Select(adjudication => adjudication.Concept("reason")).FirstOrDefault(reason => reason is not null);

    private static bool SaysNo(JsonElement response) =>
        response.Text("disposition") is { } words && WordsOfDenial.Any(word => words.Contains(word, StringComparison.OrdinalIgnoreCase));

    // A payment of zero, or benefits that add up to zero. An authorization is not about money, so there zero means nothing.
    private static bool GrantsNothing(JsonElement response, bool isPriorAuthorization)
    {
        if (isPriorAuthorization) return false;
        if (Payment(response)?.Number("value") is { } paid) return paid <= 0;
        var benefits = response.Items("total").Concat(Adjudications(response))
            .Where(part => part.Codings("category").Any(category => category.Code == "benefit"))
            .Select(part => part.Child("amount")?.Number("value"))
            .OfType<decimal>()
            .ToList();
        return benefits.Count > 0 && benefits.All(benefit => benefit <= 0);
    }

    private static IEnumerable<JsonElement> Adjudications(JsonElement response) =>
        response.Items("adjudication").Concat(response.Items("item").SelectMany(item => item.Items("adjudication")));
}
