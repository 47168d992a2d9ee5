namespace Vagus.Testing;

/// <summary>The repository that the tests were built from.</summary>
public static class Sources
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Vagus.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException("Vagus.slnx was not found above the test program.");
    }
}
