using System.Text.RegularExpressions;

namespace Vagus.Messaging.Canned;

/// <summary>
/// The places of a canned response that are filled for each patient. <c>{{patient.firstName}}</c> is one of the declared
/// <see cref="Variables"/>, with a text behind a bar for those of whom it is not known: <c>{{patient.firstName|there}}</c>. What stands in
/// square brackets, <c>[which medicine]</c>, is for the writer to fill. Pure.
/// </summary>
internal static partial class Placeholders
{
    /// <summary>What may stand in braces.</summary>
    public static readonly IReadOnlyList<string> Variables =
        ["patient.firstName", "patient.lastName", "patient.name", "staff.name", "clinic.name", "clinic.phone"];

    /// <summary>The first name in braces that is no variable; null where there is none.</summary>
    public static string? Unknown(string text) =>
        Braces().Matches(text).Select(match => match.Groups["name"].Value.Trim()).FirstOrDefault(name => !Variables.Contains(name));

    /// <summary>With what is known put in its place; a variable without a value and without a fallback stays.</summary>
    public static string Fill(string text, Func<string, string?> valueOf) => Braces().Replace(text, match =>
    {
        if (valueOf(match.Groups["name"].Value.Trim()) is { Length: > 0 } value) return value;
        return match.Groups["fallback"] is { Success: true } fallback ? fallback.Value.Trim() : match.Value;
    });

    /// <summary>
    /// True where something is still to be filled: two braces with anything in them, or square brackets with a word of two letters or
    /// dots. A link of Markdown and a single letter in brackets are no such place.
    /// </summary>
    public static bool IsUnfilled(string text)
    {
        if (AnyBraces().IsMatch(text)) return true;
        // By hand: a pattern with letters anywhere between the brackets takes the square of a long text's length.
        for (var from = text.IndexOf('[', StringComparison.Ordinal); from >= 0; from = text.IndexOf('[', from + 1))
        {
            var end = text.AsSpan(from + 1).IndexOfAny("[]\r\n");
            if (end < 0) return false;
            var until = from + 1 + end;
            if (text[until] == ']' && !IsLink(text, until) && AsksForWords(text.AsSpan(from + 1, end))) return true;
        }

        return false;
    }

    private static bool IsLink(string text, int end) => end + 1 < text.Length && text[end + 1] == '(';

    private static bool AsksForWords(ReadOnlySpan<char> between)
    {
        var blank = between.Trim();
        if (blank is "…" || (blank.Length > 1 && !blank.ContainsAnyExcept('.', '_'))) return true;
        for (var at = 1; at < between.Length; at++)
        {
            if (char.IsLetter(between[at - 1]) && char.IsLetter(between[at])) return true;
        }

        return false;
    }

    [GeneratedRegex(
        @"\{\{(?<name>[^{}|\r\n]*)(\|(?<fallback>[^{}\r\n]*))?\}\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Braces();

    [GeneratedRegex(@"\{\{[^{}]*\}\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AnyBraces();
}
