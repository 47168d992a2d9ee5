using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Searching;

/// <summary>A client on <c>/ws</c> that keeps one search open and its list with it.</summary>
internal sealed class OpenSearch : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket socket = new();
    private readonly Dictionary<string, string> list;

    private OpenSearch(Dictionary<string, string> list) => this.list = list;

    /// <summary>The server gave a page to begin anew with.</summary>
    public bool WasReset { get; private set; }

    /// <summary>The last position that the list is exact at.</summary>
    public long Since { get; private set; }

    /// <summary>The resources of the list, by id, with their versions.</summary>
    public IReadOnlyDictionary<string, string> List => list;

    /// <summary>Opens the search, or goes on with what another connection had.</summary>
    public static async Task<OpenSearch> Open(RunningServer server, string token, string search, OpenSearch? before = null)
    {
        var open = new OpenSearch(before is null ? [] : new(before.list, StringComparer.Ordinal)) { Since = before?.Since ?? 0 };
        await open.socket.ConnectAsync(new Uri($"{server.Url.Replace("http", "ws", StringComparison.Ordinal)}/ws"), Cancel());
        await open.Send("authenticate", new JsonObject { ["token"] = token });
        await open.Hear("welcome");
        var asked = new JsonObject { ["subscription_id"] = "s", ["search"] = search };
        if (before is not null) asked["since"] = before.Since;
        await open.Send("subscribe", asked);
        open.Begin(await open.Hear("subscribed"));
        return open;
    }

    /// <summary>Takes changes until one of this resource, in this version or as gone, has come.</summary>
    public async Task Told(string id, string? version)
    {
        while (list.GetValueOrDefault(id) != version)
        {
            var change = await Hear("search_changed");
            if ((string?)change["change"] == "leave") list.Remove((string)change["resource_id"]!);
            else list[(string)change["resource_id"]!] = VersionOf(change["resource"]!);
            Since = (long)change["sequence"]!;
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Begin(JsonNode answer)
    {
        WasReset = (bool?)answer["reset"] ?? true;
        if (WasReset)
        {
            list.Clear();
            foreach (var resource in answer["resources"]!.AsArray()) list[(string)resource!["id"]!] = VersionOf(resource);
        }

        Since = Math.Max(Since, (long)answer["sequence"]!);
    }

    private static string VersionOf(JsonNode resource) => (string)resource["meta"]!["versionId"]!;

    private async Task<JsonNode> Hear(string type)
    {
        while (true)
        {
            using var whole = new MemoryStream();
            var buffer = new byte[32 * 1024];
            WebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer, Cancel());
                Assert.NotEqual(WebSocketMessageType.Close, part.MessageType);
                whole.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            var frame = JsonNode.Parse(whole.ToArray())!;
            Assert.NotEqual("error", (string?)frame["type"]);
            if ((string?)frame["type"] == type) return frame["data"]!;
        }
    }

    private Task Send(string type, JsonObject data) => socket.SendAsync(
        Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["data"] = data }.ToJsonString()), WebSocketMessageType.Text,
        endOfMessage: true, Cancel());

    private static CancellationToken Cancel() => new CancellationTokenSource(Limit).Token;
}
