using System.Diagnostics;
using Vagus.Bus.Connecting;
using Vagus.Bus.Tests.Running;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Samples;

/// <summary>The samples of web/events, run by Node with the npm package <c>nats</c> as users of deploy/nats/users.conf.</summary>
public sealed class SampleTests
{
    private const string Viewed =
        """{"patientId":"p-1","resource":"DiagnosticReport/dr-1/_history/1","reportId":"dr-1","viewedBy":"dr-lee"}""";

    private static readonly byte[] Deleted = EventCatalogue.Serialize(
        new ResourceDeleted("Patient", "p-2", "3", "Patient/p-2/_history/3", "p-2"));

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TenantId Demo = new("demo");

    [Fact]
    public async Task A_publisher_and_a_consumer_in_Node_meet_in_the_log()
    {
        if (await Prepare() is { } reason) Assert.Skip(reason);
        await using var nats = await NatsServer.Start(Users());
        await using var node = await Server(nats);

        var published = await Run(nats, "demo-bridge", "publish.mjs", "lab.result.viewed", Viewed);
        await Condition.Becomes(async () => await node.Cursor(Demo) == 1, "it came in and went out");
        await node.Append(Demo, new Storage.Log.NewEvent("from-vagus", "resource.deleted", Deleted)
        {
            Resource = "Patient/p-2/_history/3", Patient = new PatientId("p-2"),
        });
        var consumed = await Run(nats, "demo-reader", "consume.mjs", "reader", "2");

        var id = published.Split(' ')[0];
        Assert.Equal([$"1 lab.result.viewed {id}", "2 resource.deleted from-vagus"], consumed.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_publisher_is_told_what_does_not_fit_before_anything_is_sent()
    {
        if (await Prepare() is { } reason) Assert.Skip(reason);
        await using var nats = await NatsServer.Start(Users());
        await using var node = await Server(nats);

        var failed = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Run(nats, "demo-bridge", "publish.mjs", "lab.result.viewed", """{"patientId":"p-1"}"""));

        Assert.Contains("data.reportId is missing", failed.Message, StringComparison.Ordinal);
        Assert.Empty(await node.Storage.Log.Read(Demo, 0, 10, default));
    }

    /// <summary>Installs the workspace and builds the package where that has not been done. Answers why it cannot be.</summary>
    private static async Task<string?> Prepare()
    {
        var web = Path.Combine(Sources.Root, "web");
        try
        {
            if (!Directory.Exists(Path.Combine(web, "node_modules", "nats"))) await Run(web, [], "npm", "ci", "--no-audit", "--no-fund");
            await Run(web, [], "npm", "run", "build", "-w", "@vagus/events", "--silent");
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "Node or npm is not installed.";
        }
    }

    private static string Users() => File.ReadAllText(Path.Combine(Sources.Root, "deploy", "nats", "users.conf"))
        .Replace("$NATS_VAGUS_PASSWORD", "secret", StringComparison.Ordinal)
        .Replace("$NATS_SENDER_PASSWORD", "secret", StringComparison.Ordinal)
        .Replace("$NATS_READER_PASSWORD", "secret", StringComparison.Ordinal);

    private static async Task<Node> Server(NatsServer nats)
    {
        var node = await Node.Create(
            Engine.Sqlite,
            Node.Options(nats) with
            {
                Credentials = new BusCredentials { User = "vagus", Password = "secret" },
                Senders = [new("bridge", "demo", "bridge-account")],
                Readers = [new("reader", "demo")],
            },
            add: FakeRoom.Add);
        await node.AddService(Demo, "bridge-account");
        await node.Start();
        var line = node.Storage.Get<NatsLine>();
        await Condition.Becomes(
            async () => line.IsOpen && await StreamRules.Find(line.JetStream, "VAGUS_IN_demo", default) is not null, "the intake is there");
        return node;
    }

    private static Task<string> Run(NatsServer nats, string user, string sample, params string[] arguments) => Run(
        Path.Combine(Sources.Root, "web", "events", "samples"),
        new()
        {
            ["NATS_URL"] = nats.Url, ["NATS_USER"] = user, ["NATS_PASSWORD"] = "secret", ["NATS_API"] = "vagus-api", ["TENANT"] = "demo",
            ["SENDER"] = "bridge",
        },
        "node", [sample, .. arguments]);

    private static async Task<string> Run(string folder, Dictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            var (said, wrong) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? await said : throw new InvalidOperationException($"{program} {arguments[0]}: {await said}{await wrong}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
