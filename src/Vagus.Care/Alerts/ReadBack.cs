using System.Globalization;
using System.Text.RegularExpressions;
using Vagus.Events;

namespace Vagus.Care.Alerts;

/// <summary>
/// Whether the words that were read back name the value: the same number, or where there is none, the finding. A value that was heard wrong
/// is as dangerous as one that was not heard, so it is checked also where it need not be given.
/// </summary>
internal static partial class ReadBack
{
    public static bool Agrees(string? said, CriticalAlertDetails? details, bool isDemanded)
    {
        if (string.IsNullOrWhiteSpace(said)) return !isDemanded;
        if (details?.Value is { } value) return NumbersIn(said).Any(number => number == value);
        var finding = details?.ValueText ?? details?.CriticalReason;
        return finding is null || said.Contains(finding, StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<decimal> NumbersIn(string said) =>
        Number().Matches(said).Select(found => decimal.Parse(found.Value.Replace(',', '.'), CultureInfo.InvariantCulture));

    // At most as many digits as a decimal takes.
    [GeneratedRegex(@"-?\d{1,12}([.,]\d{1,12})?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
