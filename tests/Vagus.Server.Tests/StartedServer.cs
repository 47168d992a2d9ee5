using System.Diagnostics;
using System.Globalization;

namespace Vagus.Server.Tests;

/// <summary>The program as a process of its own, with arguments and variables as a supervisor gives them.</summary>
internal sealed class StartedServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private readonly List<string> said = [];
    private readonly Process process;

    private StartedServer(ProcessStartInfo start)
    {
        process = Process.Start(start)!;
        // Read, so that a full pipe holds up nothing.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    public bool HasExited => process.HasExited;

    public static StartedServer Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "vagus"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new StartedServer(start);
    }

    /// <summary>Waits until the log has these words; answers what follows them on the line.</summary>
    public async Task<string> Said(string words)
    {
        while (true)
        {
            if (said.FirstOrDefault(line => line.Contains(words, StringComparison.Ordinal)) is { } found)
                return found[(found.IndexOf(words, StringComparison.Ordinal) + words.Length)..];
            said.Add(await process.StandardOutput.ReadLineAsync().WaitAsync(Limit)
                ?? throw new InvalidOperationException($"It ended before it said: {words}"));
        }
    }

    public async Task Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(Limit);
    }

    public Task EndedWithin(TimeSpan time) => Task.WhenAny(process.WaitForExitAsync(), Task.Delay(time));

    /// <summary>All that it says until it ends.</summary>
    public Task<string> All() => process.StandardOutput.ReadToEndAsync().WaitAsync(Limit);

    /// <summary>Its exit code, when it has ended by itself.</summary>
    public async Task<int> Ended()
    {
        var rest = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Limit);
        await rest;
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync().WaitAsync(Limit);
        process.Dispose();
    }
}
