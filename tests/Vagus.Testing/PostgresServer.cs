using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace Vagus.Testing;

/// <summary>
/// A real PostgreSQL for one test run: its own data folder, a free port on 127.0.0.1, ended by process id. PostgreSQL refuses to run as
/// root, so as root it is started as the user <c>postgres</c>. A run may hand in a server of its own in VAGUS_TEST_POSTGRES. The run's
/// server syncs nothing to the disk: what is acknowledged outlives a kill of PostgreSQL or of the server, which leaves the system's cache
/// alone, and not a loss of power, which no test plays.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> Shared = new(Start);
    private static int databases;
    private readonly string? folder;
    private readonly string[] command;
    private readonly string connectionString;
    private Process? process;

    private PostgresServer(string connectionString, string[] command, Process? process, string? folder)
    {
        (this.connectionString, this.command, this.process, this.folder) = (connectionString, command, process, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop();
    }

    /// <summary>A new, empty database on the run's server; answers its connection string.</summary>
    public static async Task<string> NewDatabase()
    {
        var server = await Shared.Value;
        return await server.AddDatabase();
    }

    /// <summary>The connection string of a database that <see cref="TestDatabase"/> makes, on the run's server.</summary>
    public static async Task<string> NextDatabase() => (await Shared.Value).Next();

    /// <summary>
    /// A new database with the content of another one, and of that which lies apart for its keys. No process is connected to them.
    /// </summary>
    public static async Task<string> CopyOf(string template)
    {
        var copy = await NextDatabase();
        await Copy(template, copy);
        if (await Has(Apart(template))) await Copy(Apart(template), Apart(copy));
        return copy;
    }

    internal static async Task<bool> Has(string connection)
    {
        var (server, name) = Parts(connection);
        await using var source = NpgsqlDataSource.Create(server);
        await using var find = source.CreateCommand("select count(*) from pg_database where datname = $1");
        find.Parameters.AddWithValue(name);
        return await find.ExecuteScalarAsync() is 1L;
    }

    /// <summary>Makes the database as a copy of the template, to which nobody is connected.</summary>
    internal static async Task Copy(string template, string connection)
    {
        var (server, name) = Parts(connection);
        await using var source = NpgsqlDataSource.Create(server);
        await using var create = source.CreateCommand($"create database {name} template {Parts(template).Name}");
        await create.ExecuteNonQueryAsync();
    }

    /// <summary>A server for one test alone, which may stop it. It syncs, as an operator's does.</summary>
    public static Task<PostgresServer> StartOwn() => StartNew(syncs: true);

    public async Task<string> AddDatabase()
    {
        var added = Next();
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var create = source.CreateCommand($"create database {Parts(added).Name}");
        await create.ExecuteNonQueryAsync();
        return added;
    }

    /// <summary>Immediate shutdown (SIGQUIT): every session ends at once and nothing is written down; the next start recovers.</summary>
    public async Task StopAtOnce()
    {
        if (process is null || folder is null) throw new InvalidOperationException("This server is not ours to stop.");
        _ = Kill(int.Parse(File.ReadLines(Path.Combine(folder, "d", "postmaster.pid")).First(), CultureInfo.InvariantCulture), Quit);
        await process.WaitForExitAsync();
    }

    /// <summary>On the same data and port.</summary>
    public async Task StartAgain()
    {
        process = Launch(command);
        await WaitUntilReady(connectionString, process);
    }

    public ValueTask DisposeAsync()
    {
        Stop();
        return ValueTask.CompletedTask;
    }

    private static async Task<PostgresServer> Start()
    {
        if (Environment.GetEnvironmentVariable("VAGUS_TEST_POSTGRES") is { Length: > 0 } given)
            return new PostgresServer(given, [], null, null);
        return await StartNew(syncs: false);
    }

    private static async Task<PostgresServer> StartNew(bool syncs)
    {
        var binaries = FindBinaries();
        var folder = Directory.CreateTempSubdirectory("vagus-pg-").FullName;
        var asRoot = Environment.UserName == "root";
        if (asRoot) await Run("chown", "postgres", folder);
        await Run(
            [.. As(asRoot), Path.Combine(binaries, "initdb"), "-D", Path.Combine(folder, "d"), "-U", "postgres", "-A", "trust", "-E",
            "UTF8", "--locale=C", "--no-sync"]);
        var port = FreePort.Take();
        string[] command =
        [
            .. As(asRoot), Path.Combine(binaries, "postgres"), "-D", Path.Combine(folder, "d"), "-p",
                port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}", "-c", "max_connections=300", "-c",
                "shared_buffers=128MB", "-c", $"fsync={(syncs ? "on" : "off")}",
        ];
        var server = Launch(command);
        var connection = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
        await WaitUntilReady(connection, server);
        return new PostgresServer(connection, command, server, folder);
    }

    private static async Task WaitUntilReady(string connection, Process server)
    {
        var limit = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var source = NpgsqlDataSource.Create(connection);
                await using var command = source.CreateCommand("select 1");
                await command.ExecuteScalarAsync();
                return;
            }
            catch (NpgsqlException) when (limit.Elapsed < TimeSpan.FromSeconds(60) && !server.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>
    /// Runs while the process exits, when child processes are no longer reaped: so signals and /proc, and not <see cref="Process"/>.
    /// </summary>
    private void Stop()
    {
        if (process is null || folder is null || !Directory.Exists(folder)) return;
        var postmaster = Path.Combine(folder, "d", "postmaster.pid");
        if (File.Exists(postmaster) && int.TryParse(File.ReadLines(postmaster).First(), CultureInfo.InvariantCulture, out var pid))
        {
            // Immediate shutdown: the test's data is of no further use.
            _ = Kill(pid, Quit);
            var limit = Stopwatch.StartNew();
            while (File.Exists(postmaster) && limit.Elapsed < TimeSpan.FromSeconds(5)) Thread.Yield();
        }

        // The files of some sixty databases take longer than the test runner waits for the process to end.
        using var removing = Process.Start("rm", ["-rf", folder]);
    }

    private string Next()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"vagus_{Environment.ProcessId}_{Interlocked.Increment(ref databases)}");
        return new NpgsqlConnectionStringBuilder(connectionString) { Database = name, Pooling = true }.ToString();
    }

    private static (string Server, string Name) Parts(string connection)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        var name = parts.Database!;
        parts.Database = "postgres";
        return (parts.ToString(), name);
    }

    private static string Apart(string connection)
    {
        var apart = new NpgsqlConnectionStringBuilder(connection);
        apart.Database += "_keys";
        return apart.ToString();
    }

    private const int Quit = 3;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    private static string FindBinaries()
    {
        foreach (var version in Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending() : Enumerable.Empty<string>())
        {
            if (File.Exists(Path.Combine(version, "bin", "initdb"))) return Path.Combine(version, "bin");
        }

        throw new InvalidOperationException(
            "PostgreSQL is not installed (Debian: apt-get install postgresql-15). bin/test installs it where it may.");
    }

    private static string[] As(bool root) => root ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];

    private static async Task Run(params string[] command)
    {
        using var process = Launch(command);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{command[0]} ended with {process.ExitCode}: {await process.StandardError.ReadToEndAsync()}");
    }

    private static Process Launch(string[] command)
    {
        var start = new ProcessStartInfo(
            command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        var process = Process.Start(start)!;
        if (command.Any(part => part.EndsWith("/postgres", StringComparison.Ordinal)))
        {
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        return process;
    }
}
