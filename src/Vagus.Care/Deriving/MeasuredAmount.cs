using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vagus.Care.Deriving.Reading;

namespace Vagus.Care.Deriving;

/// <summary>A number that was measured, or the bound of one: analysers report <c>&gt; 400</c> beyond what they measure.</summary>
/// <param name="Value">The number, as it is written.</param>
/// <param name="Comparator">On which side of it the value lies; null: it is the value.</param>
/// <param name="Unit">Null: it has none.</param>
internal sealed partial record MeasuredAmount(decimal Value, string? Comparator, string? Unit)
{
    // Longer texts are findings.
    private const int LongestText = 60;

    /// <summary>The value lies there or above.</summary>
    public bool IsLowerBound => Comparator is ">" or ">=";

    /// <summary>The value lies there or below.</summary>
    public bool IsUpperBound => Comparator is "<" or "<=";

    /// <summary>Null: no number was measured, or only its words are there.</summary>
    public static MeasuredAmount? Of(JsonElement measured)
    {
        if (measured.Child("valueQuantity") is { } quantity)
        {
            // The code is the unit; people write the display as they like.
            return quantity.Number("value") is { } value
                ? new(value, quantity.Text("comparator"), quantity.Text("code") ?? quantity.Text("unit")) : null;
        }

        if (measured.Number("valueInteger") is { } whole) return new(whole, null, null);
        return measured.Text("valueString") is { Length: <= LongestText } text ? Parse(text) : null;
    }

    private static MeasuredAmount? Parse(string text)
    {
        var match = Written().Match(text);
        if (!match.Success) return null;
        var (comparator, unit) = (match.Groups["comparator"].Value, match.Groups["unit"].Value);
        var value = decimal.Parse(match.Groups["value"].Value, NumberStyles.Number, CultureInfo.InvariantCulture);
        return new(value, Comparing(comparator), unit.Length == 0 ? null : unit);
    }

    private static string? Comparing(string written) => written switch
    {
        "" => null,
        "\u2264" or "=<" => "<=",
        "\u2265" or "=>" => ">=",
        _ => written,
    };

    // A unit has no space inside but "mm Hg" and "pH units"; "7.5 on ice" is no measurement in "on ice".
    [GeneratedRegex(
        """
        ^\s* (?<comparator><=|>=|=<|=>|<|>|\u2264|\u2265)? \s* (?<value>-?[0-9]{1,12}(\.[0-9]{1,12})?)
        \s* (?<unit>(mm[ ]Hg|pH[ ]units|[^\s0-9][^\s]{0,19})?) \s*$
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Written();
}
