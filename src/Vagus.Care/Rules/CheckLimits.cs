using System.Text.Json;
using Vagus.Care.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Rules;

/// <summary>
/// Why a tenant's own limits, deltas or findings cannot be taken; null when they can. A misspelled one would judge nothing, and go
/// unnoticed.
/// </summary>
internal static class CheckLimits
{
    private static readonly string[] LimitFields =
        ["unit", "low", "lowReason", "high", "highReason", "minAgeDays", "maxAgeDays", "sex"];

    private const int OldestDays = 60_000;

    private static readonly string[] DeltaFields = ["unit", "fall", "rise", "hours", "reason"];

    public static Refusal? Limits(JsonElement setting) => Check(CriticalLimits.Setting, setting, LimitFields, IsLimit);

    public static Refusal? Deltas(JsonElement setting) => Check(CriticalDelta.Setting, setting, DeltaFields, IsDelta);

    public static Refusal? Findings(JsonElement setting)
    {
        if (setting.ValueKind != JsonValueKind.Object) return Invalid(CriticalFindings.Setting, "it is an object by SNOMED CT code");
        if (!setting.EnumerateObject().All(entry => IsSnomed(entry.Name)))
            return Invalid(CriticalFindings.Setting, "a name in it is no SNOMED CT code");
        return setting.EnumerateObject().All(entry => entry.Value.ValueKind == JsonValueKind.Null || IsText(setting, entry.Name))
            ? null : Invalid(CriticalFindings.Setting, "a finding is its name, or null");
    }

    private static Refusal? Check(string name, JsonElement setting, string[] fields, Func<JsonElement, bool> isRule)
    {
        if (setting.ValueKind != JsonValueKind.Object) return Invalid(name, "it is an object by LOINC code");
        foreach (var (code, rules) in setting.EnumerateObject().Select(entry => (entry.Name, entry.Value)))
        {
            if (rules.ValueKind == JsonValueKind.Null) continue;
            IEnumerable<JsonElement> all = rules.ValueKind == JsonValueKind.Array ? rules.EnumerateArray() : [rules];
            if (!IsLoinc(code)) return Invalid(name, "a name in it is no LOINC code");
            bool HasKnownFields(JsonElement rule) =>
                rule.ValueKind == JsonValueKind.Object && rule.EnumerateObject().All(field => fields.Contains(field.Name));
            if (!all.All(HasKnownFields))
                return Invalid(name, $"a rule has the fields {string.Join(", ", fields)}");
            if (!all.All(isRule))
                return Invalid(name, "a rule has a unit of UCUM, and what it names is a number, a text, a sex or an age in days");
        }

        return null;
    }

    private static bool IsLimit(JsonElement rule) =>
        IsUnit(rule) && IsText(rule, "lowReason") && IsText(rule, "highReason")
            && IsNumber(rule, "low") && IsNumber(rule, "high") && (rule.TryGetProperty("low", out _) || rule.TryGetProperty("high", out _))
            && AgeOf(rule, "minAgeDays", 0) is { } from && AgeOf(rule, "maxAgeDays", OldestDays) is { } below && from < below
            && (!rule.TryGetProperty("sex", out var sex)
                || (sex.ValueKind == JsonValueKind.String && sex.GetString() is "male" or "female"));

    private static bool IsDelta(JsonElement rule) =>
        IsUnit(rule) && IsText(rule, "reason") && IsNumber(rule, "fall") && IsNumber(rule, "rise")
            && (rule.TryGetProperty("fall", out _) || rule.TryGetProperty("rise", out _))
            && rule.TryGetProperty("hours", out var hours) && hours.ValueKind == JsonValueKind.Number
            && hours.TryGetInt32(out var span) && span is >= 1 and <= CriticalDelta.LongestHours;

    private static bool IsText(JsonElement rule, string name, bool isNeeded = false) =>
        rule.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0 : !isNeeded;

    /// <summary>A limit in a unit that no value can be compared with takes the place of the house's, and judges nothing.</summary>
    private static bool IsUnit(JsonElement rule) =>
        IsText(rule, "unit", isNeeded: true) && CriticalLimit.IsComparable(rule.GetProperty("unit").GetString()!);

    /// <summary>Null: it is no age.</summary>
    private static int? AgeOf(JsonElement rule, string name, int otherwise)
    {
        if (!rule.TryGetProperty(name, out var value)) return otherwise;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var days) && days is >= 0 and <= OldestDays ? days : null;
    }

    private static bool IsNumber(JsonElement rule, string name) =>
        !rule.TryGetProperty(name, out var value) || (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out _));

    private static bool IsLoinc(string code) =>
        code.Length is > 2 and <= 10 && code[^2] == '-' && code.Where(letter => letter != '-').All(char.IsAsciiDigit);

    private static bool IsSnomed(string code) => code.Length is >= 6 and <= 18 && code.All(char.IsAsciiDigit);

    private static Refusal Invalid(string name, string cause) =>
        new(RefusalKind.Invalid, "invalid_critical_rules", $"The setting {name} cannot be taken: {cause}.");
}
