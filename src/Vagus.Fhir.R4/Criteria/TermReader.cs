using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
namespace Vagus.Fhir.R4.Criteria;

/// <summary>Reads one alternative of a token, reference or string parameter; null is no such value.</summary>
internal static class TermReader
{
    // SQLite takes patterns of at most 50,000 bytes; a character is three, or two when it is escaped.
    private const int LongestPart = 10_000;
    // What is read in place of a code is indexed by its start.
    private const int LongestTokenText = 200;

    public static TokenTerm? Token(string text, bool ignoreSystem)
    {
        var parts = Escaped.Split(text, '|');
        if (parts.Count > 2) return null;
        var code = Escaped.Plain(parts[^1]);
        if (parts.Count == 1) return new TokenTerm(AnySystem: true, System: null, code);
        var system = Escaped.Plain(parts[0]);
        if (system.Length == 0 && code.Length == 0) return null;
        return new TokenTerm(ignoreSystem && code.Length > 0, system.Length == 0 ? null : system, code.Length == 0 ? null : code);
    }

    /// <summary><c>system|code|value</c>; all but the system must be there.</summary>
    public static TypedIdentifierTerm? OfType(string text)
    {
        if (Escaped.Split(text, '|') is not [var system, { Length: > 0 } code, { Length: > 0 } value]) return null;
        return new TypedIdentifierTerm(system.Length == 0 ? null : Escaped.Plain(system), Escaped.Plain(code), Escaped.Plain(value));
    }

    public static TokenTextTerm? TokenText(string text)
    {
        var normalized = SearchText.Normalize(Escaped.Plain(text));
        return normalized.Length is 0 or > LongestTokenText ? null : new TokenTextTerm(normalized);
    }

    /// <summary>URNs have no hierarchy (R4 search, "uri").</summary>
    public static UriTerm? Uri(string text, UriMatch match)
    {
        var plain = Escaped.Plain(text);
        return match is not UriMatch.Exact && plain.StartsWith("urn:", StringComparison.Ordinal) ? null : new UriTerm(match, plain);
    }

    public static ReferenceTerm? Reference(string text, string[] targets, OwnBases own)
    {
        var plain = Escaped.Plain(text);
        if (Known(plain, own) is { } known) return known;
        if (!ReferenceText.IsId(plain)) return null;
        return new ReferenceTerm(targets is [var only] ? only : null, plain, Url: null);
    }

    /// <summary>
    /// With the modifier <c>:Patient</c> an id is that of a Patient, and a reference to anything else is a contradiction.
    /// </summary>
    public static ReferenceTerm? Reference(string text, string type, OwnBases own)
    {
        var plain = Escaped.Plain(text);
        if (Known(plain, own) is { } known) return known.Type is null || known.Type == type ? known : null;
        return ReferenceText.IsId(plain) ? new ReferenceTerm(type, plain, Url: null) : null;
    }

    private static ReferenceTerm? Known(string text, OwnBases own)
    {
        var parsed = ReferenceText.Parse(text);
        if (parsed.Id is not null && parsed.IsLocal(own)) return new ReferenceTerm(parsed.Type, parsed.Id, Url: null);
        return text.Contains(':', StringComparison.Ordinal)
            ? new ReferenceTerm(parsed.Type, Id: null, ReferenceText.WithoutVersion(text)) : null;
    }

    public static StringTerm? Text(string text, StringMatch match)
    {
        var plain = Escaped.Plain(text);
        if (match is StringMatch.Exact) return new StringTerm(match, plain);
        var normalized = SearchText.Normalize(plain);
        var tooLong = match is StringMatch.Contains && normalized.Length > LongestPart;
        return normalized.Length == 0 || tooLong ? null : new StringTerm(match, normalized);
    }
}
