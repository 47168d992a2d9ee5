using System.Globalization;
using System.Text;

namespace Vagus.Storage.Searching;

/// <summary>
/// Words that a text has all of; the last one may be the beginning of a word where it has at least two letters or digits: a beginning of
/// one would match a large part of all texts. Words are taken as they are: nothing in them is an operator.
/// </summary>
public sealed record TextQuery
{
    public const int MostWords = 16;
    private const int ShortestBeginning = 2;

    private readonly string expression;

    /// <param name="words">As typed. What has neither a letter nor a digit is no word.</param>
    /// <param name="openOnly">Closed texts are not looked at.</param>
    public TextQuery(string words, bool openOnly)
    {
        var parts = Parts(words);
        var isBeginning = parts.Count > 0 && LengthOfEnd(parts[^1]) >= ShortestBeginning;
        expression = string.Join(' ', parts.Select(Quoted)) + (isBeginning ? "*" : "");
        OpenOnly = openOnly;
    }

    public bool OpenOnly { get; }

    public bool IsEmpty => expression.Length == 0;

    /// <summary>The expression for an index with the columns <c>open</c> and <c>closed</c>.</summary>
    internal string InIndex => OpenOnly ? $"open : ({expression})" : expression;

    /// <summary>The expression for one text.</summary>
    internal string InText => expression;

    /// <summary>How many words were typed.</summary>
    public static int Count(string words) => Parts(words).Count;

    private static List<string> Parts(string words) =>
        [.. words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => word.Any(char.IsLetterOrDigit))];

    /// <summary>
    /// Letters and digits of what an index takes for the last word of it: <c>a-b</c> is two words there. Accents that stand apart are of
    /// their letter.
    /// </summary>
    private static int LengthOfEnd(string word)
    {
        var (length, isOver) = (0, false);
        foreach (var rune in word.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune)) (length, isOver) = (isOver ? 1 : length + 1, false);
            else isOver |= Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark;
        }

        return length;
    }

    private static string Quoted(string word) => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
