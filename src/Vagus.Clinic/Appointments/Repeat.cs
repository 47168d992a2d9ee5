using NodaTime;
using Vagus.Clinic.Requests;
using Vagus.Clinic.Time;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>
/// How an appointment repeats: each at the same time of the clinic's clock, also where the clocks are changed between them. Pure.
/// </summary>
internal sealed record Repeat(string Every, int Interval, int? Count, DateOnly? Until)
{
    public const int Most = 100;

    public static readonly string[] Fields = ["every", "interval", "count", "until"];

    private static readonly Refusal HowLong = new(
        RefusalKind.Invalid, "invalid_field", "'repeat' names either 'count', 2 to 100, or 'until'.");

    private static readonly Refusal TooMany = new(RefusalKind.Invalid, "too_many_values", "'repeat' makes at most 100 appointments.");

    public static Repeat? Of(BodyFields? fields)
    {
        if (fields is null) return null;
        fields.Text("every");
        var repeat = new Repeat(
            fields.OneOf("every", "day", "week", "month") ?? "week", fields.Count("interval", 1, 52) ?? 1, fields.Count("count", 2, Most),
            fields.Day("until"));
        if (repeat.Count is null == repeat.Until is null) fields.Refuse(HowLong);
        return repeat;
    }

    /// <summary>
    /// The starts, the first included. A month without the day of the first has it on its last day. Where the clock does not show the time
    /// on one of the days, or twice, all is refused.
    /// </summary>
    public Result<IReadOnlyList<Instant>> Starts(ZonedDateTime first)
    {
        var starts = new List<Instant> { first.ToInstant() };
        for (var step = 1; Count is { } count ? starts.Count < count : true; step++)
        {
            var local = At(first.LocalDateTime, step * Interval);
            if (Until is { } until && local.Date > LocalDate.FromDateOnly(until)) break;
            if (starts.Count == Most) return TooMany;
            var moment = ClockTime.Resolve(local, first.Zone);
            if (moment.Refusal is { } refusal) return refusal;
            starts.Add(moment.Value.ToInstant());
        }

        return starts;
    }

    private LocalDateTime At(LocalDateTime first, int steps) => Every switch
    {
        "day" => first.PlusDays(steps),
        "month" => first.PlusMonths(steps),
        _ => first.PlusWeeks(steps),
    };
}
