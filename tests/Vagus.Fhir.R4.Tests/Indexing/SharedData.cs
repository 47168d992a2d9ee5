namespace Vagus.Fhir.R4.Tests.Indexing;

/// <summary>Finds data that is handed out beside the repository and is not part of it.</summary>
internal static class SharedData
{
    /// <summary>The folder <c>shared/data/{name}</c> beside or above the repository; skips the test where there is none.</summary>
    public static string Folder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", name);
            if (Directory.Exists(candidate)) return candidate;
        }

        Assert.Skip($"shared/data/{name} is not here");
        return "";
    }
}
