namespace Vagus.Storage.Searching;

/// <summary>
/// Words that a text has all of; the last one may be the beginning of a word. Words are taken as they are: nothing in them is an operator.
/// </summary>
public sealed record TextQuery
{
    public const int MostWords = 16;

    private readonly string expression;

    /// <param name="words">As typed. What has neither a letter nor a digit is no word.</param>
    /// <param name="openOnly">Closed texts are not looked at.</param>
    public TextQuery(string words, bool openOnly)
    {
        var parts = Parts(words);
        expression = parts.Count == 0 ? "" : string.Join(' ', parts.Select(Quoted)) + "*";
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

    private static string Quoted(string word) => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
