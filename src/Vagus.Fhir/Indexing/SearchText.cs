using System.Text;

namespace Vagus.Fhir.Indexing;

/// <summary>Texts as search compares them: without case, diacritics and surplus blanks.</summary>
public static class SearchText
{
    /// <summary>What is longer is cut, in the index and in a query alike.</summary>
    public const int Longest = 200;

    public static string Normalize(string text)
    {
        text = Cut(text, Longest * 2);
        if (!Ascii.IsValid(text)) text = WithoutMarks(text);
        Span<char> folded = stackalloc char[Longest];
        var length = 0;
        var blank = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                blank = length > 0;
                continue;
            }

            if (length + (blank ? 2 : 1) > Longest) break;
            if (blank) folded[length++] = ' ';
            blank = false;
            folded[length++] = char.ToLowerInvariant(c);
        }

        if (length > 0 && char.IsHighSurrogate(folded[length - 1])) length--;
        return folded[..length].SequenceEqual(text) ? text : folded[..length].ToString();
    }

    public static string Exact(string text) => Cut(text, Longest);

    /// <summary>The start of the text, never ending in half of a surrogate pair: no database takes that.</summary>
    internal static string Cut(string text, int longest)
    {
        if (text.Length <= longest) return text;
        return text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }

    private static string WithoutMarks(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (Diacritics.Bare(c) is { } bare) plain.Append(bare);
        }

        return plain.ToString();
    }
}
