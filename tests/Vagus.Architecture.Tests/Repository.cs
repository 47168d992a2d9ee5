namespace Vagus.Architecture.Tests;

/// <summary>The repository that these tests were built from, and its files: what somebody wrote, not what a tool made.</summary>
internal static class Repository
{
    private static readonly string[] MadeByTools = ["obj", "node_modules", "dist", "generated", "artifacts", "TestResults"];

    public static string Root { get; } = FindRoot();

    /// <summary>Paths from the root, with slashes, in a fixed order.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Select(Relative).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> FilesEndingIn(params string[] endings) =>
        Files.Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder)) yield return file;
        foreach (var inner in Directory.EnumerateDirectories(folder))
        {
            if (IsMade(folder, Path.GetFileName(inner)) || IsServerData(folder, Path.GetFileName(inner))) continue;
            foreach (var file in Walk(inner)) yield return file;
        }
    }

    /// <summary>
    /// bin at the root holds our commands; below a project it holds what the compiler made. Tools keep their own in dotted folders.
    /// </summary>
    private static bool IsMade(string parent, string name) =>
        name.StartsWith('.') || MadeByTools.Contains(name) || (name == "bin" && parent != Root);

    /// <summary>A server keeps its data where it is started: at the root or in its project. Elsewhere data is a folder of code.</summary>
    private static bool IsServerData(string parent, string name) =>
        name == "data" && (parent == Root || Path.GetDirectoryName(parent) == Path.Combine(Root, "src"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Vagus.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException("Vagus.slnx was not found above the test program.");
    }
}
