using System.Text;

namespace Vagus.Fhir.Indexing;

/// <summary>Texts as search compares them: without case, diacritics and surplus blanks.</summary>
public static class SearchText
{
    /// <summary>What is longer is cut, in the index and in a query alike.</summary>
    public const int Longest = 200;

    public static string Normalize(string text)
    {
        if (text.Length > Longest * 2) text = text[..(Longest * 2)];
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

        return folded[..length].SequenceEqual(text) ? text : folded[..length].ToString();
    }

    public static string Exact(string text) => text.Length <= Longest ? text : text[..Longest];

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
