using System.Globalization;
using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>
/// A set of labels among the marks of a text: a mark and the number of the set, the mark alone for every category (as rows from before
/// there were categories have it), nothing for no label.
/// </summary>
internal static class LabelText
{
    public static string Write(char mark, Sensitivity labels) => labels switch
    {
        Sensitivity.None => "",
        Sensitivity.All => mark.ToString(),
        _ => string.Create(CultureInfo.InvariantCulture, $"{mark}{(long)labels}"),
    };

    public static Sensitivity Read(char mark, ReadOnlySpan<char> text)
    {
        var at = text.IndexOf(mark);
        if (at < 0) return Sensitivity.None;
        var digits = text[(at + 1)..];
        if (digits.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end) digits = digits[..end];
        // What cannot be read is hidden.
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? (Sensitivity)set : Sensitivity.All;
    }
}
