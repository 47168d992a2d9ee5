using Vagus.Fhir.R4.Indexing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// The part of a text that the index is ordered by. PostgreSQL takes no index row of more than 2,704 bytes, so a longer text is found by
/// its start and then compared whole.
/// </summary>
internal static class TextPrefix
{
    /// <summary>In UTF-16 units: at most 600 bytes of UTF-8.</summary>
    public const int Longest = SearchText.LongestStart;

    public static string Of(string text) => SearchText.Cut(text, Longest);

    /// <summary>The whole text where it is longer than its prefix; null where the prefix is all of it.</summary>
    public static string? WholeOf(string text) => text.Length > Longest ? text : null;
}
