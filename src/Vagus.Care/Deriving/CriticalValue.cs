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
        string.Create(
            CultureInfo.InvariantCulture, $"{Code?.System}|{Code?.Code}|{TestName}|{Value:G29}|{ValueText}|{Unit}|{Reason}|{Place}");

    /// <summary>Which of several values of one code in its observation, from 2 on; null: the first.</summary>
    public int? Place { get; init; }

    /// <summary>What was measured, whatever the value: the same part of another version is known by it.</summary>
    public string Test => string.Create(CultureInfo.InvariantCulture, $"{Code?.System}|{Code?.Code ?? TestName}|{Place}");

    /// <summary>What an observation has measured, critical or not; the reasons are empty.</summary>
    public static IEnumerable<CriticalValue> Measured(JsonElement observation) =>
        PartsOf(observation).Select(part => Of(part.Measured, flag: null, reason: "") with { Place = part.Place });

    /// <param name="observation">An Observation.</param>
    /// <param name="tenantLimits">The tenant's own limits; null: the house's.</param>
    /// <param name="measured">Of whom it is: which limits hold.</param>
    public static IEnumerable<CriticalValue> In(JsonElement observation, JsonElement? tenantLimits, MeasuredPerson measured)
    {
        if (observation.Status() is not ("final" or "amended" or "corrected") || !IsLaboratory(observation, tenantLimits)) yield break;
        foreach (var (part, place) in PartsOf(observation))
        {
            if (Judge(part, tenantLimits, measured) is { } critical) yield return critical with { Place = place };
        }
    }

    /// <summary>The observation itself and its components, those of one code numbered.</summary>
    private static IEnumerable<(JsonElement Measured, int? Place)> PartsOf(JsonElement observation)
    {
        var before = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var part in observation.Items("component").Prepend(observation))
        {
            var code = part.Coding("code", Systems.Loinc);
            var test = $"{code?.System}|{code?.Code ?? part.Concept("code")}";
            var place = before[test] = before.GetValueOrDefault(test) + 1;
            yield return (part, place == 1 ? null : place);
        }
    }

    /// <summary>There is a limit that holds for some ages or one sex only.</summary>
    public static bool DependsOnPerson(JsonElement observation, JsonElement? tenantLimits) =>
        observation.Items("component").Prepend(observation).Any(part => LimitsOf(part, tenantLimits).Exists(limit => limit.IsOfSome));

    // A critical potassium that lacks its category is a critical potassium.
    private static bool IsLaboratory(JsonElement observation, JsonElement? tenantLimits) =>
        observation.IsLaboratory() || (!observation.Items("category").Any() && LimitsOf(observation, tenantLimits).Count > 0);

    private static List<CriticalLimit> LimitsOf(JsonElement measured, JsonElement? tenantLimits) =>
    [
        .. measured.Codings("code")
            .Where(coding => coding.System == Systems.Loinc)
            .SelectMany(coding => CriticalLimits.For(coding.Code, tenantLimits)),
    ];

    private static CriticalValue? Judge(JsonElement measured, JsonElement? tenantLimits, MeasuredPerson person)
    {
        var flag = measured.Codings("interpretation").Select(coding => coding.Code).FirstOrDefault(code => code is "HH" or "LL" or "AA");
        var limits = LimitsOf(measured, tenantLimits).FindAll(limit => limit.HoldsFor(person));
        var quantity = measured.Child("valueQuantity");
        var reason = limits.Select(limit => Beyond(quantity, limit)).FirstOrDefault(beyond => beyond is not null)
            ?? FlagReason(flag, quantity, limits);
        return reason is null ? null : Of(measured, flag, reason);
    }

    private static CriticalValue Of(JsonElement measured, string? flag, string reason)
    {
        var quantity = measured.Child("valueQuantity");
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
        if (quantity is not { } measured || limit.ValueOf(measured) is not { } value) return null;

        // "< 500" says nothing about being high, "> 3" nothing about being low.
        var comparator = measured.Text("comparator");
        if (value >= limit.High && comparator is not ("<" or "<=")) return limit.HighReason;
        if (value <= limit.Low && comparator is not (">" or ">=")) return limit.LowReason;
        return null;
    }

    private static string? FlagReason(string? flag, JsonElement? quantity, List<CriticalLimit> limits)
    {
        var limit = quantity is { } measured ? limits.Find(candidate => candidate.ValueOf(measured) is not null) : null;
        return flag switch
        {
            "HH" => limit is { High: not null } ? limit.HighReason : "Critically high",
            "LL" => limit is { Low: not null } ? limit.LowReason : "Critically low",
            "AA" => "Critically abnormal",
            _ => null,
        };
    }
}
