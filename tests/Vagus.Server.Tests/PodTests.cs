using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Vagus.Testing;

namespace Vagus.Server.Tests;

/// <summary>
/// The program with the settings and arguments of deploy/kubernetes, on a PostgreSQL of the test. Of the example's other peers (NATS, S3,
/// SMTP) none answers: a server serves without them.
/// </summary>
public sealed partial class PodTests : IAsyncLifetime
{
    private static readonly V1PodTemplateSpec Pod = Read("base/deployment.yaml").OfType<V1Deployment>().Single().Spec.Template;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-pod-");
    private readonly Dictionary<string, string> settings = [];
    private PostgresServer? postgres;

    public async ValueTask InitializeAsync()
    {
        foreach (var (name, value) in Lines("settings.env")) settings[name] = value;
        foreach (var name in Lines("secrets.example.env").Keys) settings[name] = "of-the-test";
        foreach (var variable in Pod.Spec.Containers[0].Env)
            settings[variable.Name] = AnyAddress().Replace(variable.Value, "http://127.0.0.1:0");
        // The root file system of a pod is read-only; here the tests may be root's.
        settings["VAGUS_DATA"] = "/proc" + settings["VAGUS_DATA"];
        // In production the server refuses one that does not sync.
        postgres = await PostgresServer.StartOwn();
        settings["VAGUS_POSTGRES"] = await postgres.AddDatabase();
        settings["VAGUS_ROOT_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        settings["VAGUS_NATS_CA"] = Path.Combine(folder.FullName, "ca.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(99));
        await File.WriteAllTextAsync(settings["VAGUS_NATS_CA"], authority.ExportCertificatePem());
    }

    [Fact]
    public async Task A_pod_answers_its_probes_shows_its_metrics_and_is_backed_up_by_its_jobs()
    {
        await using var server = StartedServer.Start([], settings);
        var addresses = new Dictionary<string, string>
        {
            ["management"] = "http://127.0.0.1:" + await server.Said("for operators listen on http://127.0.0.1:"),
            ["http"] = "http://127.0.0.1:" + await server.Said("ms on http://127.0.0.1:"),
        };
        using var http = new HttpClient();

        var container = Pod.Spec.Containers[0];
        foreach (var probe in new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe })
            using (var answer = await http.GetAsync(addresses[probe.HttpGet.Port.Value] + probe.HttpGet.Path))
                Assert.True(answer.IsSuccessStatusCode, $"{probe.HttpGet.Path} is answered {(int)answer.StatusCode}");
        // Some series begin with the first turn of what they count.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        foreach (Match query in Queried().Matches(Text("autoscaling/adapter-rules.yaml")))
        {
            var line = $"\n{query.Groups["series"].Value}{{";
            while (!(await http.GetStringAsync(addresses["management"] + ScrapedPath(), limit.Token)).Contains(line, StringComparison.Ordinal))
                await Task.Delay(100, limit.Token);
        }

        foreach (var job in Read("backup/backup.yaml").OfType<V1CronJob>()) await Copies(job);

        await server.Terminate();
        Assert.Equal(0, await server.Ended());
    }

    [Theory]
    [InlineData("VAGUS_POSTGRES")]
    [InlineData("VAGUS_ROOT_KEY")]
    public async Task A_pod_without_its_database_or_its_root_key_does_not_start(string missing)
    {
        settings[missing] = "";
        await using var server = StartedServer.Start([], settings);

        Assert.Equal(1, await server.Ended());
    }

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null) await postgres.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task Copies(V1CronJob job)
    {
        var container = job.Spec.JobTemplate.Spec.Template.Spec.Containers[0];
        var mount = container.VolumeMounts.Single(each => container.Args[^1].StartsWith(each.MountPath + "/", StringComparison.Ordinal));
        var to = container.Args[^1].Replace(mount.MountPath, folder.FullName, StringComparison.Ordinal)
            .Replace("$(JOB)", job.Metadata.Name, StringComparison.Ordinal);
        await using var command = StartedServer.Start([.. container.Args.SkipLast(1), to], settings);

        Assert.Equal(0, await command.Ended());
        Assert.True(Path.Exists(to), $"{job.Metadata.Name} has copied nothing.");
    }

    private static string ScrapedPath() => Scraped().Match(Text("monitoring/scraping.yaml")).Groups["path"].Value;

    private static string Text(string file) => File.ReadAllText(Path.Combine(Sources.Root, "deploy", "kubernetes", file));

    private static IEnumerable<object> Read(string file) => KubernetesYaml.LoadAllFromString(Text(file), typeMap: null, strict: true);

    private static Dictionary<string, string> Lines(string file) =>
        Text("example/" + file).Split('\n').Where(line => line.Contains('=') && line[0] != '#')
            .Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);

    [GeneratedRegex(@"http://\*:[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex AnyAddress();

    [GeneratedRegex(@"seriesQuery: '(?<series>\w+)\{", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Queried();

    [GeneratedRegex("path: (?<path>/\\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Scraped();
}
