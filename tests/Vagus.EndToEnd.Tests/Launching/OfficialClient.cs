using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Launching;

/// <summary>The npm package <c>fhirclient</c>: installed once, run by Node or loaded by a page.</summary>
internal static class OfficialClient
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>The script for browsers.</summary>
    public static string Script => Path.Combine(Folder(), "node_modules", "fhirclient", "build", "fhir-client.js");

    /// <summary>Registers a public application of the client's with a running server; its client id.</summary>
    public static async Task<string> Register(RunningServer server, string scopes, string redirect)
    {
        var made = await ChildProcess.Run(
            [
                "dotnet", Programs.Server, "app", "add", "--tenant", Clinic.Tenant, "--name", "Official client", "--scopes", scopes,
                "--redirect", redirect, "--data", server.Data.Folder,
            ],
            Limit, server.Data.Environment);
        return made.Split('\n').Single(line => line.StartsWith("client ", StringComparison.Ordinal))[7..].Trim();
    }

    /// <summary>Null when the client is there, otherwise why it is not.</summary>
    public static async Task<string?> Install()
    {
        // npm writes this file last.
        if (File.Exists(Path.Combine(Folder(), "node_modules", ".package-lock.json"))) return null;
        try
        {
            var (exitCode, output) = await Run("npm", ["ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]);
            return exitCode == 0 ? null : $"The official client cannot be installed: {output}";
        }
        catch (Win32Exception)
        {
            return "Node or npm is not installed.";
        }
    }

    public static async Task<(int ExitCode, string Output)> Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder(),
        }) ?? throw new InvalidOperationException($"{program} did not start.");
        using var limit = new CancellationTokenSource(Limit);
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

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "node");
}
