using System.Globalization;
using Vagus.Fhir.R4.FhirPath.Functions;
using Vagus.Fhir.R4.FhirPath.Values;

namespace Vagus.Fhir.R4.FhirPath.Parsing;

/// <summary>Builds the tree of an expression by climbing its operators' precedence.</summary>
internal sealed class Parser
{
    private const int MaxLength = 20_000;
    private const int MaxDepth = 300;

    private readonly List<Token> tokens;
    private int at;
    private int nesting;

    private Parser(List<Token> tokens) => this.tokens = tokens;

    private Token Current => tokens[at];

    public static Node Parse(string expression)
    {
        if (expression.Length > MaxLength) throw new FhirPathException($"The expression is longer than {MaxLength} characters");
        var parser = new Parser(Lexer.Cut(expression));
        var tree = parser.Expression(0);
        return parser.Current.Kind is TokenKind.End ? tree : throw parser.Unexpected();
    }

    private Node Expression(int weakest)
    {
        if (++nesting > MaxDepth) throw TooDeep();
        var left = Unary();
        while (true)
        {
            var strength = Strength(Current);
            if (strength == 0 || strength <= weakest) break;
            var name = Take().Text;
            left = name is "is" or "as"
                ? Check(new TypeTest(Cast: name == "as", left, Type()))
                : Check(new Binary(name, left, Expression(strength)));
        }

        nesting--;
        return left;
    }

    private static int Strength(Token token) => token switch
    {
        { Kind: TokenKind.Symbol, Text: "=" or "~" or "!=" or "!~" } => 5,
        { Kind: TokenKind.Symbol, Text: "<" or ">" or "<=" or ">=" } => 6,
        { Kind: TokenKind.Symbol, Text: "|" } => 7,
        { Kind: TokenKind.Symbol, Text: "+" or "-" or "&" } => 9,
        { Kind: TokenKind.Symbol, Text: "*" or "/" } => 10,
        { Kind: TokenKind.Identifier, Text: "implies" } => 1,
        { Kind: TokenKind.Identifier, Text: "or" or "xor" } => 2,
        { Kind: TokenKind.Identifier, Text: "and" } => 3,
        { Kind: TokenKind.Identifier, Text: "in" or "contains" } => 4,
        { Kind: TokenKind.Identifier, Text: "is" or "as" } => 8,
        { Kind: TokenKind.Identifier, Text: "div" or "mod" } => 10,
        _ => 0,
    };

    private Node Unary()
    {
        if (!Current.Is("-") && !Current.Is("+")) return Postfix(Primary());
        if (++nesting > MaxDepth) throw TooDeep();
        var negative = Take().Text == "-";
        var sign = Check(new Sign(negative, Unary()));
        nesting--;
        return sign;
    }

    private Node Postfix(Node source)
    {
        while (true)
        {
            if (Current.Is("."))
            {
                Take();
                source = Current.Kind is TokenKind.Identifier or TokenKind.Delimited ? Invocation(source) : throw Unexpected();
            }
            else if (Current.Is("["))
            {
                Take();
                source = Check(new Indexer(source, Expression(0)));
                Expect("]");
            }
            else
            {
                return source;
            }
        }
    }

    private Node Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Text:
                Take();
                return new Literal(FhirPathValue.Of(token.Text));
            case TokenKind.Number:
                Take();
                return Number(token);
            case TokenKind.Moment:
                Take();
                return new Literal(FhirPathValue.Of(Moment.ParseLiteral(token.Text) ?? throw Unexpected(token)));
            case TokenKind.Variable:
                Take();
                return new Variable(token.Text);
            case TokenKind.Special:
                Take();
                return new Special(token.Text);
            case TokenKind.Identifier when token.Text is "true" or "false":
                Take();
                return new Literal(FhirPathValue.Of(token.Text == "true"));
            case TokenKind.Identifier or TokenKind.Delimited:
                return Invocation(source: null);
            default:
                return Bracketed();
        }
    }

    private Node Bracketed()
    {
        if (Current.Is("{"))
        {
            Take();
            Expect("}");
            return new Literal(Value: null);
        }

        Expect("(");
        var inner = Expression(0);
        Expect(")");
        return inner;
    }

    private Literal Number(Token token)
    {
        if (!decimal.TryParse(token.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            throw new FhirPathException($"The number at {token.Position} is too large");
        }

        if (Current.Kind is TokenKind.Text) return new Literal(FhirPathValue.Of(new Quantity(number, Take().Text)));
        if (Current.Kind is TokenKind.Identifier && CalendarUnit.Parse(Current.Text) is not null)
        {
            return new Literal(FhirPathValue.Of(new Quantity(number, Take().Text)));
        }

        if (token.Text.Contains('.', StringComparison.Ordinal)) return new Literal(FhirPathValue.Of(number));
        return number <= int.MaxValue
            ? new Literal(FhirPathValue.Of((int)number))
            : throw new FhirPathException($"The integer at {token.Position} is too large");
    }

    private Node Invocation(Node? source)
    {
        var name = Take();
        if (!Current.Is("(")) return Check(new Member(source, name.Text));
        Take();
        if (name.Text is "is" or "as")
        {
            var type = Type();
            Expect(")");
            return Check(new TypeTest(Cast: name.Text == "as", source, type));
        }

        var arguments = Arguments();
        var function = FunctionTable.Find(name.Text) ?? throw new FhirPathException($"There is no function '{name.Text}'");
        if (arguments.Count < function.Fewest || arguments.Count > function.Most)
        {
            throw new FhirPathException($"'{name.Text}' does not take {arguments.Count} arguments");
        }

        return Check(new Call(source, name.Text, arguments) { Function = function });
    }

    private List<Node> Arguments()
    {
        var arguments = new List<Node>();
        while (!Current.Is(")"))
        {
            if (arguments.Count > 0) Expect(",");
            arguments.Add(Expression(0));
        }

        Take();
        return arguments;
    }

    private TypeName Type()
    {
        var first = Name();
        if (!Current.Is(".")) return new TypeName(Namespace: null, first);
        // "value is System.Boolean" is a namespace; "(x as Period).start" has its dot after the bracket.
        if (first is not ("System" or "FHIR")) return new TypeName(Namespace: null, first);
        Take();
        return new TypeName(first, Name());
    }

    private string Name() => Current.Kind is TokenKind.Identifier or TokenKind.Delimited ? Take().Text : throw Unexpected();

    private Token Take() => tokens[at++];

    private void Expect(string symbol)
    {
        if (!Current.Is(symbol)) throw Unexpected();
        at++;
    }

    // A long chain of operators nests to the left without nesting the parser, so the tree is measured too.
    private static T Check<T>(T node)
        where T : Node => node.Depth <= MaxDepth ? node : throw TooDeep();

    private static FhirPathException TooDeep() => new($"The expression nests deeper than {MaxDepth}");

    private FhirPathException Unexpected() => Unexpected(Current);

    private static FhirPathException Unexpected(Token token) => new($"Unexpected '{token.Text}' at {token.Position}");
}
