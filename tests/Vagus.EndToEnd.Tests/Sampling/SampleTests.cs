using System.Collections.Concurrent;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Sampling;

/// <summary>The programs in samples/ do what their pages say, against a real server.</summary>
public sealed class SampleTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-samples-");
    private readonly ConcurrentQueue<string> said = new();
    private RunningServer server = null!;
    private Person maya = null!;

    private Dictionary<string, string> Secret => new() { ["VAGUS_PASSWORD"] = maya.Password, ["PASSWORD"] = maya.Password, ["EMAIL"] = maya.Email,
        ["SERVER"] = server.Url };

    public async ValueTask InitializeAsync()
    {
        server = await RunningServer.Start(Engine.Sqlite);
        maya = server.Clinic["provider"];
    }

    [Fact]
    public async Task The_FHIR_walk_creates_finds_changes_and_reads_back()
    {
        var walk = await ChildProcess.Run(["dotnet", Programs.Sample("Vagus.Samples.FhirWalk"), server.Url, maya.Email], Limit, Secret);

        Assert.Matches("created Patient/[^ ]+ as version 1", walk);
        Assert.Contains("found 1", walk, StringComparison.Ordinal);
        Assert.Contains("updated to version 2", walk, StringComparison.Ordinal);
        Assert.Contains("a late update is refused", walk, StringComparison.Ordinal);
        Assert.Contains("history: version 2, PUT", walk, StringComparison.Ordinal);
        Assert.Contains("history: version 1, POST", walk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_consumer_takes_each_event_once_over_its_own_restart_and_the_server_s()
    {
        using var writer = server.SignIn("provider");
        await using (Consumer())
        {
            await Create(writer, "s1");
            await Said("new patient s1");
            await server.Kill();
            await server.StartAgain();
            await Create(writer, "s2");
            await Said("new patient s2");
        }

        await Create(writer, "s3");
        await using (Consumer()) await Said("new patient s3");

        Assert.Equal(["new patient s1", "new patient s2", "new patient s3"], said.Select(line => line[(line.IndexOf(' ') + 1)..]));
    }

    [Fact]
    public async Task The_follower_of_a_topic_is_told_what_it_missed()
    {
        using var writer = server.SignIn("provider");
        await using (Follower())
        {
            await Condition.Becomes(async () => await Subscriptions(writer) == 1, "it subscribes", () => string.Join(Environment.NewLine, said));
            await Create(writer, "f1");
            await Said("event 1: Patient/f1");
        }

        await Create(writer, "f2");
        await using (Follower())
        {
            await Said("event 2: Patient/f2");
            await Create(writer, "f3");
            await Said("event 3: Patient/f3");
        }

        Assert.Equal(1, await Subscriptions(writer));
    }

    [Fact]
    public async Task The_follower_tells_each_event_once_over_the_server_s_restart()
    {
        using var writer = server.SignIn("provider");
        await using (Follower())
        {
            await Condition.Becomes(async () => await Subscriptions(writer) == 1, "it subscribes", () => string.Join(Environment.NewLine, said));
            await Create(writer, "k1");
            await Said("event 1: Patient/k1");
            await server.Kill();
            await server.StartAgain();
            await Create(writer, "k2");
            await Said("event 2: Patient/k2");
        }

        Assert.Equal(
            ["event 1: Patient/k1", "event 2: Patient/k2"], said.Where(line => line.StartsWith("event ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_subscriber_in_JavaScript_prints_past_and_live_events()
    {
        var modules = Path.Combine(Programs.Web, "node_modules");
        Assert.SkipUnless(Directory.Exists(Path.Combine(modules, "socket.io-client")), "The web packages are not installed.");
        var program = Path.Combine(folder.FullName, "subscriber.mjs");
        File.Copy(Path.Combine(Programs.Repository, "samples", "javascript", "subscriber.mjs"), program);
        Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "node_modules"), modules);
        using var writer = server.SignIn("provider");
        await Create(writer, "j1");

        await using var subscriber = ChildProcess.Start(["node", program, "patient.*"], Secret, said.Enqueue);
        await Said("patient:created Patient/j1/_history/1");
        await Create(writer, "j2");
        await Said("patient:created Patient/j2/_history/1");
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private ChildProcess Consumer() => ChildProcess.Start(
        ["dotnet", Programs.Sample("Vagus.Samples.Consumer"), server.Url, maya.Email, Path.Combine(folder.FullName, "cursor"), "patient.created"],
        Secret, said.Enqueue);

    private ChildProcess Follower() => ChildProcess.Start(
        ["dotnet", Programs.Sample("Vagus.Samples.FollowTopic"), server.Url, maya.Email, "patient.created"], Secret,
        line => said.Enqueue(line.Replace($"{server.Url}/fhir/", "", StringComparison.Ordinal)));

    private static async Task<int> Subscriptions(SignedIn owner) =>
        (await owner.Get("/fhir/Subscription?status=active")).Json["entry"]?.AsArray().Count ?? 0;

    private static async Task Create(SignedIn writer, string id)
    {
        var answer = await writer.Put($"/fhir/Patient/{id}", $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"Sample"}]}""");
        Assert.True(answer.Succeeded, answer.Text);
    }

    private Task Said(string words) => Condition.Becomes(
        () => said.Any(line => line.EndsWith(words, StringComparison.Ordinal)), words, () => string.Join(Environment.NewLine, said));
}
