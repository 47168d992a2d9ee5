using System.Globalization;

namespace Vagus.Fhir.Api.Tests.Searching.Naive;

/// <summary>A date of FHIR as the instants that it stands for, worked out by the calendar of the runtime.</summary>
internal sealed record NaiveDate(DateTimeOffset Low, DateTimeOffset High)
{
    public static NaiveDate? Parse(string text)
    {
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        foreach (var (form, next) in (IEnumerable<(string, Func<DateTimeOffset, DateTimeOffset>)>)
        [
            ("yyyy", low => low.AddYears(1)), ("yyyy-MM", low => low.AddMonths(1)), ("yyyy-MM-dd", low => low.AddDays(1)),
            ("yyyy-MM-dd'T'HH:mmK", low => low.AddMinutes(1)), ("yyyy-MM-dd'T'HH:mm:ssK", low => low.AddSeconds(1)),
            ("yyyy-MM-dd'T'HH:mm:ss.fffK", low => low.AddMilliseconds(1)), ("yyyy-MM-dd'T'HH:mm:ss.ffffffK", low => low.AddMicroseconds(1)),
        ])
        {
            if (DateTimeOffset.TryParseExact(text, form, CultureInfo.InvariantCulture, styles, out var low))
                return new NaiveDate(low, next(low));
        }

        return null;
    }
}
