using Xunit;

namespace Vagus.Testing;

/// <summary>
/// Sample data that is not part of the repository: synthetic patients and public test suites. It lies in the folder that the variable
/// <c>VAGUS_SAMPLE_DATA</c> names, or in <c>shared/data</c> beside the repository. A test that needs it is skipped where it is absent.
/// </summary>
public static class SampleData
{
    private const string Variable = "VAGUS_SAMPLE_DATA";

    public static string Folder(string name)
    {
        var folder = Roots().Select(root => Path.Combine(root, name)).FirstOrDefault(Directory.Exists);
        if (folder is null) Assert.Skip($"the sample data {name} is not here: set {Variable}");
        return folder;
    }

    /// <summary>The files of the synthetic patients (Synthea), one transaction Bundle each, in the order of their names.</summary>
    public static IReadOnlyList<string> SyntheaBundles() =>
        [.. Directory.GetFiles(Folder("synthea-r4"), "*.json").Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named) return [named];
        return Ancestors(new DirectoryInfo(AppContext.BaseDirectory)).Select(folder => Path.Combine(folder, "shared", "data"));
    }

    private static IEnumerable<string> Ancestors(DirectoryInfo? folder)
    {
        for (; folder is not null; folder = folder.Parent) yield return folder.FullName;
    }
}
