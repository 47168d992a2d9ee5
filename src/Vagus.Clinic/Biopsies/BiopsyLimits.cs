using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// After how many days a biopsy is overdue: without a result since it was ordered, without a review since its result. A tenant changes them
/// in the setting <c>biopsy-limits</c>: <c>{ "resultDays": 14, "reviewDays": 3 }</c>.
/// </summary>
internal sealed record BiopsyLimits(int ResultDays, int ReviewDays)
{
    public const string Setting = "biopsy-limits";
    private const int LongestDays = 365;
    private const string ResultName = "resultDays";
    private const string ReviewName = "reviewDays";

    public static readonly BiopsyLimits Default = new(ResultDays: 14, ReviewDays: 3);

    public static async ValueTask<BiopsyLimits> Of(TenantSettings settings, TenantId tenant, CancellationToken cancel) =>
        await settings.Read(tenant, Setting, cancel) is { ValueKind: JsonValueKind.Object } own
            ? new BiopsyLimits(Days(own, ResultName) ?? Default.ResultDays, Days(own, ReviewName) ?? Default.ReviewDays)
            : Default;

    /// <summary>Why a setting cannot be taken; null when it can.</summary>
    public static Refusal? Refuse(JsonElement setting)
    {
        if (setting.ValueKind != JsonValueKind.Object) return Invalid("it is an object");
        foreach (var field in setting.EnumerateObject())
        {
            if (field.Name is not (ResultName or ReviewName)) return Invalid($"its fields are {ResultName} and {ReviewName}");
            if (Days(setting, field.Name) is null) return Invalid($"'{field.Name}' is a number of days from 1 to {LongestDays}");
        }

        return null;
    }

    private static int? Days(JsonElement setting, string name) =>
        setting.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var days)
            && days is >= 1 and <= LongestDays ? days : null;

    private static Refusal Invalid(string cause) =>
        new(RefusalKind.Invalid, "invalid_biopsy_limits", $"The setting {Setting} cannot be taken: {cause}.");
}
