namespace Vagus.Fhir.R4.FhirPath.Parsing;

internal enum TokenKind
{
    Identifier,
    Delimited,
    Text,
    Number,
    Moment,
    Variable,
    Special,
    Symbol,
    End,
}

/// <summary>One word of an expression. <see cref="Text"/> is unescaped and without its delimiters.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    public bool Is(string symbol) => Kind is TokenKind.Symbol && Text == symbol;
}
