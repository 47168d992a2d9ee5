using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vagus.Fhir.R4.FhirPath.Parsing;

/// <summary>Cuts an expression into tokens (FHIRPath N1, appendix "Formal Specifications").</summary>
internal sealed partial class Lexer(string text)
{
    private readonly List<Token> tokens = [];
    private int at;

    public static List<Token> Cut(string text) => new Lexer(text).Cut();

    private List<Token> Cut()
    {
        while (true)
        {
            SkipBlanks();
            if (at >= text.Length) break;
            tokens.Add(Next());
        }

        tokens.Add(new Token(TokenKind.End, "end of expression", text.Length));
        return tokens;
    }

    private Token Next()
    {
        var start = at;
        var c = text[at];
        if (IsLetter(c)) return new Token(TokenKind.Identifier, Word(), start);
        if (char.IsAsciiDigit(c)) return new Token(TokenKind.Number, Take(Number()), start);
        return c switch
        {
            '\'' => new Token(TokenKind.Text, Quoted('\''), start),
            '`' => new Token(TokenKind.Delimited, Quoted('`'), start),
            '@' => new Token(TokenKind.Moment, Take(Moment())[1..], start),
            '%' => Variable(start),
            '$' => Special(start),
            _ => Symbol(start),
        };
    }

    private Token Variable(int start)
    {
        at++;
        if (at < text.Length && text[at] is '`' or '\'') return new Token(TokenKind.Variable, Quoted(text[at]), start);
        var name = Word();
        return name.Length > 0 ? new Token(TokenKind.Variable, name, start) : throw Unexpected(start);
    }

    private Token Special(int start)
    {
        at++;
        var name = Word();
        return name is "this" or "index" or "total" ? new Token(TokenKind.Special, name, start) : throw Unexpected(start);
    }

    private Token Symbol(int start)
    {
        if (at + 1 < text.Length && text.Substring(at, 2) is "<=" or ">=" or "!=" or "!~")
        {
            at += 2;
            return new Token(TokenKind.Symbol, text.Substring(start, 2), start);
        }

        if (!".,()[]{}+-*/&|<>=~".Contains(text[at], StringComparison.Ordinal)) throw Unexpected(start);
        at++;
        return new Token(TokenKind.Symbol, text[start].ToString(), start);
    }

    private void SkipBlanks()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (string.CompareOrdinal(text, at, "//", 0, 2) == 0)
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end + 1;
            }
            else if (string.CompareOrdinal(text, at, "/*", 0, 2) == 0)
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? throw new FhirPathException($"The comment at {at} is not closed") : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private string Word()
    {
        var start = at;
        if (at < text.Length && IsLetter(text[at]))
        {
            while (at < text.Length && (IsLetter(text[at]) || char.IsAsciiDigit(text[at]))) at++;
        }

        return text[start..at];
    }

    private string Take(Regex shape)
    {
        foreach (var match in shape.EnumerateMatches(text.AsSpan(at)))
        {
            var taken = text.Substring(at, match.Length);
            at += match.Length;
            return taken;
        }

        throw Unexpected(at);
    }

    private string Quoted(char quote)
    {
        var start = at++;
        var plain = new StringBuilder();
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == quote) return plain.ToString();
            plain.Append(c == '\\' ? Escaped() : c);
        }

        throw new FhirPathException($"The text at {start} is not closed");
    }

    private char Escaped()
    {
        if (at >= text.Length) throw Unexpected(at - 1);
        var c = text[at++];
        return c switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\f',
            '\'' or '"' or '`' or '\\' or '/' => c,
            'u' => CodeUnit(),
            _ => throw new FhirPathException($"Unknown escape at {at - 2}"),
        };
    }

    private char CodeUnit()
    {
        if (at + 4 > text.Length
            || !ushort.TryParse(text.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
        {
            throw new FhirPathException($"Unknown escape at {at - 2}");
        }

        at += 4;
        return (char)unit;
    }

    private FhirPathException Unexpected(int position) =>
        new(position < text.Length ? $"Unexpected '{text[position]}' at {position}" : $"Unexpected end at {position}");

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c == '_';

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)?", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Number();

    [GeneratedRegex(
        @"^@(T[0-9]{2}(:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?|[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?(T([0-9]{2}(:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Moment();
}
