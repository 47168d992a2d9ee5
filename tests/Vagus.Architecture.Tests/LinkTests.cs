using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

public sealed partial class LinkTests
{
    [Fact]
    public void Links_in_the_documents_lead_somewhere() =>
        Findings.MustBeNone(Repository.FilesEndingIn(".md").SelectMany(file => Broken(file, Repository.Text(file), Repository.Exists)));

    [Fact]
    public void A_link_to_nowhere_is_seen()
    {
        const string text =
            "See [the log](../src/Log.md#order), [home](README.md), [![badge](x.svg)](there.md), [the standard](https://hl7.org/fhir) and [above](#order).";

        Assert.Equal(
            ["docs/guide.md: x.svg", "docs/guide.md: there.md"],
            Broken("docs/guide.md", text, path => path is "src/Log.md" or "docs/README.md"));
    }

    [Fact]
    public void Examples_in_code_are_not_links() =>
        Assert.Empty(Broken("a.md", "```ts\nfetch[x](nowhere)\n```\nand `rows[0](nowhere)`", _ => false));

    private static IEnumerable<string> Broken(string file, string text, Func<string, bool> exists) =>
        Link().Matches(Code().Replace(text, ""))
            .Select(match => match.Groups["target"].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !Elsewhere().IsMatch(target) && !exists(Resolve(file, Uri.UnescapeDataString(target))))
            .Select(target => $"{file}: {target}");

    private static string Resolve(string file, string target)
    {
        var steps = new Stack<string>(file.Split('/')[..^1]);
        foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (step == ".") continue;
            if (step == ".." && steps.Count > 0) steps.Pop();
            else steps.Push(step);
        }

        return string.Join('/', steps.Reverse());
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Link();

    [GeneratedRegex(@"```.*?```|`[^`\n]*`", RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Code();

    [GeneratedRegex("^(https?|mailto):", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Elsewhere();
}
