using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Care.Deriving;

namespace Vagus.Care.Rules;

/// <summary>By which rules values and findings are judged in a tenant.</summary>
/// <param name="Limits">Of laboratory values.</param>
/// <param name="Deltas">Changes that come too fast.</param>
/// <param name="Findings">Conclusions of imaging reports.</param>
/// <param name="ToBeSet">Tests that have no limit before the tenant sets one.</param>
internal sealed record CriticalRulesAnswer(
    IReadOnlyList<ShownLimit> Limits, IReadOnlyList<ShownDelta> Deltas, IReadOnlyList<ShownFinding> Findings,
    IReadOnlyList<UnsetLimit> ToBeSet)
{
    /// <summary>Names these rules: another list has another version.</summary>
    public string Version { get; init; } = "";

    public bool IsApproved => ApprovedBy is not null;

    /// <summary>What stands before an approval; null after it.</summary>
    public string? Notice => IsApproved ? null : "To be approved by the laboratory director.";

    public string? ApprovedBy { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    public static CriticalRulesAnswer Of(JsonElement? limits, JsonElement? deltas, JsonElement? findings)
    {
        var own = NamesIn(limits);
        var codes = CriticalLimits.House.Keys.Union(own, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return new CriticalRulesAnswer(
            [.. codes.SelectMany(code => CriticalLimits.For(code, limits).Select(limit => ShownLimit.Of(code, limit, own.Contains(code))))],
            [.. ShownDelta.Of(deltas)],
            [.. ShownFinding.Of(findings, NamesIn(findings))],
            [.. UnsetLimit.All.Select(unset => unset with { Codes = [.. unset.Codes.Except(own)] }).Where(unset => unset.Codes.Count > 0)]);
    }

    private static HashSet<string> NamesIn(JsonElement? setting) => setting is { ValueKind: JsonValueKind.Object } set
        ? set.EnumerateObject().Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal) : [];
}

/// <summary>A limit of one LOINC code. <paramref name="Source"/> is the published one of the house's, or the organization.</summary>
internal sealed record ShownLimit(string Code, string Unit, decimal? Low, decimal? High, string Source)
{
    public string? LowReason { get; init; }

    public string? HighReason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MinAgeDays { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxAgeDays { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sex { get; init; }

    public static ShownLimit Of(string code, CriticalLimit limit, bool isOwn) =>
        new(code, limit.Unit, limit.Low, limit.High, isOwn ? ShownSource.Organization : CriticalLimits.Source)
        {
            LowReason = limit.Low is null ? null : limit.LowReason,
            HighReason = limit.High is null ? null : limit.HighReason,
            MinAgeDays = limit.MinAgeDays,
            MaxAgeDays = limit.MaxAgeDays,
            Sex = limit.Sex,
        };
}

/// <summary>A delta rule of one LOINC code.</summary>
internal sealed record ShownDelta(string Code, string Unit, decimal? Fall, decimal? Rise, int Hours, string Reason)
{
    public static IEnumerable<ShownDelta> Of(JsonElement? setting) =>
        setting is not { ValueKind: JsonValueKind.Object } own ? [] : own.EnumerateObject()
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .SelectMany(entry => CriticalDelta.In(own, entry.Name).Select(
                delta => new ShownDelta(entry.Name, delta.Unit, delta.Fall, delta.Rise, delta.Hours, delta.Reason)));
}

/// <summary>A critical finding of imaging, by SNOMED CT code.</summary>
internal sealed record ShownFinding(string Code, string Name, string Source)
{
    public static IEnumerable<ShownFinding> Of(JsonElement? setting, IReadOnlySet<string> own) =>
        from code in CriticalFindings.House.Keys.Union(own, StringComparer.Ordinal).Order(StringComparer.Ordinal)
        let name = CriticalFindings.Name(code, setting)
        where name is not null
        select new ShownFinding(code, name, own.Contains(code) ? ShownSource.Organization : CriticalFindings.Source);
}

internal static class ShownSource
{
    public const string Organization = "the organization";
}
