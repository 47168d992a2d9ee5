using System.Globalization;
using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;

namespace Vagus.Care.Deriving;

/// <summary>
/// One measured value that endangers the patient: an observation, or a component of one (blood gases).
/// The laboratory's word (HH, LL, AA) counts, and so do the limits; either suffices.
/// </summary>
internal sealed record CriticalValue(
    string TestName, Coding? Code, decimal? Value, string? ValueText, string? Unit, string? Interpretation, string Reason)
{
    /// <summary>What makes it another critical value: a new comment on the same number is none.</summary>
    public string Key =>
        string.Create(CultureInfo.InvariantCulture, $"{Code?.System}|{Code?.Code}|{TestName}|{Value:G29}|{ValueText}|{Unit}|{Reason}");

    public static IEnumerable<CriticalValue> In(JsonElement observation, JsonElement? tenantLimits)
    {
        if (observation.Status() is not ("final" or "amended" or "corrected") || !IsLaboratory(observation, tenantLimits)) yield break;
        if (Judge(observation, tenantLimits) is { } whole) yield return whole;
        foreach (var component in observation.Items("component"))
        {
            if (Judge(component, tenantLimits) is { } part) yield return part;
        }
    }

    // A critical potassium that lacks its category is a critical potassium.
    private static bool IsLaboratory(JsonElement observation, JsonElement? tenantLimits) =>
        observation.IsLaboratory() || (!observation.Items("category").Any() && LimitsOf(observation, tenantLimits).Count > 0);

    private static List<CriticalLimit> LimitsOf(JsonElement measured, JsonElement? tenantLimits) =>
    [
        .. measured.Codings("code")
            .Where(coding => coding.System == Systems.Loinc)
            .SelectMany(coding => CriticalLimits.For(coding.Code, tenantLimits)),
    ];

    private static CriticalValue? Judge(JsonElement measured, JsonElement? tenantLimits)
    {
        var flag = measured.Codings("interpretation").Select(coding => coding.Code).FirstOrDefault(code => code is "HH" or "LL" or "AA");
        var limits = LimitsOf(measured, tenantLimits);
        var quantity = measured.Child("valueQuantity");
        var reason = limits.Select(limit => Beyond(quantity, limit)).FirstOrDefault(beyond => beyond is not null)
            ?? FlagReason(flag, quantity, limits);
        if (reason is null) return null;

        return new(
            measured.Concept("code") ?? "Laboratory test",
            measured.Coding("code", Systems.Loinc),
            quantity?.Number("value"),
            measured.Text("valueString") ?? measured.Concept("valueCodeableConcept"),
            quantity?.Text("unit") ?? quantity?.Text("code"),
            flag ?? measured.Codings("interpretation").FirstOrDefault()?.Code,
            reason);
    }

    private static string? Beyond(JsonElement? quantity, CriticalLimit limit)
    {
        if (quantity is not { } measured || measured.Number("value") is not { } value || !IsIn(measured, limit)) return null;

        // "< 500" says nothing about being high, "> 3" nothing about being low.
        var comparator = measured.Text("comparator");
        if (value >= limit.High && comparator is not ("<" or "<=")) return limit.HighReason;
        if (value <= limit.Low && comparator is not (">" or ">=")) return limit.LowReason;
        return null;
    }

    private static string? FlagReason(string? flag, JsonElement? quantity, List<CriticalLimit> limits)
    {
        var limit = quantity is { } measured ? limits.Find(candidate => IsIn(measured, candidate)) : null;
        return flag switch
        {
            "HH" => limit is { High: not null } ? limit.HighReason : "Critically high",
            "LL" => limit is { Low: not null } ? limit.LowReason : "Critically low",
            "AA" => "Critically abnormal",
            _ => null,
        };
    }

    // The code is the unit; people write the display as they like. Where there is no code, the display has to be the UCUM word itself.
    private static bool IsIn(JsonElement quantity, CriticalLimit limit) =>
        string.Equals(quantity.Text("code") ?? quantity.Text("unit"), limit.Unit, StringComparison.Ordinal);
}
