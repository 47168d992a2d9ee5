using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Searching;

/// <summary>The conditions of one term on an index row <c>x</c>, of which one must hold; each is a query of its own.</summary>
internal static class TermSql
{
    // The highest code point: every text that starts with a prefix sorts before prefix + this.
    private const string Highest = "\U0010FFFF";

    public static string[] Of(SqlText text, SearchTerm term) => term switch
    {
        StringTerm { Match: StringMatch.Contains } part => Part(text, $"%{Escaped(part.Text)}%"),
        _ => [Only(text, term)],
    };

    private static string Only(SqlText text, SearchTerm term) => term switch
    {
        TokenTerm token => Token(text, token),
        ReferenceTerm { Url: { } url } => $"x.target_id = {text.Value(IndexKey.Of(url))}",
        ReferenceTerm { Type: { } type } reference => $"(x.target_id = {text.Value(reference.Id)} and x.target_type = {text.Value(type)})",
        ReferenceTerm reference => $"x.target_id = {text.Value(reference.Id)}",
        StringTerm { Match: StringMatch.Prefix } prefix => Prefix(text, prefix.Text),
        // Equal texts fold alike: the index finds the few that do, the whole text decides.
        StringTerm exact => $"({StartsAs(text, SearchText.Normalize(exact.Text))} and x.exact = {text.Value(exact.Text)})",
        DateTerm date => DateSql.OfRange(text, date),
        _ => throw new ArgumentOutOfRangeException(nameof(term)),
    };

    private static string[] Part(SqlText text, string pattern) =>
        [$"x.folded like {text.Value(pattern)} escape '\\'", $"x.whole is not null and x.whole like {text.Value(pattern)} escape '\\'"];

    private static string Prefix(SqlText text, string prefix)
    {
        if (TextPrefix.WholeOf(prefix) is null) return $"(x.folded >= {text.Value(prefix)} and x.folded < {text.Value(prefix + Highest)})";
        return $"({StartsAs(text, prefix)} and x.whole >= {text.Value(prefix)} and x.whole < {text.Value(prefix + Highest)})";
    }

    private static string StartsAs(SqlText text, string folded) => $"x.folded = {text.Value(TextPrefix.Of(folded))}";

    private static string Token(SqlText text, TokenTerm token)
    {
        var code = token.Code is null ? null : $"x.code = {text.Value(IndexKey.Of(token.Code))}";
        if (token.AnySystem) return code ?? "true";
        var system = token.System is null ? "x.system is null" : $"x.system = {text.Value(token.System)}";
        return code is null ? system : $"({code} and {system})";
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
}
