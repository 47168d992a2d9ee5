namespace Vagus.Fhir.R4.Tests;

/// <summary>Test data that lies beside the repository rather than in it; tests that need it skip where it is absent.</summary>
internal static class SharedData
{
    public static string Folder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", name);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        Assert.Skip($"shared/data/{name} is not here");
        return "";
    }
}
