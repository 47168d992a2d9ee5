using System.Text;

namespace Vagus.Fhir.R4.Indexing;

/// <summary>Texts as search compares them: without case, diacritics and surplus blanks, and whole.</summary>
public static class SearchText
{
    private const int StackChars = 256;

    public static string Normalize(string text)
    {
        if (!Ascii.IsValid(text)) text = WithoutMarks(text);
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
