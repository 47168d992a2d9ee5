using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Meaning;

/// <summary>
/// What a ClaimResponse decides. FHIR has no element for it, so it is read from the outcome, the money, the authorization number and
/// the words of the disposition, in this order; an answer that decides nothing keeps its outcome (<c>queued</c>, <c>partial</c>,
/// <c>complete</c>).
/// </summary>
public static class InsurerDecision
{
    public const string Denied = "denied";
    public const string Paid = "paid";
    public const string Approved = "approved";

    private static readonly string[] WordsOfDenial = ["denied", "denial", "rejected", "not covered", "not approved", "not authorized",
        "not certified"];

    /// <summary>Null for a response that is not in force.</summary>
    public static string? Of(JsonElement response)
    {
        if (PropertyText.Of(response, "status"u8) != "active" || PropertyText.Of(response, "outcome"u8) is not { } outcome) return null;
        if (outcome == "error") return Denied;
        if (outcome is not ("complete" or "partial")) return outcome;

        var isPriorAuthorization = PropertyText.Of(response, "use"u8) == "preauthorization";
        if (!isPriorAuthorization && Payment(response) > 0) return Paid;
        if (SaysNo(response) || GrantsNothing(response, isPriorAuthorization)) return Denied;
        return isPriorAuthorization && (PropertyText.Of(response, "preAuthRef"u8) is not null || SaysYes(response)) ? Approved : outcome;
    }

    /// <summary>What the insurer pays; null where the response tells no amount.</summary>
    public static decimal? Payment(JsonElement response) =>
        Child(response, "payment"u8) is { } payment ? Value(payment) : null;

    /// <summary>Why, in the insurer's words.</summary>
    public static string? Reason(JsonElement response) =>
        PropertyText.Of(response, "disposition"u8)
        ?? Items(response, "error"u8).Select(error => Concept(error, "code"u8)).FirstOrDefault(reason => reason is not null)
        ?? Adjudications(response).Select(adjudication => Concept(adjudication, "reason"u8)).FirstOrDefault(reason => reason is not null);

    /// <summary>The words of a disposition that say no.</summary>
    public static bool IsDenial(string words) =>
        WordsOfDenial.Any(word => words.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool SaysNo(JsonElement response) => PropertyText.Of(response, "disposition"u8) is { } words && IsDenial(words);

    private static bool SaysYes(JsonElement response) =>
        PropertyText.Of(response, "disposition"u8)?.StartsWith(Approved, StringComparison.OrdinalIgnoreCase) == true;

    // A payment of zero, or benefits that add up to zero. An authorization is not about money, so there zero means nothing.
    private static bool GrantsNothing(JsonElement response, bool isPriorAuthorization)
    {
        if (isPriorAuthorization) return false;
        if (Payment(response) is { } paid) return paid <= 0;
        var benefits = Items(response, "total"u8).Concat(Adjudications(response)).Where(IsBenefit).Select(Value).OfType<decimal>().ToList();
        return benefits.Count > 0 && benefits.All(benefit => benefit <= 0);
    }

    private static IEnumerable<JsonElement> Adjudications(JsonElement response) =>
        Items(response, "adjudication"u8).Concat(Items(response, "item"u8).SelectMany(item => Items(item, "adjudication"u8)));

    private static bool IsBenefit(JsonElement part) =>
        Items(part, "category"u8).SelectMany(category => Items(category, "coding"u8))
            .Any(coding => PropertyText.Of(coding, "code"u8) == "benefit");

    private static decimal? Value(JsonElement part) =>
        Child(part, "amount"u8) is { } amount && Child(amount, "value"u8) is { ValueKind: JsonValueKind.Number } number
            && number.TryGetDecimal(out var value) ? value : null;

    /// <summary>A concept as people write it: its text, else a display, else a code.</summary>
    private static string? Concept(JsonElement part, ReadOnlySpan<byte> name)
    {
        if (Child(part, name) is not { } concept) return null;
        if (PropertyText.Of(concept, "text"u8) is { } text) return text;
        var codings = Items(concept, "coding"u8).ToList();
        return codings.Select(coding => PropertyText.Of(coding, "display"u8)).FirstOrDefault(display => display is not null)
            ?? codings.Select(coding => PropertyText.Of(coding, "code"u8)).FirstOrDefault(code => code is not null);
    }

    private static JsonElement? Child(JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : null;

    /// <summary>The elements of a list; a single element counts as a list of one.</summary>
    private static JsonElement[] Items(JsonElement element, ReadOnlySpan<byte> name) => Child(element, name) switch
    {
        { ValueKind: JsonValueKind.Array } array => [.. array.EnumerateArray()],
        { ValueKind: JsonValueKind.Object } single => [single],
        _ => [],
    };
}
