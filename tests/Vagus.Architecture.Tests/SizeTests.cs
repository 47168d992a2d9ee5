using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

public sealed partial class SizeTests
{
    private const int MostLines = 400;
    private const int MostColumns = 140;

    [Fact]
    public void No_file_of_code_is_longer_than_400_lines()
    {
        var files = Repository.FilesEndingIn(".cs", ".ts", ".tsx", ".css", ".mjs", ".js").ToList();

        Assert.True(files.Count > 100, "The files of code were not found.");
        Findings.MustBeNone(files.Where(file => IsTooLong(Repository.Text(file))));
    }

    [Fact]
    public void A_file_of_401_lines_is_seen_and_one_of_400_is_not()
    {
        Assert.True(IsTooLong(string.Concat(Enumerable.Repeat("line\n", 401))));
        Assert.False(IsTooLong(string.Concat(Enumerable.Repeat("line\n", 400))));
    }

    [Fact]
    public void No_line_of_CSharp_is_wider_than_140_columns()
    {
        var files = Repository.FilesEndingIn(".cs").ToList();

        Assert.True(files.Count > 100, "The files of code were not found.");
        Findings.MustBeNone(files.SelectMany(file => WideLines(Repository.Text(file)).Select(line => $"{file}:{line}")));
    }

    [Fact]
    public void A_line_of_141_columns_is_seen_and_one_of_140_is_not()
    {
        Assert.Equal([2], WideLines($"short\n{new string('x', 141)}\n"));
        Assert.Empty(WideLines(new string('x', 140)));
    }

    [Fact]
    public void The_content_of_string_literals_does_not_count()
    {
        var text = new string('s', 200);

        Assert.Empty(WideLines($"Call(\"{text}\", $\"{text}\");\nvar sql = \"\"\"\n    {text}\n    \"\"\";\nvar one = \"\"\"{text}\"\"\";"));
        Assert.Equal([1], WideLines($"Call(\"\", {text});"));
    }

    private static bool IsTooLong(string text) => text.AsSpan().TrimEnd('\n').Count('\n') + 1 > MostLines;

    /// <summary>The numbers of the lines, from 1. SQL and JSON in literals keep their own shape.</summary>
    private static IEnumerable<int> WideLines(string text)
    {
        var isInLiteral = false;
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var wasInLiteral = isInLiteral;
            isInLiteral ^= RawQuotes().Count(line) % 2 == 1;
            if (!wasInLiteral && !isInLiteral && Literals().Replace(line, "\"\"").Length > MostColumns) yield return number;
        }
    }

    [GeneratedRegex("\"{3,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex RawQuotes();

    [GeneratedRegex("""
        "{3,}.*?"{3,}|"(\\.|[^"\\])*"
        """, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Literals();
}
