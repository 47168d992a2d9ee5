using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

public sealed partial class BannedWordTests
{
    private static readonly string[] Written = [".cs", ".ts", ".tsx", ".mjs", ".js", ".css", ".html", ".md", ".csproj", ".props",
        ".targets", ".slnx", ".yml", ".yaml", ".sh"];

    private static readonly (Regex Pattern, string Why)[] Rules =
    [
        (Unfinished(), "unfinished work is a tracked issue, not a comment"),
        (NotImplemented(), "what is not built is not there"),
        (OneMachine(), "a path of one machine"),
        (BesideTheRepository(), "what lies beside the repository is found by walking up"),
        (Region(), "a region hides that a file is too long"),
        (UnexplainedPragma(), "a silenced warning needs its reason on the same line or the one above"),
        (AsyncVoid(), "nobody can await it, and its exception ends the process"),
        (EmptyCatch(), "a failure that nobody hears of"),
    ];

    [Fact]
    public void Nobody_wrote_what_we_agreed_not_to_write()
    {
        var files = Repository.FilesEndingIn(Written)
            .Concat(Repository.Files.Where(file => file.StartsWith("bin/", StringComparison.Ordinal)));

        Findings.MustBeNone(
            files.Where(file => !file.EndsWith($"/{nameof(BannedWordTests)}.cs", StringComparison.Ordinal))
            .SelectMany(file => Banned(Repository.Text(file)).Select(why => $"{file}: {why}")));
    }

    [Theory]
    [InlineData("// TODO: later")]
    [InlineData("/* FIXME */")]
    [InlineData("throw new NotImplementedException();")]
    [InlineData("var data = \"/work/data\";")]
    [InlineData("cd /home/kim/vagus")]
    [InlineData("[samples](../shared/data)")]
    [InlineData("#region Fields")]
    [InlineData("#pragma warning disable CA1822")]
    [InlineData("    // A reason for something else.\n    Run();\n#pragma warning disable CA1822\n")]
    [InlineData("private async void Tick() { }")]
    [InlineData("catch { }")]
    [InlineData("catch (IOException)\n{\n}")]
    public void A_banned_word_is_seen(string text) => Assert.Single(Banned(text));

    [Theory]
    [InlineData("#pragma warning disable CA1822 // The benchmark calls it on an instance.")]
    [InlineData("    // The protocol asks for SHA-1.\n#pragma warning disable CA5350\n")]
    [InlineData("var todo = Tasks.Open;")]
    [InlineData("https://vagus.example/work/orders is an address")]
    [InlineData("catch (IOException)\n{\n    return false;\n}")]
    public void An_innocent_line_is_not(string text) => Assert.Empty(Banned(text));

    private static IEnumerable<string> Banned(string text) =>
        Rules.Where(rule => rule.Pattern.IsMatch(text)).Select(rule => $"'{rule.Pattern.Match(text).Value}': {rule.Why}");

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\bNotImplementedException\b", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex NotImplemented();

    [GeneratedRegex(
        @"(?<![\w.])/(work|home/\w+|root|Users/\w+)/|\b[A-Z]:\\Users\\", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex OneMachine();

    [GeneratedRegex(@"\.\./shared\b", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex BesideTheRepository();

    [GeneratedRegex(@"^\s*#region\b", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Region();

    [GeneratedRegex(@"(?<!//[^\n]*\n)^[ \t]*#pragma warning disable[^/\n]*$", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex UnexplainedPragma();

    [GeneratedRegex(@"\basync void\b", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"\bcatch\s*(\([^)]*\)\s*)?\{\s*\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex EmptyCatch();
}
