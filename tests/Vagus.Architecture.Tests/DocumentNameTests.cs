using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

/// <summary>Names in documents are those of the code. Decisions and the changelog tell of their day and may name what is gone.</summary>
public sealed partial class DocumentNameTests
{
    // Placeholders of the how-tos, and what frameworks and FHIR call so.
    private static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        "AddX", "RunX", "MapX", "XFeature", "Helper", "StreamMaxLength", "Integer64",
    };

    private static readonly string[] Code =
        [".cs", ".ts", ".tsx", ".mjs", ".csproj", ".props", ".json", ".yaml", ".yml", ".css", ".html", ".service"];

    [Fact]
    public void Names_in_the_documents_stand_in_the_code()
    {
        var known = Repository.FilesEndingIn(Code).SelectMany(file => Word().Matches(Repository.Text(file))).Select(word => word.Value)
            .ToHashSet(StringComparer.Ordinal);
        Assert.Contains("Repository", known);
        var documents = Repository.FilesEndingIn(".md")
            .Where(file => file != "CHANGELOG.md" && !file.StartsWith("docs/decisions/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(documents);

        Findings.MustBeNone(documents.SelectMany(file => Unknown(file, Repository.Text(file), known)));
    }

    [Fact]
    public void A_name_that_is_gone_is_seen() => Assert.Equal(
        ["a.md: OldName"], Unknown("a.md", "`NewName.Of` and `OldName`, `a word`, `lower`, `AddX` and OldName.", new HashSet<string> { "NewName", "Of" }));

    private static IEnumerable<string> Unknown(string file, string text, IReadOnlySet<string> known) =>
        Quoted().Matches(text).SelectMany(match => match.Groups["name"].Value.Split('.'))
            .Where(name => !known.Contains(name) && !Others.Contains(name)).Select(name => $"{file}: {name}");

    [GeneratedRegex("[A-Za-z_]\\w*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();

    // Two humps at least: one may be a word of FHIR, of HTTP or of English.
    [GeneratedRegex("`(?<name>[A-Z][a-z0-9]+([A-Z][A-Za-z0-9]*)+(\\.[A-Z]\\w+)*)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
