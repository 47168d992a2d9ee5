using System.Xml.Linq;

namespace Vagus.Architecture.Tests;

public sealed class SolutionTests
{
    [Fact]
    public void The_solution_names_every_project_once_and_no_other() =>
        Findings.MustBeNone(Differences(Repository.FilesEndingIn(".csproj"), Repository.Text("Vagus.slnx")));

    [Fact]
    public void A_project_that_is_missing_and_one_that_is_not_there_are_seen()
    {
        const string solution =
            """<Solution><Folder Name="/src/"><Project Path="src/A/A.csproj" /><Project Path="src/C/C.csproj" /></Folder></Solution>""";

        Assert.Equal(
            ["src/B/B.csproj is not in Vagus.slnx", "src/C/C.csproj does not exist"],
            Differences(["src/A/A.csproj", "src/B/B.csproj"], solution));
    }

    private static IEnumerable<string> Differences(IEnumerable<string> projects, string solution)
    {
        var named = XDocument.Parse(solution).Descendants("Project")
            .Select(project => ((string?)project.Attribute("Path") ?? "").Replace('\\', '/')).ToList();
        var there = projects.ToHashSet(StringComparer.Ordinal);
        var twice = named.GroupBy(path => path, StringComparer.Ordinal).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key} is named twice");
        return there.Except(named).Select(path => $"{path} is not in Vagus.slnx")
            .Concat(named.Where(path => !there.Contains(path)).Select(path => $"{path} does not exist"))
            .Concat(twice);
    }
}
