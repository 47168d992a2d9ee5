namespace Vagus.Fhir.Api.Tests;

/// <summary>Test data that lies beside the repository rather than in it; tests that need it skip where it is absent.</summary>
internal static class SharedData
{
    /// <summary>The files of a folder of synthetic patients, one transaction Bundle each.</summary>
    public static IReadOnlyList<string> SyntheaBundles()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", "synthea-r4");
            if (Directory.Exists(candidate)) return [.. Directory.GetFiles(candidate, "*.json").Order(StringComparer.Ordinal)];
        }

        Assert.Skip("shared/data/synthea-r4 is not here");
        return [];
    }
}
