using System.Diagnostics;
using System.Text.Json;
using Vagus.SocketIO.Conformance.Tests.Echo;

namespace Vagus.SocketIO.Conformance.Tests.Clients;

/// <summary>Runs the scripts in this folder, which use the official clients; installs those once.</summary>
public sealed class NodeClient : IAsyncLifetime
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan ScriptLimit = TimeSpan.FromSeconds(90);
    private static readonly string Folder = Repository.At("tests", "Vagus.SocketIO.Conformance.Tests", "Clients");

    // Each class of tests has a client of its own, and they start together.
    private static readonly Lazy<Task<string?>> Installation = new(Install);

    private string? _absence;

    public async ValueTask InitializeAsync() => _absence = await Installation.Value;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The script's result; its error output fails the test.</summary>
    internal async Task<JsonElement> RunAsync(EchoServer server, string script, params string[] arguments)
    {
        Assert.SkipWhen(_absence is not null, _absence ?? "");
        var (exitCode, output) = await RunAsync("node", [$"{script}.mjs", $"http://127.0.0.1:{server.Port}", .. arguments], ScriptLimit);
        Assert.True(exitCode == 0, $"{script} failed: {output}");
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Null when the clients are there, otherwise why they are not.</summary>
    private static async Task<string?> Install()
    {
        // npm writes this file last: the folders of packages are there before their files.
        if (File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json"))) return null;
        try
        {
            var (exitCode, output) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], InstallLimit);
            return exitCode == 0 ? null : $"The official clients cannot be installed: {output}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "Node or npm is not installed.";
        }
        catch (OperationCanceledException)
        {
            return "The official clients were not installed in time.";
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, TimeSpan limit)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Folder,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        using CancellationTokenSource expiry = new(limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(expiry.Token);
            var errors = process.StandardError.ReadToEndAsync(expiry.Token);
            await process.WaitForExitAsync(expiry.Token);
            return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
