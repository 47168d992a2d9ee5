using System.Diagnostics;
using System.Globalization;
using System.Net;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Running;

/// <summary>
/// The built server as a process of its own on a free port. It can be killed at any moment and started again on the same data and address.
/// What it said is part of every failure.
/// </summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private readonly bool ownsData;
    private readonly string issuer;
    private readonly HttpClient health = new() { Timeout = TimeSpan.FromSeconds(5) };
    private ChildProcess? process;
    private volatile TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningServer(ServerData data, Clinic clinic, bool ownsData, string? issuer, string host = "127.0.0.1")
    {
        (Data, Clinic, this.ownsData) = (data, clinic, ownsData);
        Url = Local();
        this.issuer = issuer ?? Url.Replace("127.0.0.1", host, StringComparison.Ordinal);
    }

    public ServerData Data { get; }

    public Clinic Clinic { get; }

    public string Url { get; }

    /// <summary>Further addresses at which it listens.</summary>
    public IReadOnlyList<string> Also { get; private init; } = [];

    /// <summary>Its public address, by which browsers know it.</summary>
    public string PublicUrl => issuer;

    /// <summary>From the start of the process until it said that it is ready.</summary>
    public TimeSpan StartedIn { get; private set; }

    public string Said => process?.Said ?? "";

    public ChildProcess Process => process ?? throw new InvalidOperationException("The server was never started.");

    /// <summary>Completes when the server is up; renewed with each kill.</summary>
    public Task Up => up.Task;

    /// <summary>A server on data of its own with the clinic's people.</summary>
    public static async Task<RunningServer> Start(Engine engine, IReadOnlyDictionary<string, string>? settings = null)
    {
        var (data, clinic) = await PreparedClinic.Copy(engine);
        var server = new RunningServer(data, clinic, ownsData: true, issuer: null);
        await server.StartAgain([], settings);
        return server;
    }

    /// <summary>The same with a name in its public address: passkeys belong to a domain, which an address is not.</summary>
    public static async Task<RunningServer> StartAs(string host, Engine engine)
    {
        var (data, clinic) = await PreparedClinic.Copy(engine);
        var server = new RunningServer(data, clinic, ownsData: true, issuer: null, host);
        await server.StartAgain();
        return server;
    }

    /// <summary>One process that listens at an address and so many others.</summary>
    public static async Task<RunningServer> StartOnAddresses(int others, Engine engine)
    {
        var (data, clinic) = await PreparedClinic.Copy(engine);
        var server = new RunningServer(data, clinic, ownsData: true, issuer: null)
        {
            Also = [.. Enumerable.Range(0, others).Select(_ => Local())],
        };
        await server.StartAgain();
        return server;
    }

    /// <summary>A server on data that is still empty; it ends with the server.</summary>
    public static async Task<RunningServer> StartOn(ServerData data, IReadOnlyDictionary<string, string>? settings = null)
    {
        var server = new RunningServer(data, await Clinic.Create(data), ownsData: true, issuer: null);
        await server.StartAgain([], settings);
        return server;
    }

    /// <summary>On data that were brought from elsewhere, with the people that they hold.</summary>
    public static async Task<RunningServer> StartRestored(
        ServerData data, Clinic clinic, IReadOnlyDictionary<string, string>? settings = null)
    {
        var server = new RunningServer(data, clinic, ownsData: false, issuer: null);
        await server.StartAgain([], settings);
        return server;
    }

    /// <summary>A second process on the same database.</summary>
    public async Task<RunningServer> StartBeside(IReadOnlyDictionary<string, string>? settings = null)
    {
        var beside = new RunningServer(Data, Clinic, ownsData: false, issuer);
        await beside.StartAgain([], settings);
        return beside;
    }

    public Task StartAgain() => StartAgain([]);

    /// <param name="within">A command that starts the server in its turn, such as one that sets limits.</param>
    public async Task StartAgain(IReadOnlyList<string> within, IReadOnlyDictionary<string, string>? settings = null)
    {
        var clock = Stopwatch.StartNew();
        var environment = new Dictionary<string, string>(Data.Environment);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) environment[name] = value;
        process = ChildProcess.StartServer(
            [.. within, "dotnet", Programs.Server, "--data", Data.Folder, "--urls", string.Join(';', [Url, .. Also]), "--public-url", issuer], environment);
        while (!await IsReady())
        {
            if (process.HasExited || clock.Elapsed > StartLimit) Assert.Fail($"The server did not start.{Environment.NewLine}{Said}");
            await Task.Delay(10);
        }

        StartedIn = clock.Elapsed;
        up.TrySetResult();
    }

    public async Task Kill()
    {
        up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Process.Kill();
    }

    /// <summary>
    /// SIGTERM and its end, which must be a good one; what readiness was told meanwhile. Clients may go on asking until it is gone.
    /// </summary>
    public async Task<List<HttpStatusCode>> Leave()
    {
        var told = new List<HttpStatusCode>();
        var gone = Process.Stop(StopLimit);
        while (!gone.IsCompleted)
        {
            if (await Readiness() is { } status) told.Add(status);
            await Task.Delay(10);
        }

        up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(await gone == 0, $"It ended with {await gone}.{Environment.NewLine}{Said}");
        return told;
    }

    public SignedIn SignIn(string role) => new(this, Clinic[role]);

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        health.Dispose();
        if (ownsData) await Data.DisposeAsync();
    }

    private static string Local() => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Take()}");

    private async Task<bool> IsReady() => await Readiness() == HttpStatusCode.OK;

    /// <summary>Null where it does not answer.</summary>
    private async Task<HttpStatusCode?> Readiness()
    {
        try
        {
            using var answer = await health.GetAsync(new Uri($"{Url}/health/ready"));
            return answer.StatusCode;
        }
        catch (Exception refused) when (refused is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }
}
