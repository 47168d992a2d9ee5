using System.Diagnostics;
using System.Text.Json;
using Vagus.Testing;

namespace Vagus.Access.Tests.Audit.Proving;

/// <summary>The stand-alone verifier as a process.</summary>
internal static class Verifier
{
    public static Task<Verified> Verify(TestStorage storage, AnchorFolder anchors, params string[] more) =>
        Run(["verify", "--json", .. Database(storage), "--anchors", anchors.Path, .. more]);

    public static IReadOnlyList<string> Database(TestStorage storage) => storage.Options.Postgres is { } postgres
        ? ["--postgres", postgres]
        : ["--sqlite", System.IO.Path.Combine(storage.Options.DataFolder, "vagus.db")];

    public static async Task<Verified> Run(IReadOnlyList<string> arguments)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(
            AppContext.BaseDirectory, "../../../../../tools/Vagus.AuditVerifier/bin", output.Parent!.Name, output.Name, "vagus-audit-verifier.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var said = process.StandardOutput.ReadToEndAsync(limit.Token);
        var complained = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new Verified(process.ExitCode, await said, await complained);
    }
}

/// <summary>What the verifier said.</summary>
internal sealed record Verified(int ExitCode, string Output, string Complaint)
{
    public LogVerdict this[string tenant] => Output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonSerializer.Deserialize<LogVerdict>(line, JsonSerializerOptions.Web)!)
        .Single(verdict => verdict.Tenant == tenant);

    public override string ToString() => $"{ExitCode}: {Output}{Complaint}";
}

internal sealed record LogVerdict(
    string Tenant, string Verdict, long Entries, int Anchors, long LastGoodAnchor, long Checkpoints, long? FirstBad, long? LastBad,
    string? Reason);

/// <summary>A folder of anchors that ends with its test.</summary>
internal sealed class AnchorFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vagus-anchors-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
