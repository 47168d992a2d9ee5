namespace Vagus.EndToEnd.Tests.Running;

/// <summary>Where the built programs and the repository's folders are. VAGUS_PROGRAM names another server to test.</summary>
internal static class Programs
{
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>Debug or Release: that of this test program.</summary>
    public static string Configuration => Output.Parent!.Name;

    public static string Repository { get; } = FindRepository();

    public static string Server { get; } =
        Environment.GetEnvironmentVariable("VAGUS_PROGRAM") is { Length: > 0 } given ? given : Built("src/Vagus.Server", "vagus.dll");

    public static string Demo { get; } = Built("tools/Vagus.Demo", "Vagus.Demo.dll");

    public static string ConsumerNode { get; } = Built("tests/Vagus.ConsumerNode", "Vagus.ConsumerNode.dll");

    public static string HospitalBench { get; } = Built("bench/hospital", "Vagus.Bench.Hospital.dll");

    /// <summary>The built program of a folder of samples/.</summary>
    public static string Sample(string name) => Built(Path.Combine("samples", name), name + ".dll");

    public static string Web { get; } = Path.Combine(Repository, "web");

    /// <summary>A folder of sample data that lies beside or above the repository; null where it is absent.</summary>
    public static string? SampleData(string name)
    {
        for (var folder = new DirectoryInfo(Repository); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", name);
            if (Directory.Exists(candidate)) return candidate;
        }

        return null;
    }

    /// <summary>The same configuration and framework as this test program: .../bin/Release/net10.0.</summary>
    private static string Built(string project, string file) =>
        Path.Combine(Repository, project, "bin", Configuration, Output.Name, file);

    private static string FindRepository()
    {
        for (var folder = Output; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Vagus.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException("Vagus.slnx was not found above the test program.");
    }
}
