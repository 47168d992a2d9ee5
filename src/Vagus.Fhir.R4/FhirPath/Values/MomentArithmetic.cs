namespace Vagus.Fhir.R4.FhirPath.Values;

/// <summary>Adds a duration to a Date, DateTime or Time (FHIRPath N1, "Date/Time Arithmetic").</summary>
internal static class MomentArithmetic
{
    /// <summary>Null where the result leaves the calendar.</summary>
    public static Moment? Add(Moment moment, Quantity duration, bool negative)
    {
        var unit = CalendarUnit.Parse(duration.Unit) ?? CalendarUnit.ParseUcum(duration.Unit)
            ?? throw new FhirPathException("Only calendar durations and units of time from weeks down can be added to a date or time");
        if (moment.Kind is MomentKind.Date && unit > CalendarUnit.Day) throw new FhirPathException("Only days and more can be added to a date");
        var amount = negative ? -duration.Value : duration.Value;
        try
        {
            return moment.Kind is MomentKind.Time ? AddToTime(moment, unit, amount) : AddToDate(moment, unit, amount);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static Moment AddToTime(Moment moment, CalendarUnit unit, decimal amount)
    {
        var ticks = Ticks(unit, amount) ?? throw new FhirPathException("Only hours and less can be added to a time");
        var day = TimeSpan.TicksPerDay;
        return moment with { Local = DateTime.MinValue.AddTicks((((moment.Local.Ticks + ticks) % day) + day) % day) };
    }

    private static Moment AddToDate(Moment moment, CalendarUnit unit, decimal amount)
    {
        var whole = decimal.Truncate(amount);
        switch (unit)
        {
            case CalendarUnit.Year:
                return moment with { Local = moment.Local.AddYears((int)whole) };
            case CalendarUnit.Month when moment.Precision >= Precision.Month:
                return moment with { Local = moment.Local.AddMonths((int)whole) };
            case CalendarUnit.Month:
                return moment with { Local = moment.Local.AddYears((int)(whole / 12)) };
            case CalendarUnit.Week or CalendarUnit.Day:
                return AddDays(moment, unit is CalendarUnit.Week ? whole * 7 : whole);
            default:
                var ticks = Ticks(unit, amount) ?? 0;
                return moment.Precision >= Precision.Hour
                    ? moment with { Local = moment.Local.AddTicks(ticks) }
                    : AddDays(moment, ticks / TimeSpan.TicksPerDay);
        }
    }

    // A partial date takes a smaller duration in its own precision: 365 days a year, 30 days a month.
    private static Moment AddDays(Moment moment, decimal days) => moment.Precision switch
    {
        Precision.Year => moment with { Local = moment.Local.AddYears((int)(days / 365)) },
        Precision.Month => moment with { Local = moment.Local.AddMonths((int)(days / 30)) },
        _ => moment with { Local = moment.Local.AddDays((int)days) },
    };

    // Fractions count only from seconds down.
    private static long? Ticks(CalendarUnit unit, decimal amount) => unit switch
    {
        CalendarUnit.Hour => (long)decimal.Truncate(amount) * TimeSpan.TicksPerHour,
        CalendarUnit.Minute => (long)decimal.Truncate(amount) * TimeSpan.TicksPerMinute,
        CalendarUnit.Second => (long)(amount * TimeSpan.TicksPerSecond),
        CalendarUnit.Millisecond => (long)(amount * TimeSpan.TicksPerMillisecond),
        _ => null,
    };
}
