using System.Text.Json;

namespace Vagus.Realtime.Tests.Live;

/// <summary>What a feature is told of a connection that comes, and what it can tell it.</summary>
public sealed class LiveGreetingTests
{
    [Fact]
    public async Task Who_was_greeted_is_in_the_feed_when_the_feature_is_told_so_and_hears_words_of_its_own()
    {
        var desk = new Desk();
        await using var clinic = await LiveClinic.Open(Engine.Sqlite, commands: desk);
        var live = clinic.Get<ITellLive>();
        desk.Listening = () => live.Listening(LiveClinic.North, Desk.Path);
        var (ann, ben) = (await clinic.SignIn(), await clinic.SignIn());

        await using var first = await SocketClient.OpenIn(Desk.Path, clinic, ann);
        await using var second = await SocketClient.OpenIn(Desk.Path, clinic, ben);
        await desk.Entered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var sessions = desk.Listening().ToDictionary(caller => caller.User, caller => caller.Session);
        live.Tell(LiveClinic.North, Desk.Path, new Dictionary<SessionId, LiveWord>
        {
            [sessions[ann.User]] = new("turn", new { number = 1 }), [sessions[ben.User]] = new("turn", new { number = 2 }),
        });

        Assert.Equal([true, true], desk.InFeed);
        Assert.Equal((1, 2), (await Number(first), await Number(second)));
    }

    private static async Task<int> Number(SocketClient client)
    {
        await client.Hear("hello");
        return (await client.Hear("turn")).GetProperty("number").GetInt32();
    }

    /// <summary>Greets, and keeps whether each was in the feed when it was told so.</summary>
    private sealed class Desk : ILiveCommand, ILiveNamespace
    {
        public const string Path = "/desk";

        public Func<IReadOnlyList<Caller>> Listening { get; set; } = () => [];

        public List<bool> InFeed { get; } = [];

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Namespace => Path;

        public IReadOnlySet<string> Types { get; } = new HashSet<string>();

        string ILiveCommand.Name => "nod";

        string ILiveNamespace.Name => Path;

        public ValueTask<LiveGreeting> Greet(Caller caller, CancellationToken cancel) =>
            ValueTask.FromResult(new LiveGreeting(new LiveWord("hello", new { }), () => Enter(caller)));

        public ValueTask<IReadOnlyDictionary<string, LiveTold>> Tell(
            TenantId tenant, IReadOnlyList<LiveFact> events, CancellationToken cancel) =>
            ValueTask.FromResult<IReadOnlyDictionary<string, LiveTold>>(new Dictionary<string, LiveTold>());

        public ValueTask<Result<object>> Run(LiveOrigin origin, Caller caller, JsonElement request, CancellationToken cancel) =>
            ValueTask.FromResult<Result<object>>(new { ok = true });

        private void Enter(Caller caller)
        {
            lock (InFeed)
            {
                InFeed.Add(Listening().Any(each => each.Session == caller.Session));
                if (InFeed.Count == 2) Entered.SetResult();
            }
        }
    }
}
