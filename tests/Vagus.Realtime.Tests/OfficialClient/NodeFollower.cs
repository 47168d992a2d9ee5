using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Vagus.Realtime.Tests.OfficialClient;

/// <summary>The official client in a Node process. Where Node or its packages cannot be had the test is skipped, with the reason.</summary>
internal sealed class NodeFollower : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly Lazy<Task<string?>> Unavailable = new(Install);
    private readonly Process process;

    private NodeFollower(Process process) => this.process = process;

    public static async Task<NodeFollower> Start(LiveClinic clinic, string token, string transport = "websocket")
    {
        if (await Unavailable.Value is { } reason) Assert.Skip(reason);
        return new NodeFollower(Launch("node", "follow.mjs", clinic.Address.ToString(), token, transport));
    }

    public Task Tell(params object[] command) => process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));

    /// <summary>The next happening but for words on the position, which must be of this kind.</summary>
    public async Task<JsonElement> Hear(string what)
    {
        while (true)
        {
            var happening = await Read();
            if (happening.GetProperty("what").GetString() == "position") continue;

            Assert.Equal(what, happening.GetProperty("what").GetString());
            return happening.GetProperty("value");
        }
    }

    /// <summary>The answer to a question; events that come before it are passed over.</summary>
    public async Task<JsonElement> Ask(string name, object request)
    {
        await Tell("ask", name, request);
        while (true)
        {
            var happening = await Read();
            if (happening.GetProperty("what").GetString() == "answer") return happening.GetProperty("value");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<JsonElement> Read()
    {
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit)
            ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        return JsonElement.Parse(line);
    }

    private static async Task<string?> Install()
    {
        try
        {
            // npm writes this file last: the folders of packages are there before their files.
            if (File.Exists(Path.Combine(Folder(), "node_modules", ".package-lock.json"))) return null;

            using var npm = Launch("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            await npm.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
            return npm.ExitCode == 0 ? null : "npm could not install the official client";
        }
        catch (Win32Exception)
        {
            return "Node is not installed";
        }
        catch (TimeoutException)
        {
            return "npm did not install the official client in time";
        }
    }

    private static Process Launch(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder(),
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
