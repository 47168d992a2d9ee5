using Vagus.Fhir.R4.Indexing;

namespace Vagus.Fhir.R4.Criteria;

/// <summary>Words that must all be in the text (<c>_text</c>, <c>_content</c>).</summary>
public sealed record WordsTerm(IReadOnlyList<AskedWord> Words) : SearchTerm
{
    private const int MostWords = 16;

    /// <summary><c>severe pneumo*</c>; null: no words, or too many of them.</summary>
    public static WordsTerm? Read(string text)
    {
        var words = new List<AskedWord>();
        foreach (var part in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            List<string> found = [.. ResourceWords.In(part)];
            for (var each = 0; each < found.Count; each++)
                words.Add(new AskedWord(found[each], IsStart: each == found.Count - 1 && part.EndsWith('*')));
        }

        return words.Count is 0 or > MostWords ? null : new WordsTerm([.. words.Distinct()]);
    }

    // Words are in no values of the index.
    internal override bool Holds(IndexedValues values, int parameter) => false;
}

/// <summary>A word, or the start of one.</summary>
public readonly record struct AskedWord(string Text, bool IsStart);
