using System.Globalization;
using System.Text.Json;
using Vagus.Care.Deriving.Reading;

namespace Vagus.Care.Deriving;

/// <summary>
/// By how much a value may change within some hours, in one unit (UCUM): a change beyond is critical where each value by itself is not. The
/// house has none; a tenant puts its own into the setting <c>critical-deltas</c>.
/// </summary>
internal sealed record CriticalDelta(string Unit, decimal? Fall, decimal? Rise, int Hours, string Reason)
{
    public const string Setting = "critical-deltas";

    public const int LongestHours = 24 * 31;

    private static readonly string[] Counting = ["final", "amended", "corrected"];

    public static IReadOnlyList<CriticalDelta> For(JsonElement observation, JsonElement? tenant)
    {
        if (tenant is not { } setting || !Counting.Contains(observation.Status())) return [];
        return
        [
            .. observation.Codings("code").Where(coding => coding.System == Systems.Loinc)
                .SelectMany(coding => In(setting, coding.Code)),
        ];
    }

    /// <summary>The rules of one LOINC code.</summary>
    public static IEnumerable<CriticalDelta> In(JsonElement setting, string loinc) =>
        setting.Items(loinc).Select(Read).OfType<CriticalDelta>();

    /// <summary>Whether one observation measured the same before the other one, and both count for this rule.</summary>
    public bool Precedes(JsonElement earlier, JsonElement now)
    {
        if (earlier.Id() == now.Id() || !Counting.Contains(earlier.Status()) || !Counting.Contains(now.Status())) return false;
        if (InstantOf(earlier) is not { } then) return false;
        return InstantOf(now) is { } at && then < at && at - then <= TimeSpan.FromHours(Hours) && TestsOf(earlier).Overlaps(TestsOf(now));
    }

    /// <summary>What to say of the change; null where it is within bounds, or one of the two is no number of such a unit.</summary>
    public string? Judge(JsonElement earlier, JsonElement now)
    {
        if (ValueOf(earlier) is not { } before || ValueOf(now) is not { } after) return null;
        var change = after - before;
        if (!(change <= -Fall) && !(change >= Rise)) return null;
        var span = (int)Math.Ceiling((InstantOf(now)!.Value - InstantOf(earlier)!.Value).TotalHours);
        var moved = change < 0 ? "fell" : "rose";
        return string.Create(CultureInfo.InvariantCulture, $"{Reason}: {moved} by {Math.Abs(change):G29} {Unit} within {span} h");
    }

    /// <summary>A measured value in the unit of the rule.</summary>
    public string Spell(JsonElement observation) =>
        string.Create(CultureInfo.InvariantCulture, $"{ValueOf(observation):G29} {Unit}");

    public static DateTimeOffset? InstantOf(JsonElement observation) =>
        DateTimeOffset.TryParse(
            observation.Text("effectiveDateTime") ?? observation.Text("issued"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var at) ? at : null;

    private static HashSet<string> TestsOf(JsonElement observation) =>
        observation.Codings("code").Where(coding => coding.System == Systems.Loinc).Select(coding => coding.Code)
            .ToHashSet(StringComparer.Ordinal);

    private decimal? ValueOf(JsonElement observation) =>
        MeasuredAmount.Of(observation) is { } amount ? new CriticalLimit(Unit, null, "", null, "").ValueOf(amount) : null;

    private static CriticalDelta? Read(JsonElement own) =>
        own.Text("unit") is { } unit && own.Number("hours") is { } hours
            ? new(unit, own.Number("fall"), own.Number("rise"), (int)hours, own.Text("reason") ?? "Critical change") : null;
}
