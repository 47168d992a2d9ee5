using Vagus.Fhir.R4.FhirPath.Parsing;

namespace Vagus.Fhir.R4.FhirPath;

/// <summary>
/// Whether an expression that comes from outside may be given to an engine that has no limits. The tree decides and not the text, so that
/// blanks and comments hide nothing.
/// </summary>
public static class ForeignExpression
{
    /// <summary>Characters of an expression.</summary>
    public const int Longest = 2_000;

    // A recursive parser takes many frames for one bracket.
    private const int DeepestBrackets = 32;
    private const int DeepestTree = 100;

    // Of functions that ask each item: two of them nested are the square of what the resource holds.
    private const int DeepestLoops = 2;

    private static readonly string[] Clocks = ["now", "today", "timeOfDay"];

    private static readonly string[] Patterns = ["matches", "matchesFull", "replaceMatches"];

    // What they answer grows with each call: select() could double a text as often as it stands in the expression.
    private static readonly string[] Growing = ["select", "repeat", "descendants", "combine"];

    private static readonly string[] Loops = ["where", "all", "exists", "select", "repeat", "descendants", "sort"];

    // aggregate() and replace() multiply, repeat() of anything but a path has no end, and the others are of no use to an invariant.
    private static readonly string[] Closed = ["aggregate", "replace", "encode", "decode", "escape", "unescape", "power", "trace"];

    /// <summary>Why the expression is not run, to be read after its name; null where it is.</summary>
    public static string? Problem(string expression)
    {
        if (expression.Length > Longest) return $"is longer than {Longest} characters";
        if (FhirPathExpression.TryCompile(expression, out _) is not { Tree: var tree }) return "is no FHIRPath that is known here";
        if (tree.Depth > DeepestTree || BracketsOf(expression) > DeepestBrackets) return "nests too deeply";
        var calls = tree.All().OfType<Call>().ToList();
        if (calls.Exists(call => Patterns.Contains(call.Name, StringComparer.Ordinal))) return "uses a pattern";
        if (calls.Find(call => Closed.Contains(call.Name, StringComparer.Ordinal)) is { } closed) return $"calls {closed.Name}()";
        if (calls.Exists(call => call.Name == "repeat" && !call.Arguments.All(IsPath))) return "repeats what is no path";
        if (calls.Count(call => Growing.Contains(call.Name, StringComparer.Ordinal)) > 1 || LoopsOf(tree) > DeepestLoops)
            return "may cost too much";
        return null;
    }

    /// <summary>Whether its value depends on when it is asked. The expression is one that is run.</summary>
    public static bool AsksTheClock(string expression) =>
        FhirPathExpression.Compile(expression).Tree.All().OfType<Call>().Any(call => Clocks.Contains(call.Name, StringComparer.Ordinal));

    private static int BracketsOf(string expression)
    {
        var (open, most) = (0, 0);
        foreach (var token in Lexer.Cut(expression))
        {
            if (token.Is("(") || token.Is("[") || token.Is("{")) most = Math.Max(most, ++open);
            else if (token.Is(")") || token.Is("]") || token.Is("}")) open--;
        }

        return most;
    }

    private static bool IsPath(Node argument) => argument.All().All(node => node is Member or Binary { Operator: "|" });

    /// <summary>The most functions that are nested and ask each item. A source is not nested in the function that it is of.</summary>
    private static int LoopsOf(Node node)
    {
        if (node is not Call call) return node.Parts().Select(LoopsOf).DefaultIfEmpty().Max();
        var own = Loops.Contains(call.Name, StringComparer.Ordinal) && (call.Arguments.Count > 0 || call.Name == "descendants") ? 1 : 0;
        var nested = own + call.Arguments.Select(LoopsOf).DefaultIfEmpty().Max();
        return Math.Max(nested, call.Source is { } source ? LoopsOf(source) : 0);
    }
}
