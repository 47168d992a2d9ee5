using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Log;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>The real <c>socket.io-client</c> in a Node process, which prints each event that it got.</summary>
internal sealed class SocketIoSubscriber : Subscriber
{
    private readonly ChildProcess node;
    private readonly HashSet<long> ever = [];
    private readonly HashSet<long> onThisConnection = [];

    private SocketIoSubscriber(RunningServer server, string role, string transport, Func<LoggedEvent, bool> isEntitled)
        : base($"socket.io-client over {transport} as {role}", isEntitled) => node = Follow(server, role, transport, since: 0, Heard);

    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? Missing =>
        Directory.Exists(Path.Combine(Programs.Web, "node_modules", "socket.io-client"))
            ? null : "socket.io-client is not installed (npm ci in web)";

    public static SocketIoSubscriber Start(RunningServer server, string role, string transport, Func<LoggedEvent, bool> isEntitled) =>
        new(server, role, transport, logged => !logged.Type.StartsWith("resource.", StringComparison.Ordinal) && isEntitled(logged));

    /// <summary>What one is told that comes back after this position: a gap.</summary>
    public static async Task<JsonNode> Gap(RunningServer server, string role, long since)
    {
        var told = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var node = Follow(server, role, "websocket", since, line =>
        {
            if (JsonNode.Parse(line)!["gap"] is { } gap) told.TrySetResult(gap);
        });
        return await told.Task.WaitAsync(Condition.Limit);
    }

    public override async ValueTask DisposeAsync()
    {
        await node.Kill();
        await node.DisposeAsync();
    }

    protected override bool ArrivesInOrder => false;

    protected override string NameOf(LoggedEvent logged) => Events.EventCatalogue.Find(logged.Type)!.SocketName!;

    private static ChildProcess Follow(RunningServer server, string role, string transport, long since, Action<string> heard)
    {
        var person = server.Clinic[role];
        var settings = new Dictionary<string, string>
        {
            ["SERVER"] = server.Url,
            ["SIGN_IN"] = new JsonObject { ["email"] = person.Email, ["password"] = person.Password,
                ["tenant"] = person.Tenant }.ToJsonString(),
            ["TRANSPORT"] = transport,
            ["SINCE"] = since.ToString(CultureInfo.InvariantCulture),
            ["MODULES"] = Path.Combine(Programs.Web, "package.json"),
        };
        return ChildProcess.Start(["node", Path.Combine(AppContext.BaseDirectory, "Crashing", "node", "follow.mjs")], settings, heard);
    }

    private void Heard(string line)
    {
        var said = JsonNode.Parse(line)!;
        if ((long?)said["sequence"] is { } sequence)
        {
            // Cut off in the middle of a replay, the client asks again for what came before its end; nothing comes twice on one connection.
            if (!onThisConnection.Add(sequence)) Complain($"got {sequence} twice on one connection");
            if (ever.Add(sequence)) Took(new Received(sequence, (string)said["name"]!));
        }
        else if (said["connected"] is not null)
        {
            Reconnections++;
            onThisConnection.Clear();
        }
        else
        {
            Complain(line);
        }
    }
}
