using System.Text;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Indexing;

/// <summary>Texts as search compares them: without case, diacritics and surplus blanks, and whole.</summary>
public static class SearchText
{
    /// <summary>In UTF-16 units: a text is found by the words of so much of it, and by its whole from the start on.</summary>
    public const int LongestStart = 200;

    private const int StackChars = 256;
    private const int MostParts = 6;

    public static string Normalize(string text)
    {
        text = Diacritics.Without(text);
        Span<char> folded = text.Length <= StackChars ? stackalloc char[StackChars] : new char[text.Length];
        var length = 0;
        var blank = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                blank = length > 0;
                continue;
            }

            if (blank) folded[length++] = ' ';
            blank = false;
            folded[length++] = char.ToLowerInvariant(c);
        }

        return folded[..length].SequenceEqual(text) ? text : folded[..length].ToString();
    }

    /// <summary>The start of the text, never ending in half of a surrogate pair: no database takes that.</summary>
    public static string Cut(string text, int longest)
    {
        if (text.Length <= longest) return text;
        return text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }

    /// <summary>
    /// A normalised text without its punctuation (R4 §3.1.1.4.8): apostrophes and points go, hyphens and the like part words, and a final
    /// sigma is a sigma.
    /// </summary>
    public static string Bare(string normalized)
    {
        var bare = new StringBuilder(normalized.Length);
        foreach (var letter in normalized)
        {
            if (letter is '\'' or '\u2019' or '\u02BC' or '`' or '\u00B4' or '.') continue;
            var plain = letter is '-' or '\u2010' or '\u2011' or '\u2013' or '/' or ',' ? ' ' : letter == 'ς' ? 'σ' : letter;
            if (plain != ' ' || (bare.Length > 0 && bare[^1] != ' ')) bare.Append(plain);
        }

        return bare.ToString().TrimEnd();
    }

    /// <summary>
    /// What a name is found by besides itself: without punctuation, and from each of its words on (<c>o'neil-smith</c>: <c>oneil smith</c>,
    /// <c>smith</c>).
    /// </summary>
    public static IEnumerable<string> PartsOf(string normalized)
    {
        var bare = Bare(normalized);
        if (bare != normalized && bare.Length > 0) yield return bare;
        var parts = 0;
        for (var blank = bare.IndexOf(' ', StringComparison.Ordinal); blank > 0 && parts < MostParts; parts++)
        {
            yield return bare[(blank + 1)..];
            blank = bare.IndexOf(' ', blank + 1);
        }
    }
}
