using System.CommandLine;
using System.Net;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Server.Checkup;
using Vagus.Server.Observing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Server.Tests.Checkup;

/// <summary><c>vagus doctor</c> against a good set-up and against set-ups that are each wrong in one way.</summary>
public abstract class DoctorTests(Engine engine) : IAsyncLifetime
{
    private static readonly TenantId Harbor = new("harbor");
    private TestServer server = null!;
    private string postgres = "";

    /// <summary>The settings of the server that runs.</summary>
    private string Settings =>
        $"--urls {server.Address} --management-urls {server.Get<ManagementAddress>().Urls.First()} --data {server.Folder}{postgres}";

    public async ValueTask InitializeAsync()
    {
        if (engine == Engine.Postgres) postgres = $" --postgres \"{await PostgresServer.NewDatabase()}\"";
        server = await TestServer.Start($"--urls http://127.0.0.1:0 --management-urls http://127.0.0.1:0{postgres}");
        Assert.False((await server.Get<AddTenant>().Add("harbor", "Harbor", default)).IsRefused);
    }

    [Fact]
    public async Task A_good_set_up_passes_and_every_line_has_a_verdict()
    {
        var (code, lines) = await Doctor(Settings);

        Assert.Equal(0, code);
        Assert.All(lines, line => Assert.Matches("^(ok  |warn)  [a-zA-Z ]+: .+", line));
        Assert.Contains(lines, line => line.StartsWith("ok    server: ready at", StringComparison.Ordinal));
        Assert.Contains($"ok    version: {Telemetry.Version}", lines);
        Assert.Contains(lines, line => line.StartsWith($"ok    database: {(engine == Engine.Sqlite ? "SQLite 3" : "PostgreSQL ")}", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ok    migrations: all", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ok    signing keys: the active one is 0 days old", StringComparison.Ordinal));
        Assert.Equal(engine == Engine.Postgres, lines.Any(line => line.StartsWith("ok    clock:", StringComparison.Ordinal)));
        Assert.Equal(engine == Engine.Postgres, lines.Any(line => line.StartsWith("ok    connections:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_that_does_not_run_is_seen_and_its_data_are_looked_at_all_the_same()
    {
        var settings = Settings;
        await server.App.StopAsync();

        var lines = await Fails(settings, "server: nothing answers at");

        Assert.Contains(lines, line => line.StartsWith("ok    migrations:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("fail  management: no metrics", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_program_on_the_port_is_seen()
    {
        using var other = new HttpListener();
        var port = FreePort.Take();
        other.Prefixes.Add($"http://127.0.0.1:{port}/");
        other.Start();
        _ = Task.Run(async () =>
        {
            while (true) (await other.GetContextAsync()).Response.Close("hello"u8.ToArray(), willBlock: false);
        });

        await Fails($"--urls http://127.0.0.1:{port} --data {server.Folder}{postgres}", "product: http://127.0.0.1");
    }

    [Fact]
    public async Task Migrations_that_are_missing_or_unknown_are_seen()
    {
        await Change("delete from schema_migration where number = 2");
        await Fails(Settings, "migrations: 2 are missing");

        await Change("insert into schema_migration (number, name, hash, applied_at) values (99999, 'of tomorrow', '', 0)");
        await Fails(Settings, "migrations: 99999 are unknown");
    }

    [Fact]
    public async Task A_signing_key_that_is_not_rotated_is_seen()
    {
        await Change("update access_signing_key set since = 0 where state = 'active'");

        await Fails(Settings, "signing keys: the active one is");
    }

    [Fact]
    public async Task Events_from_the_future_are_seen()
    {
        await Append();
        await Change("update event set occurred_at = 4000000000000000");

        await Fails(Settings, "log: 1 events of 1 tenants");
    }

    [Fact]
    public async Task Events_that_outlive_their_retention_and_a_consumer_that_is_behind_are_warnings()
    {
        await Append();
        await Change("update event set occurred_at = 1000000");
        await Change("insert into log_cursor (tenant_id, consumer, position) values ('harbor', 'stopped', -2000)");

        var (code, lines) = await Doctor(Settings);

        Assert.Equal(0, code);
        Assert.Contains(lines, line => line.StartsWith("warn  log: 1 events of 1 tenants since 1970-01-01", StringComparison.Ordinal));
        var consumers = Assert.Single(lines, line => line.StartsWith("warn  consumers: ", StringComparison.Ordinal));
        Assert.Contains("stopped is 2001 events behind", consumers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_audit_without_anchors_is_a_warning_and_anchors_that_stopped_are_a_failure()
    {
        var folder = Path.Combine(server.Folder, "anchors");
        var (_, without) = await Doctor(Settings);
        await Change("insert into audit_head (tenant_id, size, frontier, recorded_at, oldest) values ('harbor', 0, @none, 0, 0)", [[]]);
        await Change(
            "insert into audit_checkpoint (tenant_id, size, key_id, signed_at, note, bridge, kept) values ('harbor', 1, 'k', 0, '', false, false)");
        await Change("insert into audit_anchor (tenant_id, sink, size, anchored_at) values ('harbor', 'folder', 1, 1000000)");

        Assert.Contains(without, line => line.StartsWith("warn  audit anchors: none", StringComparison.Ordinal));
        var (_, covered) = await Doctor($"{Settings} --audit-anchors {folder}");
        Assert.Contains(covered, line => line.StartsWith("ok    audit anchors: the last one in folder is", StringComparison.Ordinal));
        await Change("update audit_anchor set size = 0");
        await Fails($"{Settings} --audit-anchors {folder}", "audit anchors: the last one in folder is");
    }

    [Fact]
    public async Task A_root_key_that_is_gone_or_open_to_others_is_seen()
    {
        var key = Path.Combine(server.Folder, "root.key");
        Open(key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await Fails(Settings, $"root key: {key} has mode 404");

        File.Move(key, $"{key}.2");
        await Fails(Settings, $"root key: {key}.2 has mode 404");

        File.Delete($"{key}.2");
        await Fails(Settings, $"root key: {key} does not exist");
    }

    [Fact]
    public async Task A_wrong_data_folder_is_seen_and_not_made()
    {
        var nowhere = Path.Combine(server.Folder, "nowhere");

        await Fails($"--urls {server.Address} --data {nowhere}{postgres}", $"data folder: {nowhere} does not exist");

        Assert.False(Directory.Exists(nowhere));
    }

    [Fact]
    public void The_command_takes_the_settings_of_the_server()
    {
        var root = new RootCommand();
        root.Add(DoctorCommand.Create(new ServerSettings(root)));

        Assert.Empty(root.Parse($"doctor {Settings} --behind-proxy --public-url https://clinic.example").Errors);
    }

    [Theory]
    [InlineData("--behind-proxy --trusted-proxies 0.0.0.0/0", "proxies: every address is trusted")]
    [InlineData("--management-urls http://0.0.0.0:9464", "settings: http://0.0.0.0:9464 would tell metrics")]
    public async Task Unsafe_settings_are_seen(string unsafely, string finding) =>
        await Fails($"--urls {server.Address} --data {server.Folder}{postgres} {unsafely}", finding);

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    private static async Task<IReadOnlyList<string>> Fails(string settings, string finding)
    {
        var (code, lines) = await Doctor(settings);
        Assert.Equal(1, code);
        Assert.Contains(lines, line => line.StartsWith($"fail  {finding}", StringComparison.Ordinal));
        return lines;
    }

    protected static async Task<(int Code, IReadOnlyList<string> Lines)> Doctor(string settings)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        var code = await DoctorCommand.Run(TestServer.Options(settings), output, default);
        return (code, output.ToString().TrimEnd('\n').Split('\n'));
    }

    protected static void Open(string file, UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, mode);
    }

    private async Task Append() => Assert.False((await server.Get<GroupCommit>().Write<long>(
        Harbor, async (write, cancel) => await write.Append(new("e1", "lab.order.created", "{}"u8.ToArray()), cancel), default)).IsRefused);

    private async Task Change(string sql, params byte[][] values)
    {
        var statement = new Statement(sql);
        Assert.False((await server.Get<GroupCommit>().Write<int>(
            Harbor, async (write, cancel) => await write.Execute(statement, values, cancel), default)).IsRefused);
    }
}

public sealed class DoctorOnSqlite() : DoctorTests(Engine.Sqlite)
{
    [Fact]
    public async Task A_database_that_others_can_read_is_seen()
    {
        var folder = Directory.CreateTempSubdirectory("vagus-doctor-");
        var file = Path.Combine(folder.FullName, "vagus.db");
        await File.WriteAllTextAsync(file, "");
        Open(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var (code, lines) = await Doctor($"--urls http://127.0.0.1:1 --data {folder.FullName}");

        Assert.Equal(1, code);
        Assert.Contains(lines, line => line.StartsWith($"fail  database file: {file} has mode 640", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("fail  migrations: none is applied", StringComparison.Ordinal));
        folder.Delete(recursive: true);
    }
}

public sealed class DoctorOnPostgres() : DoctorTests(Engine.Postgres)
{
    [Fact]
    public async Task A_database_that_does_not_answer_is_seen_and_its_connection_string_is_not_shown()
    {
        var folder = Directory.CreateTempSubdirectory("vagus-doctor-");

        var (code, lines) = await Doctor(
            $"--urls http://127.0.0.1:1 --data {folder.FullName} --postgres Host=127.0.0.1;Port=1;Password=secret-word");

        Assert.Equal(1, code);
        Assert.Contains(lines, line => line.StartsWith("fail  database: does not answer", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("secret-word", StringComparison.Ordinal));
        folder.Delete();
    }
}
