using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vagus.Architecture.Tests;

/// <summary>The limits of methods and classes that CONTRIBUTING names, on the code that is shipped.</summary>
public sealed class MethodTests
{
    private const int MostLines = 50;
    private const int MostParameters = 7;

    /// <summary>A list of rows, each of one line, is read from top to bottom: no part of it would get a better name.</summary>
    private static readonly string[] Tables =
    [
        "src/Vagus.Events/EventCatalogue.Rows.cs: Rows", "src/Vagus.Events/EventCatalogue.When.cs: Sentences",
        "src/Vagus.Fhir/FhirFeature.cs: AddFhir", "src/Vagus.Fhir/FhirFeature.cs: MapFhir",
    ];

    /// <summary>Two tables that are long. There is no other.</summary>
    private static readonly string[] InSeveralFiles = ["Vagus.Events.EventCatalogue`0", "Vagus.Events.EventExamples`0"];

    private static readonly Lazy<List<(string File, SyntaxNode Root)>> Sources = new(() =>
        [.. Repository.FilesEndingIn(".cs").Where(file => file.StartsWith("src/", StringComparison.Ordinal))
            .Select(file => (file, Parse(Repository.Text(file))))]);

    [Fact]
    public void No_method_is_longer_than_50_lines()
    {
        Assert.True(Sources.Value.Count > 500, "The code was not found.");
        var found = Sources.Value.SelectMany(source => LongMethods(source.Root).Select(name => $"{source.File}: {name}")).ToList();

        Assert.All(Tables, table => Assert.Contains(found, each => each.StartsWith(table, StringComparison.Ordinal)));
        Findings.MustBeNone(found.Where(each => !Tables.Any(table => each.StartsWith(table + " has", StringComparison.Ordinal))));
    }

    [Fact]
    public void No_method_takes_more_than_7_parameters() =>
        Findings.MustBeNone(Sources.Value.SelectMany(source => WideMethods(source.Root).Select(name => $"{source.File}: {name}")));

    [Fact]
    public void A_class_is_written_in_one_file()
    {
        var declared = Sources.Value.SelectMany(source => Types(source.Root).Select(type => (type, source.File)))
            .GroupBy(each => each.type, each => each.File)
            .Where(group => group.Distinct().Count() > 1)
            .ToList();

        Assert.All(InSeveralFiles, name => Assert.Contains(declared, group => group.Key == name));
        Findings.MustBeNone(declared.Where(group => !InSeveralFiles.Contains(group.Key)).Select(group => $"{group.Key}: {string.Join(", ", group.Distinct())}"));
    }

    [Theory]
    [InlineData(50, 0)]
    [InlineData(51, 1)]
    public void A_method_is_counted_from_its_name_to_its_end(int lines, int found)
    {
        var body = string.Concat(Enumerable.Repeat("        Call();\n", lines - 3));
        var root = Parse($"class C\n{{\n    [A]\n    void M()\n    {{\n{body}    }}\n}}\n");

        Assert.Equal(found, LongMethods(root).Count());
    }

    [Fact]
    public void Text_in_a_method_is_no_code_of_it()
    {
        var text = string.Concat(Enumerable.Repeat("        select 1\n", 60));

        Assert.Empty(LongMethods(Parse($"class C\n{{\n    void M() => Call(\"\"\"\n{text}        \"\"\");\n}}\n")));
    }

    [Fact]
    public void Eight_parameters_are_seen_and_seven_are_not()
    {
        static string With(int count) => $"class C {{ void M({string.Join(", ", Enumerable.Range(0, count).Select(at => $"int p{at}"))}) {{ }} }}";

        Assert.Single(WideMethods(Parse(With(8))));
        Assert.Empty(WideMethods(Parse(With(7))));
    }

    private static SyntaxNode Parse(string text) => CSharpSyntaxTree.ParseText(text).GetRoot();

    private static IEnumerable<string> LongMethods(SyntaxNode root) =>
        Methods(root).Where(method => LinesOf(method) > MostLines).Select(method => $"{NameOf(method)} has {LinesOf(method)} lines");

    private static IEnumerable<string> WideMethods(SyntaxNode root) =>
        Methods(root).Where(method => ParametersOf(method) > MostParameters)
            .Select(method => $"{NameOf(method)} takes {ParametersOf(method)} parameters");

    private static IEnumerable<SyntaxNode> Methods(SyntaxNode root) =>
        root.DescendantNodes().Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax);

    private static IEnumerable<string> Types(SyntaxNode root) =>
        root.DescendantNodes().OfType<TypeDeclarationSyntax>()
            .Select(type => string.Join('.', type.AncestorsAndSelf().Select(Part).Where(part => part.Length > 0).Reverse()));

    private static string Part(SyntaxNode node) => node switch
    {
        BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
        TypeDeclarationSyntax type => $"{type.Identifier.Text}`{type.TypeParameterList?.Parameters.Count ?? 0}",
        _ => "",
    };

    private static int LinesOf(SyntaxNode method)
    {
        var span = method.SyntaxTree.GetLineSpan(TextSpanOf(method));
        var texts = method.DescendantTokens()
            .Where(token => token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken) || token.IsKind(SyntaxKind.InterpolatedStringTextToken))
            .Sum(token => token.Text.AsSpan().Count('\n'));
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1 - texts;
    }

    // Attributes and comments before it are not what it does.
    private static Microsoft.CodeAnalysis.Text.TextSpan TextSpanOf(SyntaxNode method) => method switch
    {
        BaseMethodDeclarationSyntax { AttributeLists.Count: > 0 } declared =>
            Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(declared.AttributeLists.FullSpan.End, declared.Span.End),
        _ => method.Span,
    };

    private static int ParametersOf(SyntaxNode method) => method switch
    {
        ConstructorDeclarationSyntax => 0,
        BaseMethodDeclarationSyntax declared => declared.ParameterList.Parameters.Count,
        LocalFunctionStatementSyntax local => local.ParameterList.Parameters.Count,
        _ => 0,
    };

    private static string NameOf(SyntaxNode method) => method switch
    {
        MethodDeclarationSyntax declared => declared.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        _ => method.Kind().ToString(),
    };
}
