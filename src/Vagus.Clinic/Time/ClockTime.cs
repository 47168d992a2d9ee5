using System.Runtime.InteropServices;
using NodaTime;
using NodaTime.Text;
using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Time;

/// <summary>A time as a client names it: an instant with its offset, or what the clinic's clock shows (<c>2026-11-26T09:00</c>).</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ClockTime
{
    private static readonly LocalDateTimePattern[] OfTheClock =
    [
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss"),
    ];

    private readonly Instant? instant;
    private readonly LocalDateTime local;

    private ClockTime(Instant? instant, LocalDateTime local) => (this.instant, this.local) = (instant, local);

    /// <summary>Null for what is neither, and for years in which no clinic is open.</summary>
    public static ClockTime? Parse(string text)
    {
        if (Instants.Parse(text) is { } at)
            return IsServed(at.Year) ? new ClockTime(Instant.FromDateTimeOffset(at), default) : null;
        foreach (var pattern in OfTheClock)
        {
            if (pattern.Parse(text) is { Success: true, Value: var shown }) return IsServed(shown.Year) ? new ClockTime(null, shown) : null;
        }

        return null;
    }

    /// <summary>Null for what is none, and for years in which no clinic is open.</summary>
    public static LocalDate? ParseDay(string text) =>
        LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var day } && IsServed(day.Year) ? day : null;

    // At the ends of the calendar a day more or another zone is no time any more.
    private static bool IsServed(int year) => year is >= 1900 and < 2200;

    /// <summary>The moment in the clinic's zone. A time that the clock does not show, or shows twice, is refused.</summary>
    public Result<ZonedDateTime> In(DateTimeZone zone) => instant is { } at ? at.InZone(zone) : Resolve(local, zone);

    /// <summary>What the clock of the zone shows, as a moment.</summary>
    public static Result<ZonedDateTime> Resolve(LocalDateTime local, DateTimeZone zone)
    {
        var moments = zone.MapLocal(local);
        if (moments.Count == 1) return moments.Single();
        var shown = LocalDateTimePattern.ExtendedIso.Format(local);
        return moments.Count == 0
            ? new ClinicRefusal(
                RefusalKind.Unprocessable, "time_does_not_exist", $"The clocks are put forward: {shown} does not exist in {zone.Id}.")
            {
                Fields = FieldsOf(shown, zone, []),
            }
            : new ClinicRefusal(
                RefusalKind.Unprocessable, "time_is_ambiguous",
                $"The clocks are put back: {shown} is twice in {zone.Id}. Send it with its offset.")
            {
                Fields = FieldsOf(shown, zone, [moments.First(), moments.Last()]),
            };
    }

    private static Dictionary<string, object?> FieldsOf(string shown, DateTimeZone zone, ZonedDateTime[] candidates) =>
        new(StringComparer.Ordinal)
        {
            ["time"] = shown,
            ["timeZone"] = zone.Id,
            ["candidates"] = candidates.Length == 0 ? null : candidates.Select(each => each.ToDateTimeOffset()).ToArray(),
        };
}
