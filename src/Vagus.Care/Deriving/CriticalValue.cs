using System.Globalization;
using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;

namespace Vagus.Care.Deriving;

/// <summary>
/// One measured value that endangers the patient: an observation, or a component of one (blood gases).
/// The laboratory's word (HH, LL, AA) counts, and so do the limits; either suffices. What may be critical, or could not be judged, is told.
/// </summary>
internal sealed record CriticalValue(
    string TestName, Coding? Code, decimal? Value, string? ValueText, string? Unit, string? Interpretation, string Reason)
{
    /// <summary>The reason of a value that no limit could be compared with.</summary>
    public const string Unjudged = "Could not be judged: its unit is not known here";

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

    // A critical potassium that lacks its category, or has one of the laboratory's own, is a critical potassium.
    private static bool IsLaboratory(JsonElement observation, JsonElement? tenantLimits) =>
        observation.IsLaboratory() || (!observation.IsOfAnotherKind()
            && PartsOf(observation).Any(part => LimitsOf(part.Measured, tenantLimits).Count > 0 || FlagOf(part.Measured) is not null));

    private static List<CriticalLimit> LimitsOf(JsonElement measured, JsonElement? tenantLimits) =>
    [
        .. measured.Codings("code")
            .Where(coding => coding.System == Systems.Loinc)
            .SelectMany(coding => CriticalLimits.For(coding.Code, tenantLimits)),
    ];

    private static CriticalValue? Judge(JsonElement measured, JsonElement? tenantLimits, MeasuredPerson person)
    {
        var flag = FlagOf(measured);
        var limits = LimitsOf(measured, tenantLimits).FindAll(limit => limit.HoldsFor(person));
        var amount = MeasuredAmount.Of(measured);
        var reason = limits.Select(limit => Beyond(amount, limit)).FirstOrDefault(beyond => beyond is not null)
            ?? FlagReason(flag, amount, limits)
            ?? limits.Select(limit => MayBeBeyond(amount, limit)).FirstOrDefault(beyond => beyond is not null)
            ?? (IsUnjudged(measured, amount, limits) ? Unjudged : null);
        return reason is null ? null : Of(measured, flag, reason);
    }

    private static string? FlagOf(JsonElement measured) =>
        measured.Codings("interpretation").Select(coding => coding.Code).FirstOrDefault(code => code is "HH" or "LL" or "AA")
        ?? measured.Items("interpretation").Select(CriticalWords.FlagOf).FirstOrDefault(flag => flag is not null);

    private static CriticalValue Of(JsonElement measured, string? flag, string reason)
    {
        var quantity = measured.Child("valueQuantity");
        return new(
            measured.Concept("code") ?? "Laboratory test",
            measured.Coding("code", Systems.Loinc),
            quantity?.Number("value"),
            measured.Text("valueString") ?? measured.Concept("valueCodeableConcept") ?? BoundOf(quantity),
            quantity?.Text("unit") ?? quantity?.Text("code"),
            flag ?? measured.Codings("interpretation").FirstOrDefault()?.Code,
            reason);
    }

    /// <summary>What a bound says in words: a number without its comparator is another value.</summary>
    private static string? BoundOf(JsonElement? quantity) =>
        quantity?.Text("comparator") is { } comparator && quantity?.Number("value") is { } value
            ? $"{comparator} {ValueSpelling.Of(value, quantity?.Text("unit") ?? quantity?.Text("code"))}" : null;

    private static string? Beyond(MeasuredAmount? amount, CriticalLimit limit)
    {
        if (amount is null || limit.ValueOf(amount) is not { } value) return null;

        // "< 500" does not say that it is high, nor "> 3" that it is low.
        if (value >= limit.High && !amount.IsUpperBound) return limit.HighReason;
        if (value <= limit.Low && !amount.IsLowerBound) return limit.LowReason;
        return null;
    }

    /// <summary>"> 400" may be any number above, and "&lt; 3" any below: what cannot be excluded is told.</summary>
    private static string? MayBeBeyond(MeasuredAmount? amount, CriticalLimit limit)
    {
        if (amount is null || limit.ValueOf(amount) is null) return null;
        if (limit.High is not null && amount.IsLowerBound) return $"{limit.HighReason} cannot be excluded";
        return limit.Low is not null && amount.IsUpperBound ? $"{limit.LowReason} cannot be excluded" : null;
    }

    /// <summary>
    /// A number whose unit no limit of its test understands, and that the laboratory has not judged either: it has no interpretation, and
    /// is not within a reference range of its own.
    /// </summary>
    private static bool IsUnjudged(JsonElement measured, MeasuredAmount? amount, List<CriticalLimit> limits) =>
        amount is not null && limits.Count > 0 && limits.TrueForAll(limit => limit.ValueOf(amount) is null)
            && !measured.Items("interpretation").Any() && !measured.Items("referenceRange").Any(range => IsWithin(range, amount));

    private static bool IsWithin(JsonElement range, MeasuredAmount amount)
    {
        var (low, high) = (range.Child("low")?.Number("value"), range.Child("high")?.Number("value"));
        if (low is null && high is null) return false;
        return !(amount.Value < low) && !(amount.Value > high)
            && !(amount.IsUpperBound && low is not null) && !(amount.IsLowerBound && high is not null);
    }

    private static string? FlagReason(string? flag, MeasuredAmount? amount, List<CriticalLimit> limits)
    {
        var limit = amount is null ? null : limits.Find(candidate => candidate.ValueOf(amount) is not null);
        return flag switch
        {
            "HH" => limit is { High: not null } ? limit.HighReason : "Critically high",
            "LL" => limit is { Low: not null } ? limit.LowReason : "Critically low",
            "AA" => "Critically abnormal",
            _ => null,
        };
    }
}
