using System.Globalization;
using System.Text.RegularExpressions;
using Vagus.Care.Seeing;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Care.Alerts;

/// <summary>
/// Whether the words that were read back name the value: the same number, or where there is none, the finding. A value that was heard wrong
/// is as dangerous as one that was not heard, so it is checked also where it need not be given. It is compared with what the person sees:
/// an answer about a value that is hidden from the person would tell the value.
/// </summary>
internal static partial class ReadBack
{
    /// <summary>Null where the alert may be acknowledged with these words.</summary>
    public static Refusal? Refuse(string? said, Alert alert, SeenForm form)
    {
        var details = alert.ContentIn(form).Details;
        // A value that has to be read back and is hidden from the person cannot be read back by that person.
        if (alert is { Policy.ReadBack: true, Content.Details: not null } && details is null) return AlertRefusals.Restricted;
        return Agrees(said, details, alert.Policy.ReadBack) ? null : AlertRefusals.ReadBackDiffers;
    }

    private static bool Agrees(string? said, CriticalAlertDetails? details, bool isDemanded)
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
