using System.Diagnostics;
using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]

namespace Vagus.EndToEnd.Tests.Running;

/// <summary>A program that a test started: it keeps what the program said last and is ended by its process id.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 3_000;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private readonly Process process;
    private readonly Queue<string> said = new();
    private readonly Action<string>? onLine;
    private readonly Action<string>? onLog;

    private ChildProcess(ProcessStartInfo start, Action<string>? onLine, Action<string>? onLog)
    {
        (this.onLine, this.onLog) = (onLine, onLog);
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data, isOutput: true);
        process.ErrorDataReceived += (_, line) => Keep(line.Data, isOutput: false);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public string Said
    {
        get
        {
            lock (said) return string.Join(Environment.NewLine, said);
        }
    }

    /// <summary>A server, or what runs parts of one: all that it says is looked at for what no log may hold.</summary>
    public static ChildProcess StartServer(IEnumerable<string> command, IReadOnlyDictionary<string, string> environment) =>
        new(StartOf(command, environment, folder: null), onLine: null, ScannedLog.Hear);

    /// <param name="onLine">Gets each line of standard output.</param>
    public static ChildProcess Start(
        IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment = null, Action<string>? onLine = null,
        string? folder = null) => new(StartOf(command, environment, folder), onLine, onLog: null);

    private static ProcessStartInfo StartOf(
        IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment, string? folder)
    {
        var words = command.ToList();
        var start = new ProcessStartInfo(
            words[0], words.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath() };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return start;
    }

    /// <summary>Runs a program to its end and answers what it said; anything but exit code 0 fails the test.</summary>
    public static async Task<string> Run(
        IEnumerable<string> command, TimeSpan limit, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        await using var child = Start(command, environment, folder: folder);
        var code = await child.Ended(limit);
        Assert.True(code == 0, $"The program ended with {code}:{Environment.NewLine}{child.Said}");
        return child.Said;
    }

    public void WriteLine(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
    }

    public async Task<int> Ended(TimeSpan limit)
    {
        using var over = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The program did not end within {limit.TotalSeconds:0} s:{Environment.NewLine}{Said}");
        }

        return process.ExitCode;
    }

    /// <summary>SIGKILL: it gets no chance to finish anything.</summary>
    public async Task Kill()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and its exit code.</summary>
    public async Task<int> Stop(TimeSpan limit)
    {
        await Signal("TERM");
        return await Ended(limit);
    }

    /// <summary>SIGSTOP: it lives on without doing anything, as a virtual machine that is moved.</summary>
    public Task Pause() => Signal("STOP");

    public Task Continue() => Signal("CONT");

    public int Id => process.Id;

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await Signal("TERM");
            using var grace = new CancellationTokenSource(Grace);
            await Task.WhenAny(process.WaitForExitAsync(CancellationToken.None), Task.Delay(Timeout.Infinite, grace.Token));
            await Kill();
        }

        process.Dispose();
    }

    private async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private void Keep(string? line, bool isOutput)
    {
        if (line is null) return;
        lock (said)
        {
            said.Enqueue(line);
            if (said.Count > KeptLines) said.Dequeue();
        }

        onLog?.Invoke(line);
        if (isOutput) onLine?.Invoke(line);
    }
}
