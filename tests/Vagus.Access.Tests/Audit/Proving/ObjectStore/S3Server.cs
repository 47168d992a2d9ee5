using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Vagus.Access.Tests.Audit.Proving.ObjectStore;

/// <summary>
/// s3rver in a Node process. Where Node or its packages cannot be had the test is skipped, with the reason. It checks the client's
/// signatures and keeps objects; it knows neither object lock nor conditional writes, of which the tests see the request only.
/// </summary>
internal sealed class S3Server : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly Lazy<Task<string?>> Unavailable = new(Install);
    private readonly Process process;

    private S3Server(Process process, string folder, Uri address) => (this.process, Folder, Address) = (process, folder, address);

    public Uri Address { get; }

    public string Folder { get; }

    public static async Task<S3Server> Start()
    {
        if (await Unavailable.Value is { } reason) Assert.Skip(reason);
        var folder = Directory.CreateTempSubdirectory("vagus-s3-").FullName;
        var process = Launch("node", "serve.mjs", folder);
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit)
            ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        return new S3Server(process, folder, new Uri(JsonElement.Parse(line).GetProperty("url").GetString()!));
    }

    /// <summary>The next PUT: its path and its headers.</summary>
    public async Task<(string Path, JsonElement Headers)> NextPut()
    {
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit) ?? throw new InvalidOperationException("s3rver has ended.");
        var put = JsonElement.Parse(line);
        return (put.GetProperty("put").GetString()!, put.GetProperty("headers"));
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static async Task<string?> Install()
    {
        try
        {
            // npm writes this file last: the folders of packages are there before their files.
            if (File.Exists(Path.Combine(Here(), "node_modules", ".package-lock.json"))) return null;

            using var npm = Launch("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            await npm.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
            return npm.ExitCode == 0 ? null : "npm could not install s3rver";
        }
        catch (Win32Exception)
        {
            return "Node is not installed";
        }
        catch (TimeoutException)
        {
            return "npm did not install s3rver in time";
        }
    }

    private static Process Launch(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Here(),
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
