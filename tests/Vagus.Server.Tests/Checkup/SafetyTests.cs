using Vagus.Server.Checkup;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Server.Tests.Checkup;

/// <summary>What a server that other machines reach refuses to start with; on this machine alone it starts.</summary>
public sealed class SafetyTests : IDisposable
{
    private const string Alone = "--urls http://127.0.0.1:3000";
    private const string Proxied = "--urls http://127.0.0.1:3000 --behind-proxy";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-safety-");

    public void Dispose()
    {
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("--urls http://0.0.0.0:3000", false)]
    [InlineData("--urls http://*:3000", false)]
    [InlineData("--urls http://10.0.0.7:3000", false)]
    [InlineData("--urls http://127.0.0.1:3000;http://10.0.0.7:3000", false)]
    [InlineData("--urls http://0.0.0.0:3000 --insecure-http", true)]
    [InlineData("--urls http://0.0.0.0:3000 --behind-proxy", true)]
    [InlineData("--urls https://0.0.0.0:3000", true)]
    [InlineData(Alone, true)]
    [InlineData("--urls http://localhost:3000", true)]
    public void Plain_http_for_other_machines_needs_a_proxy_or_a_word(string settings, bool starts) =>
        Assert.Equal(starts, Reasons(settings).Count == 0);

    [Fact]
    public void A_root_key_or_a_data_folder_that_others_can_open_is_refused_with_its_path()
    {
        if (OperatingSystem.IsWindows()) return;
        var key = Path.Combine(folder.FullName, "root.key");
        File.WriteAllBytes(key, new byte[32]);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains(key, Assert.Single(Reasons(Proxied)), StringComparison.Ordinal);
        Assert.Empty(Reasons(Alone));

        File.SetUnixFileMode(key, UnixFileMode.UserRead);
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        Assert.Contains("chmod 700", Assert.Single(Reasons(Proxied)), StringComparison.Ordinal);
        Assert.Empty(Reasons(Alone));
    }

    [Theory]
    [InlineData("Host=db.example;Database=vagus", "db.example")]
    [InlineData("Host=db.example;SSL Mode=Prefer", "db.example")]
    [InlineData("Host=127.0.0.1,db.example:5433", "db.example:5433")]
    [InlineData("Host=db.example;SSL Mode=Require", null)]
    [InlineData("Host=db.example;SSL Mode=VerifyFull", null)]
    [InlineData("Host=localhost", null)]
    [InlineData("Host=::1", null)]
    [InlineData("Host=/var/run/postgresql", null)]
    public void PostgreSQL_on_another_machine_is_spoken_to_by_tls_only(string connection, string? host)
    {
        var reasons = Reasons($"{Proxied} --postgres \"{connection}\"");

        if (host is null) Assert.Empty(reasons);
        else Assert.Contains($"on {host} without TLS", Assert.Single(reasons), StringComparison.Ordinal);
        Assert.Empty(Reasons($"{Alone} --postgres \"{connection}\""));
    }

    [Theory]
    [InlineData("http://s3.example:9000", "tcp://scan.example:3310", "", "s3.example s3.example scan.example")]
    [InlineData("http://s3.example:9000", "tcp://scan.example:3310", "scan.example", "s3.example s3.example")]
    [InlineData("http://s3.example:9000", "tcp://scan.example:3310", "S3.example scan.example", "")]
    [InlineData("http://169.254.1.1", "tcp://[fe80::1]:3310", "", "169.254.1.1 169.254.1.1 [fe80::1]")]
    [InlineData("https://s3.example", "unix:/run/clamav/clamd.ctl", "", "")]
    [InlineData("http://localhost:9000", "tcp://127.0.0.1:3310", "", "")]
    public void Stores_and_scanners_on_other_machines_are_spoken_to_by_tls_only_or_are_named(
        string store, string scanner, string plain, string refused)
    {
        var options = With(TestServer.Options($"{Proxied} --data {folder.FullName}"));

        var hosts = Safety.Refusals(options).Select(reason => reason.Split("go to ")[1].Split(' ')[0]);

        Assert.Equal(refused, string.Join(' ', hosts));
        Assert.Empty(Safety.Refusals(With(TestServer.Options($"{Alone} --data {folder.FullName}"))));

        ServerOptions With(ServerOptions given) => given with
        {
            PlainHosts = plain.Split(' '),
            Storage = given.Storage with { Files = given.Storage.Files with { S3Endpoint = new Uri(store) } },
            Access = given.Access with
            {
                Anchors = given.Access.Anchors with { S3Endpoint = new Uri(store) },
                Files = given.Access.Files with { Scanner = new Uri(scanner) },
            },
        };
    }

    [Fact]
    public async Task PostgreSQL_that_may_lose_commits_is_refused_with_the_setting()
    {
        await using var server = await PostgresServer.StartOwn();
        var connection = await server.AddDatabase();
        await using (var safe = new Database(new StorageOptions { Postgres = connection }))
            Assert.Null(await Safety.RefusalOf(safe, CancellationToken.None));

        await using var careless = new Database(new StorageOptions { Postgres = $"{connection};Options=-c synchronous_commit=off" });
        var reason = await Safety.RefusalOf(careless, CancellationToken.None);

        Assert.Contains("synchronous_commit=off", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_ends_with_78_and_doctor_says_the_same()
    {
        var options = TestServer.Options($"--urls http://0.0.0.0:0 --data {folder.FullName}");

        Assert.Equal(78, await Serving.Run(options, CancellationToken.None));
        using var lines = new StringWriter();
        Assert.Equal(1, await DoctorCommand.Run(options, lines, CancellationToken.None));
        Assert.Contains($"fail  settings: {Reasons("--urls http://0.0.0.0:0")[0]}", lines.ToString(), StringComparison.Ordinal);
    }

    private List<string> Reasons(string settings) => [.. Safety.Refusals(TestServer.Options($"{settings} --data {folder.FullName}"))];
}
