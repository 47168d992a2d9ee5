using Vagus.Identity.Administration;

namespace Vagus.Realtime.Tests.Live;

public abstract class AdmissionTests(Engine engine)
{
    [Fact]
    public async Task All_three_credentials_admit_and_nothing_else_does()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn(Role.Nurse);
        var bob = await clinic.SignIn(Role.Nurse);

        Assert.Null(await Code(clinic, new { token = ann.Token }));
        Assert.Null(await Code(clinic, new { sessionId = ann.SessionId, userId = ann.User.Value, role = "nurse" }));
        Assert.Null(await Code(clinic, new { }, header: $"Bearer {ann.Token}"));
        Assert.Equal("missing_credentials", await Code(clinic, new { }));
        Assert.Equal("missing_credentials", await Code(clinic, new { }, query: $"&token={ann.Token}&access_token={ann.Token}"));
        Assert.Equal("unauthenticated", await Code(clinic, new { token = ann.Token + "x" }));
        Assert.Equal("unauthenticated", await Code(clinic, new { token = 7 }));
        Assert.Equal("unauthenticated", await Code(clinic, new { token = "" }, header: $"Bearer {ann.Token}"));
        Assert.Equal("unauthenticated", await Code(clinic, new { sessionId = ann.SessionId, userId = bob.User.Value, role = "nurse" }));
        Assert.Equal("unauthenticated", await Code(clinic, new { sessionId = ann.SessionId, userId = ann.User.Value, role = "admin" }));
        Assert.Equal("unauthenticated", await Code(clinic, new { sessionId = ann.SessionId }));
        Assert.Equal(
            "unauthenticated",
            await Code(
            clinic,
            new { sessionId = ann.SessionId.Replace("north", "south", StringComparison.Ordinal), userId = ann.User.Value,
            role = "nurse" }));
    }

    [Fact]
    public async Task The_first_raw_frame_must_bring_a_good_token()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();

        Assert.Equal(("not_authenticated", 4401), await Refused(clinic, client => client.Say("subscribe", new { subscription_id = "s" })));
        Assert.Equal(
            ("unauthenticated", 4401), await Refused(clinic, client => client.Say("authenticate", new { token = ann.Token + "x" })));
        Assert.Equal(("missing_field", 4401), await Refused(clinic, client => client.Say("authenticate", new { })));
        Assert.Equal(
            ("unknown_field", 4401),
            await Refused(clinic, client => client.Say("authenticate", new { token = ann.Token, tenant = "south" })));
        Assert.Equal(("not_authenticated", 4401), await Refused(clinic, client => client.SayText("nonsense")));
    }

    [Fact]
    public async Task A_raw_client_that_says_nothing_is_closed()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { AuthenticateWithin = TimeSpan.FromMilliseconds(200) });
        await using var client = await RawClient.Connect(clinic);

        Assert.Equal(4401, await client.HearClose());
    }

    [Fact]
    public async Task A_connection_ends_when_its_token_has_run_out_unless_it_was_renewed()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var expiring = await SocketClient.Open(clinic, ann);
        await using var expiringRaw = await RawClient.Open(clinic, ann);
        await using var renewed = await SocketClient.Open(clinic, ann);
        await using var renewedRaw = await RawClient.Open(clinic, ann);
        clinic.Clock.Advance(TimeSpan.FromMinutes(9));
        var again = await clinic.SignInAgain(ann);
        Assert.True((await renewed.Ask("authenticate", new { token = again.Token })).GetProperty("ok").GetBoolean());
        await renewedRaw.Say("authenticate", new { token = again.Token });
        await renewedRaw.Hear("authenticated");

        clinic.Clock.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(31));

        Assert.Equal(4401, await expiring.HearClose());
        Assert.Equal(4401, await expiringRaw.HearClose());
        await clinic.WriteOrder();
        await renewed.Hear("lab:order_created");
        await renewedRaw.Subscribe(new { subscription_id = "s" });
    }

    [Fact]
    public async Task A_connection_ends_with_its_session()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var other = await clinic.SignInAgain(ann);
        await using var socket = await SocketClient.Open(clinic, ann);
        await using var raw = await RawClient.Open(clinic, ann);
        await using var stays = await SocketClient.Open(clinic, other);

        await clinic.SignOut(ann);

        Assert.Equal(4401, await socket.HearClose());
        Assert.Equal(4401, await raw.HearClose());
        await clinic.WriteOrder();
        await stays.Hear("lab:order_created");
    }

    [Fact]
    public async Task A_connection_ends_within_five_seconds_of_its_idle_session_whatever_goes_over_it()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var (ann, bob) = (await clinic.SignIn(), await clinic.SignIn());
        await using var idle = await SocketClient.Connect(clinic, BySession(ann));
        await using var busy = await SocketClient.Connect(clinic, BySession(bob));
        clinic.Clock.Advance(TimeSpan.FromMinutes(9));
        await clinic.Act(bob);
        clinic.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("unauthenticated", Code(await idle.Ask("authenticate", new { token = "x" })));
        await clinic.WriteOrder();
        await idle.Hear("lab:order_created");

        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.Equal(4401, await idle.HearClose());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await busy.Hear("lab:order_created");
        await clinic.WriteOrder();
        await busy.Hear("lab:order_created");
    }

    private static object BySession(SignedIn person) => new { sessionId = person.SessionId, userId = person.User.Value, role = "provider" };

    [Fact]
    public async Task A_connection_ends_when_the_role_changes()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var socket = await SocketClient.Open(clinic, ann);

        Assert.False((await clinic.Get<ChangeUser>().SetRole(LiveClinic.North, ann.User, Role.Billing, default)).IsRefused);

        Assert.Equal(4401, await socket.HearClose());
    }

    [Fact]
    public async Task Nobody_renews_the_connection_of_another()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn(id: "same");
        var bob = await clinic.SignIn();
        var namesake = await clinic.SignIn(tenant: LiveClinic.South, id: "same");
        await using var socket = await SocketClient.Open(clinic, ann);
        await using var raw = await RawClient.Open(clinic, ann);

        Assert.Equal("another_caller", Code(await socket.Ask("authenticate", new { token = bob.Token })));
        Assert.Equal("another_caller", Code(await socket.Ask("authenticate", new { token = namesake.Token })));
        Assert.Equal("unauthenticated", Code(await socket.Ask("authenticate", new { token = "x" })));
        await raw.Say("authenticate", new { token = namesake.Token });
        Assert.Equal("another_caller", (await raw.Hear("error")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_connect()
    {
        await using var clinic = await LiveClinic.Open(engine);

        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(
            () => RawClient.Connect(clinic, options => options.SetRequestHeader("Origin", "https://evil.example")));
        await using var own = await RawClient.Connect(
            clinic, options => options.SetRequestHeader("Origin", clinic.Address.GetLeftPart(UriPartial.Authority)));
    }

    private static string? Code(System.Text.Json.JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetString();

    private static async Task<string?> Code(LiveClinic clinic, object auth, string query = "", string? header = null)
    {
        await using var client = await SocketClient.Connect(clinic, auth, query, header);
        return client.IsRefused ? client.Connected.GetProperty("data").GetProperty("code").GetString() : null;
    }

    private static async Task<(string?, int)> Refused(LiveClinic clinic, Func<RawClient, Task> say)
    {
        await using var client = await RawClient.Connect(clinic);
        await say(client);
        var code = (await client.Hear("error")).GetProperty("code").GetString();
        return (code, await client.HearClose());
    }
}

public sealed class AdmissionOnSqlite() : AdmissionTests(Engine.Sqlite);

public sealed class AdmissionOnPostgres() : AdmissionTests(Engine.Postgres);
