using System.Runtime.InteropServices;
using NodaTime;
using NodaTime.Text;
using Vagus.Kernel;

namespace Vagus.Messaging.Hours;

/// <summary>One stretch of a day in which a clinic answers, in its own time: from the first instant, before the last.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OpenHours(LocalTime From, LocalTime? Until)
{
    private const int MostOfDay = 6;
    private static readonly LocalTimePattern Pattern = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>The stretches of a day, such as <c>08:00-12:00</c>; <c>24:00</c> is its end. In order, and none within another.</summary>
    public static Result<IReadOnlyList<OpenHours>> Read(IReadOnlyList<string> texts, string name)
    {
        if (texts.Count > MostOfDay) return FieldRefusals.TooMany(name, MostOfDay);
        var hours = new List<OpenHours>(texts.Count);
        foreach (var text in texts)
        {
            if (Read(text) is not { } next || (hours.Count > 0 && (hours[^1].Until is not { } last || next.From < last)))
                return FieldRefusals.Wrong(name, "stretches of a day in order, such as 08:00-12:00");
            hours.Add(next);
        }

        return hours;
    }

    /// <summary>As it is read.</summary>
    public string Text => $"{Pattern.Format(From)}-{(Until is { } until ? Pattern.Format(until) : "24:00")}";

    /// <summary>The minutes of the clock; a change to or from summer time is not seen here.</summary>
    public long Minutes => Period.Between(From, Until ?? LocalTime.MaxValue, PeriodUnits.Minutes).Minutes + (Until is null ? 1 : 0);

    /// <summary>The stretch on one day of a zone. What a change of the clock leaves out begins when the clock goes on.</summary>
    public (Instant From, Instant Until) On(LocalDate day, DateTimeZone zone)
    {
        var end = Until is { } until ? day.At(until) : day.PlusDays(1).AtMidnight();
        return (zone.AtLeniently(day.At(From)).ToInstant(), zone.AtLeniently(end).ToInstant());
    }

    private static OpenHours? Read(string text)
    {
        if (text.Split('-') is not [var first, var last] || !Pattern.Parse(first).TryGetValue(default, out var from)) return null;
        if (last == "24:00") return new OpenHours(from, null);
        return Pattern.Parse(last).TryGetValue(default, out var until) && from < until ? new OpenHours(from, until) : null;
    }
}
