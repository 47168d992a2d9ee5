using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Vagus.Fhir.Api.Tests.Examples;

/// <summary>
/// R4's own examples, as HL7 publishes them at the npm registry (hl7.fhir.r4.examples, 19 MB). The file is fetched once beside the tests;
/// VAGUS_R4_EXAMPLES names one that is there already.
/// </summary>
internal static class R4Examples
{
    private const string Package = "hl7.fhir.r4.examples";
    private const string Version = "4.0.1";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly Lazy<Task<(string? File, string? Reason)>> Found = new(Find);

    /// <summary>The texts of all examples with their file names, or why they are not there.</summary>
    public static async Task<(List<(string Name, string Json)> Examples, string? Reason)> Read()
    {
        var (file, reason) = await Found.Value;
        if (file is null) return ([], reason);
        var examples = new List<(string, string)>();
        await using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        await using var archive = new TarReader(packed);
        while (await archive.GetNextEntryAsync() is { } entry)
        {
            var name = Path.GetFileName(entry.Name);
            if (entry.DataStream is null || !name.EndsWith(".json", StringComparison.Ordinal) || name is "package.json" || name.StartsWith('.'))
                continue;
            using var reader = new StreamReader(entry.DataStream, Encoding.UTF8);
            examples.Add((name, await reader.ReadToEndAsync()));
        }

        return (examples, null);
    }

    private static async Task<(string? File, string? Reason)> Find()
    {
        if (Environment.GetEnvironmentVariable("VAGUS_R4_EXAMPLES") is { Length: > 0 } named) return (named, null);
        var folder = Path.Combine(AppContext.BaseDirectory, "r4-examples");
        var file = Path.Combine(folder, $"{Package}-{Version}.tgz");
        if (File.Exists(file)) return (file, null);
        Directory.CreateDirectory(folder);
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["pack", $"{Package}@{Version}", "--silent"])
            {
                RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
            }) ?? throw new InvalidOperationException("npm did not start.");
            using var limit = new CancellationTokenSource(Limit);
            var errors = npm.StandardError.ReadToEndAsync(limit.Token);
            await npm.StandardOutput.ReadToEndAsync(limit.Token);
            await npm.WaitForExitAsync(limit.Token);
            return npm.ExitCode == 0 ? (file, null) : (null, $"{Package} cannot be had from the npm registry: {await errors}");
        }
        catch (Exception failed) when (failed is Win32Exception or OperationCanceledException)
        {
            return (null, $"{Package} cannot be had: {failed.GetType().Name}");
        }
    }
}
