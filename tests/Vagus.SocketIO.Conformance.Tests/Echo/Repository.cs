namespace Vagus.SocketIO.Conformance.Tests.Echo;

/// <summary>Where things are, found by walking up from the test binary.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static string Configuration { get; } =
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent?.Name ?? "Debug";

    internal static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Vagus.slnx"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException("Vagus.slnx is in no folder above the test binary.");
    }
}
