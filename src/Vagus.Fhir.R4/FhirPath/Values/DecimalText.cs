using System.Globalization;

namespace Vagus.Fhir.R4.FhirPath.Values;

/// <summary>Decimals in text: <c>(+|-)?digits(.digits)?</c>, so neither <c>.1</c> nor <c>1.</c> (FHIRPath N1 §5.5).</summary>
internal static class DecimalText
{
    public static decimal? Parse(ReadOnlySpan<char> text)
    {
        var digits = text is ['+' or '-', ..] ? text[1..] : text;
        if (digits is not [>= '0' and <= '9', .., >= '0' and <= '9'] and not [>= '0' and <= '9']) return null;
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return decimal.TryParse(text, style, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
