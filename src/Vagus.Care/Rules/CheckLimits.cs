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
            if (!all.All(isRule)) return Invalid(name, "a rule has a unit, and what it names is a number, a text or a sex");
        }

        return null;
    }

    private static bool IsLimit(JsonElement rule) =>
        IsText(rule, "unit", isNeeded: true) && IsText(rule, "lowReason") && IsText(rule, "highReason")
            && IsNumber(rule, "low") && IsNumber(rule, "high") && (rule.TryGetProperty("low", out _) || rule.TryGetProperty("high", out _))
            && IsNumber(rule, "minAgeDays") && IsNumber(rule, "maxAgeDays")
            && (!rule.TryGetProperty("sex", out var sex)
                || (sex.ValueKind == JsonValueKind.String && sex.GetString() is "male" or "female"));

    private static bool IsDelta(JsonElement rule) =>
        IsText(rule, "unit", isNeeded: true) && IsText(rule, "reason") && IsNumber(rule, "fall") && IsNumber(rule, "rise")
            && (rule.TryGetProperty("fall", out _) || rule.TryGetProperty("rise", out _))
            && rule.TryGetProperty("hours", out var hours) && hours.ValueKind == JsonValueKind.Number
            && hours.TryGetInt32(out var span) && span is >= 1 and <= CriticalDelta.LongestHours;

    private static bool IsText(JsonElement rule, string name, bool isNeeded = false) =>
        rule.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0 : !isNeeded;

    private static bool IsNumber(JsonElement rule, string name) =>
        !rule.TryGetProperty(name, out var value) || (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out _));

    private static bool IsLoinc(string code) =>
        code.Length is > 2 and <= 10 && code[^2] == '-' && code.Where(letter => letter != '-').All(char.IsAsciiDigit);

    private static bool IsSnomed(string code) => code.Length is >= 6 and <= 18 && code.All(char.IsAsciiDigit);

    private static Refusal Invalid(string name, string cause) =>
        new(RefusalKind.Invalid, "invalid_critical_rules", $"The setting {name} cannot be taken: {cause}.");
}
