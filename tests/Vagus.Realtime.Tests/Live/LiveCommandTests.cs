using System.Text.Json;

namespace Vagus.Realtime.Tests.Live;

public abstract class LiveCommandTests(Engine engine)
{
    private const string Whiteboard = "/whiteboard";

    [Theory]
    [InlineData("/")]
    [InlineData(Whiteboard)]
    public async Task A_command_of_a_feature_answers_in_its_namespace(string name)
    {
        await using var clinic = await LiveClinic.Open(engine, commands: new Draw(name));
        var ann = await clinic.SignIn();
        await using var client = await Open(clinic, name, ann);

        var answer = await client.Ask("draw", new { shape = "circle" });

        Assert.Equal((ann.User.Value, "circle"), (answer.GetProperty("by").GetString(), answer.GetProperty("shape").GetString()));
        Assert.Equal("no_such_shape", CodeOf(await client.Ask("draw", new { shape = "void" })));
        Assert.Equal("missing_field", CodeOf(await client.Ask("draw")));
        Assert.Equal("invalid_request", CodeOf(await client.AskText("draw", """{"shape":"\ud800"}""")));
        Assert.Equal("unknown_event", CodeOf(await client.Ask("erase")));
    }

    [Fact]
    public async Task A_command_that_throws_is_answered_and_logged_without_its_arguments()
    {
        await using var clinic = await LiveClinic.Open(engine, commands: new Draw(Whiteboard));
        await using var client = await SocketClient.OpenIn(Whiteboard, clinic, await clinic.SignIn());

        Assert.Equal("unavailable", CodeOf(await client.Ask("draw", new { shape = "scribble" })));
        Assert.Equal("unavailable", CodeOf(await client.Ask("draw", new { shape = "timeout" })));

        var line = await clinic.Log.Line("The event draw of a socket failed");
        Assert.DoesNotContain("scribble", line, StringComparison.Ordinal);
        Assert.Equal("circle", (await client.Ask("draw", new { shape = "circle" })).GetProperty("shape").GetString());
    }

    [Fact]
    public async Task Commands_keep_to_the_limits_of_requests()
    {
        var options = new RealtimeOptions { MaxFramesPerSecond = 1 };
        await using var clinic = await LiveClinic.Open(engine, options, commands: new Draw(Whiteboard));
        await using var client = await SocketClient.OpenIn(Whiteboard, clinic, await clinic.SignIn());

        for (var time = 0; time < 2; time++) await client.Ask("draw", new { shape = "circle" });

        Assert.Equal("too_many_frames", CodeOf(await client.Ask("draw", new { shape = "circle" })));
    }

    [Fact]
    public async Task A_namespace_of_commands_lets_in_by_credentials_tells_nothing_of_the_log_and_closes_with_the_sign_in()
    {
        await using var clinic = await LiveClinic.Open(engine, commands: new Draw(Whiteboard));
        var ann = await clinic.SignIn();
        await using var stranger = await SocketClient.OpenIn(Whiteboard, clinic, ann with { Token = "x" });
        await using var client = await SocketClient.OpenIn(Whiteboard, clinic, ann);
        await using var follower = await SocketClient.Open(clinic, ann);

        var patient = "Patient/" + await clinic.Create(ann, "Patient", """{"resourceType":"Patient","active":true}""");
        await follower.Reach(await clinic.WriteOrder());
        Assert.True((await follower.Ask("view", new { resource = patient, mode = "viewing" })).GetProperty("ok").GetBoolean());
        Assert.Equal("unknown_event", CodeOf(await client.Ask("subscribe", new { })));
        Assert.Equal("unknown_event", CodeOf(await client.Ask("view", new { resource = patient, mode = "viewing" })));
        await clinic.SignOut(ann);

        Assert.True(stranger.IsRefused);
        Assert.Null(await client.Next());
        Assert.Null(client.Position);
    }

    [Fact]
    public async Task Two_commands_of_one_name_in_one_namespace_keep_the_server_from_starting()
    {
        await Assert.ThrowsAsync<ArgumentException>(
            () => LiveClinic.Open(engine, commands: [new Draw(Whiteboard), new Draw(Whiteboard)]));
        await Assert.ThrowsAsync<ArgumentException>(() => LiveClinic.Open(engine, commands: new Draw("/", "subscribe")));
    }

    private static Task<SocketClient> Open(LiveClinic clinic, string name, SignedIn person) =>
        name == "/" ? SocketClient.Open(clinic, person) : SocketClient.OpenIn(name, clinic, person);

    private static string? CodeOf(JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetString();

    private sealed class Draw(string where, string name = "draw") : ILiveCommand
    {
        private static readonly Refusal NoSuchShape = new(RefusalKind.NotFound, "no_such_shape", "There is no such shape.");

        public string Namespace => where;

        public string Name => name;

        public ValueTask<Result<object>> Run(LiveOrigin origin, Caller caller, JsonElement request, CancellationToken cancel)
        {
            var shape = RequestFields.Read(request, "shape").Value.Text("shape");
            return ValueTask.FromResult<Result<object>>(shape switch
            {
                { Refusal: { } refusal } => refusal,
                { Value: "void" } => NoSuchShape,
                { Value: "timeout" } => throw new OperationCanceledException("Something else than the connection has ended."),
                { Value: "scribble" } => throw new InvalidOperationException("The board is full."),
                _ => new { by = caller.User.Value, shape = shape.Value },
            });
        }
    }
}

public sealed class LiveCommandsOnSqlite() : LiveCommandTests(Engine.Sqlite);

public sealed class LiveCommandsOnPostgres() : LiveCommandTests(Engine.Postgres);
