using System.Globalization;
using System.Text.Json;
using NodaTime;
using NodaTime.Extensions;
using NodaTime.Text;
using Vagus.Kernel;

namespace Vagus.Care.Alerts;

/// <summary>
/// The working shifts of a tenant, by the clock of its own zone: <c>["07:00", "19:00"]</c> are a day and a night. A tenant puts its own
/// into the setting <c>alert-shifts</c>.
/// </summary>
internal sealed class AlertShifts
{
    public const string Setting = "alert-shifts";

    private const int Most = 6;
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");
    private static readonly LocalTime[] Usual = [new(7, 0), new(19, 0)];
    private readonly LocalTime[] begins;

    private AlertShifts(LocalTime[] begins, DateTimeZone zone) => (this.begins, Zone) = (begins, zone);

    public DateTimeZone Zone { get; }

    /// <summary>When each begins; it ends where the next one begins.</summary>
    public IEnumerable<string> Names => begins.Select(Clock.Format);

    public static AlertShifts Of(JsonElement? setting, JsonElement? zone) => new(
        setting is { } own && Read(own) is { } set ? set : Usual,
        zone is { ValueKind: JsonValueKind.String } name && DateTimeZoneProviders.Tzdb.GetZoneOrNull(name.GetString() ?? "") is { } known
            ? known : DateTimeZone.Utc);

    /// <summary>Why a setting cannot be taken; null when it can.</summary>
    public static Refusal? Refuse(JsonElement setting) => Read(setting) is not null ? null : new Refusal(
        RefusalKind.Invalid, "invalid_alert_shifts", string.Create(
            CultureInfo.InvariantCulture,
            $"The setting {Setting} is a list of 1 to {Most} times of day, such as \"07:00\", at which a shift begins, in order."));

    /// <summary>Hours before the first shift of a day belong to the last one of the day before.</summary>
    public Shift At(DateTimeOffset instant)
    {
        var local = instant.ToInstant().InZone(Zone).LocalDateTime;
        var index = Array.FindLastIndex(begins, begin => begin <= local.TimeOfDay);
        return index >= 0 ? new Shift(local.Date, index) : new Shift(local.Date.PlusDays(-1), begins.Length - 1);
    }

    private static LocalTime[]? Read(JsonElement setting)
    {
        if (setting.ValueKind != JsonValueKind.Array || setting.GetArrayLength() is < 1 or > Most) return null;
        var read = new List<LocalTime>();
        foreach (var each in setting.EnumerateArray())
        {
            if (each.ValueKind != JsonValueKind.String || Clock.Parse(each.GetString() ?? "") is not { Success: true } time) return null;
            if (read.Count > 0 && time.Value <= read[^1]) return null;
            read.Add(time.Value);
        }

        return [.. read];
    }
}

/// <summary>One shift of one day.</summary>
/// <param name="Day">On which it began.</param>
/// <param name="Number">Which of the day, from 0.</param>
internal sealed record Shift(LocalDate Day, int Number);
