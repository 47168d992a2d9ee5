using System.Globalization;

namespace Vagus.Care.Deriving;

/// <summary>A measured value as a sentence has it.</summary>
internal static class ValueSpelling
{
    /// <summary>The number, or the words where it has none; the words of a bound say on which side the value lies. Null: neither.</summary>
    public static string? Of(decimal? value, string? unit, string? text) => text is ['<' or '>', ..] ? text : Of(value, unit) ?? text;

    public static string? Of(decimal? value, string? unit) =>
        value is { } number ? $"{number.ToString("G29", CultureInfo.InvariantCulture)} {unit}".TrimEnd() : null;
}
