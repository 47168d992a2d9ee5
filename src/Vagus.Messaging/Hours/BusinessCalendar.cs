using System.Text.Json;
using NodaTime;
using NodaTime.Extensions;
using NodaTime.Text;
using Vagus.Kernel;

namespace Vagus.Messaging.Hours;

/// <summary>
/// When a clinic answers: several stretches of each weekday in its own time zone, days on which it is closed, and days with hours of their
/// own. Business time is counted in the instants that pass within these stretches, so a day of 23 or 25 hours is counted as it is.
/// </summary>
internal sealed class BusinessCalendar
{
    private const int MostDays = 500;
    private const int LeastMinutesOfWeek = 60;

    // A target of two weeks of open hours ends within six years at an hour a week; what lies behind that is a mistake.
    private const int LongestLook = 20_000;

    private static readonly string[] Weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    private readonly DateTimeZone zone;
    private readonly IReadOnlyList<OpenHours>[] week;
    private readonly Dictionary<LocalDate, IReadOnlyList<OpenHours>> days;

    private BusinessCalendar(DateTimeZone zone, IReadOnlyList<OpenHours>[] week, Dictionary<LocalDate, IReadOnlyList<OpenHours>> days) =>
        (this.zone, this.week, this.days) = (zone, week, days);

    /// <summary>Open at every hour: of a tenant that has set none.</summary>
    public static readonly BusinessCalendar Always = new(
        DateTimeZone.Utc, [.. Weekdays.Select(_ => (IReadOnlyList<OpenHours>)[new OpenHours(LocalTime.Midnight, null)])], []);

    /// <summary>The clinic's own time.</summary>
    public DateTimeZone Zone => zone;

    /// <summary>As it was set; null where none is set.</summary>
    public HoursAnswer? Shown => this == Always ? null : new HoursAnswer(
        zone.Id, Weekdays.Zip(week).ToDictionary(day => day.First, day => TextsOf(day.Second), StringComparer.Ordinal),
        days.ToDictionary(day => LocalDatePattern.Iso.Format(day.Key), day => TextsOf(day.Value), StringComparer.Ordinal));

    /// <summary>
    /// <c>{ timeZone, week: { monday: ["08:00-12:00", …], … }, closed: ["2026-12-25"], days: { "2026-12-24": ["08:00-12:00"] } }</c>; a
    /// weekday that is missing is closed.
    /// </summary>
    public static Result<BusinessCalendar> Read(JsonElement given)
    {
        var fields = RequestFields.Read(given, "timeZone", "week", "closed", "days");
        if (fields.Refusal is { } unknown) return unknown;
        var (zone, closed) = (fields.Value.Text("timeZone"), fields.Value.Texts("closed", MostDays));
        if ((zone.Refusal ?? closed.Refusal) is { } malformed) return malformed;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone.Value) is not { } known)
            return FieldRefusals.Wrong("timeZone", "the name of a time zone such as America/New_York");
        if (!given.TryGetProperty("week", out var weekdays)) return FieldRefusals.Missing("week");
        var week = ReadWeek(weekdays);
        if (week.Refusal is { } wrong) return wrong;
        var days = ReadDays(given, closed.Value ?? []);
        return days.Refusal is { } refusal ? refusal : new BusinessCalendar(known, week.Value, days.Value);
    }

    public bool IsOpen(DateTimeOffset at)
    {
        var now = at.ToInstant();
        return On(now.InZone(zone).Date).Any(open => open.From <= now && now < open.Until);
    }

    /// <summary>The next instant at which the clinic opens, or this one where it is open.</summary>
    public DateTimeOffset NextOpening(DateTimeOffset at) => Add(at, TimeSpan.Zero);

    /// <summary>The instant after so much business time.</summary>
    public DateTimeOffset Add(DateTimeOffset from, TimeSpan business)
    {
        var left = Duration.FromTimeSpan(business);
        var at = from.ToInstant();
        foreach (var (begins, ends) in From(at))
        {
            var start = Instant.Max(begins, at);
            if (left <= ends - start) return (start + left).ToDateTimeOffset();
            left -= ends - start;
        }

        return at.Plus(Duration.FromTimeSpan(business)).ToDateTimeOffset();
    }

    /// <summary>The business time between two instants; none where the second is the earlier one.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset until)
    {
        var (at, end) = (from.ToInstant(), until.ToInstant());
        var passed = Duration.Zero;
        foreach (var (begins, ends) in From(at))
        {
            if (begins >= end) break;
            var (first, last) = (Instant.Max(begins, at), Instant.Min(ends, end));
            if (last > first) passed += last - first;
        }

        return passed.ToTimeSpan();
    }

    /// <summary>The stretches that are not over at an instant, in order.</summary>
    private IEnumerable<(Instant From, Instant Until)> From(Instant at)
    {
        var day = at.InZone(zone).Date;
        for (var look = 0; look < LongestLook; look++)
        {
            foreach (var open in On(day))
            {
                if (open.Until > at) yield return open;
            }

            day = day.PlusDays(1);
        }
    }

    private IEnumerable<(Instant From, Instant Until)> On(LocalDate day)
    {
        var hours = days.GetValueOrDefault(day) ?? week[(int)day.DayOfWeek - 1];
        foreach (var each in hours)
        {
            var open = each.On(day, zone);
            if (open.From < open.Until) yield return open;
        }
    }

    private static Result<IReadOnlyList<OpenHours>[]> ReadWeek(JsonElement given)
    {
        var fields = RequestFields.Read(given, Weekdays);
        if (fields.Refusal is { } unknown) return unknown;
        var week = new IReadOnlyList<OpenHours>[Weekdays.Length];
        for (var day = 0; day < Weekdays.Length; day++)
        {
            var hours = HoursOf(fields.Value, Weekdays[day]);
            if (hours.Refusal is { } malformed) return malformed;
            week[day] = hours.Value;
        }

        return week.Sum(day => day.Sum(open => open.Minutes)) >= LeastMinutesOfWeek
            ? week : FieldRefusals.Wrong("week", "open for at least an hour");
    }

    private static Result<Dictionary<LocalDate, IReadOnlyList<OpenHours>>> ReadDays(JsonElement given, string[] closed)
    {
        var days = new Dictionary<LocalDate, IReadOnlyList<OpenHours>>();
        foreach (var text in closed)
        {
            if (DayOf(text) is not { } day || !days.TryAdd(day, [])) return NoDay("closed");
        }

        if (!given.TryGetProperty("days", out var own) || own.ValueKind == JsonValueKind.Null) return days;
        if (own.ValueKind != JsonValueKind.Object) return NoDay("days");
        string[] names = [.. own.EnumerateObject().Select(day => day.Name)];
        if (names.Length > MostDays) return FieldRefusals.TooMany("days", MostDays);
        var fields = RequestFields.Read(own, names);
        if (fields.Refusal is { } unknown) return unknown;
        foreach (var name in names)
        {
            var hours = HoursOf(fields.Value, name);
            if (hours.Refusal is { } malformed) return malformed;
            if (DayOf(name) is not { } day || !days.TryAdd(day, hours.Value)) return NoDay("days");
        }

        return days;
    }

    private static Result<IReadOnlyList<OpenHours>> HoursOf(RequestFields fields, string name)
    {
        var texts = fields.Texts(name, atMost: 24);
        return texts.Refusal is { } malformed ? malformed : OpenHours.Read(texts.Value ?? [], name);
    }

    private static IReadOnlyList<string> TextsOf(IReadOnlyList<OpenHours> hours) => [.. hours.Select(open => open.Text)];

    private static LocalDate? DayOf(string text) => LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day) ? day : null;

    private static Refusal NoDay(string name) => FieldRefusals.Wrong(name, "days such as 2026-12-25, each once");
}
