namespace Vagus.Fhir.R4.Validation;

/// <summary>R4's date, dateTime, instant and time. Days must exist; a time of day in a dateTime needs seconds and a zone.</summary>
internal static class DateText
{
    private const int DateLength = 10;

    /// <summary><c>2024</c>, <c>2024-02</c> or <c>2024-02-29</c>.</summary>
    public static bool IsDate(ReadOnlySpan<byte> text)
    {
        if (!Digits(text, 0, 4, out var year) || year == 0)
        {
            return false;
        }

        if (text.Length == 4)
        {
            return true;
        }

        if (text.Length < 7 || text[4] != '-' || !Digits(text, 5, 2, out var month) || month is < 1 or > 12)
        {
            return false;
        }

        return text.Length == 7
            || (text.Length == DateLength && text[7] == '-' && Digits(text, 8, 2, out var day) && day >= 1
                && day <= DateTime.DaysInMonth(year, month));
    }

    public static bool IsDateTime(ReadOnlySpan<byte> text) => text.Length <= DateLength ? IsDate(text) : IsInstant(text);

    public static bool IsInstant(ReadOnlySpan<byte> text)
    {
        if (text.Length <= DateLength || text[DateLength] != 'T' || !IsDate(text[..DateLength]))
        {
            return false;
        }

        var time = text[(DateLength + 1)..];
        var zone = time.IndexOfAny("Z+-"u8);
        return zone >= 0 && IsTime(time[..zone]) && IsZone(time[zone..]);
    }

    /// <summary><c>23:59:60</c> is there for leap seconds, <c>24:00</c> is not.</summary>
    public static bool IsTime(ReadOnlySpan<byte> text)
    {
        if (text.Length < 8 || text[2] != ':' || text[5] != ':'
            || !Digits(text, 0, 2, out var hour) || !Digits(text, 3, 2, out var minute) || !Digits(text, 6, 2, out var second)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        return text.Length == 8 || (text[8] == '.' && text.Length > 9 && !text[9..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }

    private static bool IsZone(ReadOnlySpan<byte> text)
    {
        if (text[0] == 'Z')
        {
            return text.Length == 1;
        }

        return text.Length == 6 && text[3] == ':' && Digits(text, 1, 2, out var hour) && Digits(text, 4, 2, out var minute)
            && (hour <= 13 ? minute <= 59 : hour == 14 && minute == 0);
    }

    private static bool Digits(ReadOnlySpan<byte> text, int from, int count, out int number)
    {
        number = 0;
        if (text.Length < from + count)
        {
            return false;
        }

        foreach (var digit in text.Slice(from, count))
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return true;
    }
}
