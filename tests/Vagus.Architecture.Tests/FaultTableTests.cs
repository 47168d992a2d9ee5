using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

/// <summary>Each fault of docs/operations/faults.md, and each requirement of a guide that is listed, has a test that exists.</summary>
public sealed partial class FaultTableTests
{
    private const string Table = "docs/operations/faults.md";

    [Theory]
    [InlineData(Table)]
    [InlineData("docs/guides/subscriptions-requirements.md")]
    public void Each_row_names_a_test_that_exists(string table) => Findings.MustBeNone(Unheld(Repository.Text(table), TextOf));

    [Fact]
    public void A_row_without_a_test_and_a_test_that_is_gone_are_seen()
    {
        const string text = """
            | fault | passed when | test |
            |---|---|---|
            | one | it holds | `RealTests.Holds` |
            | two | it holds | `RealTests.Held` |
            | three | it holds | `GoneTests` |
            | four | it holds | |
            | five | it holds | the same |
            """;

        Assert.Equal(
            [$"{Table}: RealTests.Held", $"{Table}: GoneTests", $"{Table}: four has no test"],
            Unheld(text, name => name == "RealTests" ? "public async Task Holds()" : null));
    }

    private static IEnumerable<string> Unheld(string table, Func<string, string?> textOf)
    {
        foreach (var row in table.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1))
        {
            var cells = row.Trim().Trim('|').Split(" |");
            var held = cells[^1].Trim();
            if (held.Length == 0) yield return $"{Table}: {cells[0].Trim()} has no test";
            foreach (Match named in Test().Matches(held))
            {
                var (type, method) = (named.Groups["type"].Value, named.Groups["method"].Value);
                if (textOf(type) is not { } text || (method.Length > 0 && !text.Contains($"{method}(", StringComparison.Ordinal)))
                    yield return $"{Table}: {named.Groups["type"].Value}{(method.Length > 0 ? "." + method : "")}";
            }
        }
    }

    private static string? TextOf(string type) =>
        Repository.FilesEndingIn($"/{type}.cs").FirstOrDefault(file => file.StartsWith("tests/", StringComparison.Ordinal)) is { } file
            ? Repository.Text(file) : null;

    [GeneratedRegex(@"`(?<type>[A-Za-z]+)(\.(?<method>[A-Za-z_0-9]+))?`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Test();
}
