using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

public sealed partial class NameTests
{
    private const string Vague =
        "Manager|Helpers?|Utils?|Utility|Utilities|Common|Base|Processor|Impl|Wrapper|HostedService|Service|Handler|Dto|Misc|Stuff";

    /// <summary>A component by which applications of the replaced package import it: its name is the contract's.</summary>
    private const string Given = "web/react/src/components/RealtimeWrapper.tsx";

    [Fact]
    public void No_file_has_a_name_that_says_nothing() =>
        Findings.MustBeNone(Repository.FilesEndingIn(".cs", ".ts", ".tsx").Where(file => file != Given && IsVagueFile(file)));

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        Findings.MustBeNone(
            Repository.FilesEndingIn(".cs", ".ts", ".tsx")
            .SelectMany(file => VagueTypes(Repository.Text(file)).Select(type => $"{file}: {type}")));

    [Theory]
    [InlineData("src/Vagus.Fhir/DataHelper.cs")]
    [InlineData("web/staff/src/stringUtils.ts")]
    [InlineData("src/Vagus.Fhir/Utils/Names.cs")]
    [InlineData("src/Vagus.Care/Common.cs")]
    [InlineData("src/Vagus.Access/LogSweepHostedService.cs")]
    public void A_vague_file_name_is_seen(string file) => Assert.True(IsVagueFile(file));

    [Theory]
    [InlineData("internal sealed class MessageManager(Database database)")]
    [InlineData("public abstract record EventBase;")]
    [InlineData("interface IMessageService {")]
    [InlineData("export class QueryWrapper<T> {")]
    [InlineData("public readonly record struct PatientDto(string Id);")]
    public void A_vague_type_name_is_seen(string line) => Assert.Single(VagueTypes(line));

    [Theory]
    [InlineData("public sealed class LogRelay;")]
    [InlineData("internal sealed class Database(string utilsFolder)")]
    [InlineData("// A class of helpers that nobody wrote")]
    public void A_name_that_says_something_is_not(string line) => Assert.Empty(VagueTypes(line));

    private static bool IsVagueFile(string file) =>
        file.Split('/').Any(part => VagueName().IsMatch(part.Split('.', 2)[0]))
            || VagueName().IsMatch(Path.GetFileNameWithoutExtension(file));

    private static IEnumerable<string> VagueTypes(string text) =>
        TypeName().Matches(text).Select(match => match.Groups["name"].Value).Where(name => VagueName().IsMatch(name));

    [GeneratedRegex(
        $@"(^|[a-z0-9I])({Vague})$|^(manager|helpers?|utils?|common|base|misc)$", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex VagueName();

    [GeneratedRegex(
        @"^[\w ]*\b(class|record( (class|struct))?|struct|interface|enum) (?<name>[A-Z]\w*)",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TypeName();
}
