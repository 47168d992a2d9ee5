using System.Globalization;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// A decimal as a text that sorts, byte by byte, as the numbers do, to the last digit and alike on both engines. A sign; the place of the
/// point, two digits; the digits without the zeros at the end. A negative number has the complement of these and a letter that ends it.
/// </summary>
internal static class DecimalKey
{
    /// <summary>Below every number: an open lower end.</summary>
    public const string Lowest = "";

    /// <summary>Above every number: an open upper end.</summary>
    public const string Highest = "3";

    private const string Zero = "1";
    private const int PointAtZero = 50;

    public static string Of(decimal value)
    {
        if (value == 0) return Zero;
        var digits = Math.Abs(value).ToString(CultureInfo.InvariantCulture);
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var place = (point < 0 ? digits.Length : point) + PointAtZero;
        digits = digits.Replace(".", "", StringComparison.Ordinal);
        var plain = digits.TrimStart('0');
        place -= digits.Length - plain.Length;
        plain = plain.TrimEnd('0');
        return value > 0
            ? string.Create(CultureInfo.InvariantCulture, $"2{place:00}{plain}")
            : string.Create(CultureInfo.InvariantCulture, $"0{99 - place:00}{Complement(plain)}~");
    }

    private static string Complement(string digits) =>
        string.Create(digits.Length, digits, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++) target[i] = (char)('9' - source[i] + '0');
        });
}
