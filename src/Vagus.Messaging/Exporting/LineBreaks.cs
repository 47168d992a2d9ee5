namespace Vagus.Messaging.Exporting;

/// <summary>Where a line of text ends that has to fit into a width. Pure but for the question whether a part fits.</summary>
internal static class LineBreaks
{
    /// <summary>More characters than a line of any page has: longer texts are not measured as a whole.</summary>
    private const int Widest = 400;

    /// <summary>How many characters the first line takes: whole words, or, of a word that is wider than a line, as much as fits.</summary>
    public static int Fitting(string text, Func<string, bool> fits)
    {
        if (text.Length == 0 || (text.Length <= Widest && fits(text))) return text.Length;
        // The longest beginning that fits; no part that is longer fits.
        var (fitting, tooLong) = (0, Math.Min(text.Length, Widest));
        while (tooLong - fitting > 1)
        {
            var middle = (fitting + tooLong) / 2;
            if (fits(text[..middle])) fitting = middle;
            else tooLong = middle;
        }

        if (fitting > 0 && char.IsHighSurrogate(text[fitting - 1])) fitting--;
        if (fitting == 0) return char.IsHighSurrogate(text[0]) && text.Length > 1 ? 2 : 1;
        if (text[fitting] == ' ') return fitting;
        var space = text.LastIndexOf(' ', fitting - 1);
        return space > 0 ? space + 1 : fitting;
    }
}
