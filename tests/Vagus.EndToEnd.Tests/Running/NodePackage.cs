using System.ComponentModel;
using System.Diagnostics;

namespace Vagus.EndToEnd.Tests.Running;

/// <summary>A folder with a package.json: its packages are installed once, and its programs are run by Node.</summary>
internal sealed class NodePackage(string folder, TimeSpan longest)
{
    private readonly Lock installing = new();
    private Task<string?>? installed;

    public string Modules => Path.Combine(folder, "node_modules");

    /// <summary>Null when the packages are there, otherwise why they are not.</summary>
    public Task<string?> Install()
    {
        lock (installing) return installed ??= InstallNow();
    }

    public async Task<(int ExitCode, string Output)> Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        }) ?? throw new InvalidOperationException($"{program} did not start.");
        using var limit = new CancellationTokenSource(longest);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private async Task<string?> InstallNow()
    {
        // npm writes this file last.
        if (File.Exists(Path.Combine(Modules, ".package-lock.json"))) return null;
        try
        {
            var (exitCode, output) = await Run("npm", ["ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]);
            return exitCode == 0 ? null : $"The packages cannot be installed: {output}";
        }
        catch (Win32Exception)
        {
            return "Node or npm is not installed.";
        }
    }
}
