using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

/// <summary>
/// A log line holds ids, numbers and codes. The message of an exception repeats the value that failed, as that of a date that is none
/// does, so no line of ours takes an exception: <c>FailureName</c> says what and where it was.
/// </summary>
public sealed partial class LogLineTests
{
    [Fact]
    public void No_log_line_takes_an_exception_or_a_whole_object() => Findings.MustBeNone(
        Repository.FilesEndingIn(".cs").Where(file => file.StartsWith("src/", StringComparison.Ordinal))
            .SelectMany(file => Open(Repository.Text(file)).Select(line => $"{file}: {line}")));

    [Theory]
    [InlineData("static partial void Failed(ILogger logger, Exception cause);")]
    [InlineData("internal static partial void Failed(\n    ILogger logger, string name, IOException cause);")]
    [InlineData("logger.LogError(cause, \"It failed\");")]
    [InlineData("Log(\"sent {@Message}\");")]
    public void A_line_that_does_is_seen(string text) => Assert.NotEmpty(Open(text));

    [Theory]
    [InlineData("static partial void Failed(ILogger logger, string cause);")]
    [InlineData("private void TellFailure(Exception cause) => Log.Failed(logger, FailureName.Of(cause));")]
    public void An_innocent_line_is_not(string text) => Assert.Empty(Open(text));

    private static IEnumerable<string> Open(string text) =>
        new[] { TakesException(), Unstructured(), WholeObject() }.SelectMany(rule => rule.Matches(text)).Select(match => match.Value);

    [GeneratedRegex(@"static partial void \w+\([^)]*Exception[^)]*\);", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TakesException();

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error)\(", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Unstructured();

    [GeneratedRegex("\"[^\"\n]*\\{@\\w+\\}", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex WholeObject();
}
