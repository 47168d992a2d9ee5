using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Vagus.Identity.Administration;
using Vagus.Identity.People;

namespace Vagus.Realtime.Tests.Live;

/// <summary>Credentials that come with the request to open <c>/ws</c>, and connections whose rights change by themselves.</summary>
public abstract class ShownCredentialTests(Engine engine)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseCookies = false });

    [Fact]
    public async Task A_ticket_welcomes_once_and_a_client_that_only_subscribes_gets_events()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var ticket = await Ticket(clinic, ann);

        await using var first = await RawClient.Connect(clinic, query: $"ticket={ticket}");
        await first.Hear("welcome");
        await first.Subscribe(new { subscription_id = "s" });
        await clinic.WriteOrder();
        await first.Hear("clinical_event");

        await using var second = await RawClient.Connect(clinic, query: $"ticket={ticket}");
        Assert.Equal(4401, await second.HearClose());
    }

    [Fact]
    public async Task Of_many_who_show_a_ticket_at_once_one_comes_in()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ticket = await Ticket(clinic, await clinic.SignIn());

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var client = await RawClient.Connect(clinic, query: $"ticket={ticket}");
            return (await client.Next())?.GetProperty("type").GetString();
        }));

        Assert.Single(answers, "welcome");
    }

    [Fact]
    public async Task A_ticket_ends_after_thirty_seconds_with_its_session_and_is_no_token()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var late = await Ticket(clinic, ann);
        clinic.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(4401, await Closed(clinic, $"ticket={late}"));

        var orphan = await Ticket(clinic, ann);
        await clinic.Get<ChangeUser>().EndSessions(LiveClinic.North, ann.User, default);
        Assert.Equal(4401, await Closed(clinic, $"ticket={orphan}"));

        var again = await clinic.SignInAgain(ann);
        await using var byToken = await RawClient.Connect(clinic, query: $"token={again.Token}&access_token={again.Token}");
        await byToken.Say("subscribe", new { subscription_id = "s" });
        Assert.Equal("not_authenticated", (await byToken.Hear("error")).GetProperty("code").GetString());
        Assert.Equal(4401, await Closed(clinic, $"ticket={again.Token}"));
    }

    [Fact]
    public async Task A_ticket_belongs_to_its_own_tenant_in_both_directions()
    {
        await using var clinic = await LiveClinic.Open(engine);
        foreach (var (own, other) in new[] { (LiveClinic.North, LiveClinic.South), (LiveClinic.South, LiveClinic.North) })
        {
            var person = await clinic.SignIn(tenant: own);
            await using var client = await RawClient.Connect(clinic, query: $"ticket={await Ticket(clinic, person)}");
            await client.Hear("welcome");
            await client.Subscribe(new { subscription_id = "s" });

            await clinic.WriteOrder(tenant: other, patient: "theirs");
            await clinic.WriteOrder(tenant: own, patient: "mine");

            Assert.Equal("mine", (await client.Hear("clinical_event")).GetProperty("patient_id").GetString());
        }
    }

    [Fact]
    public async Task A_header_and_the_protocols_welcome_unasked_too()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();

        await using var header = await RawClient.Connect(
            clinic, options => options.SetRequestHeader("Authorization", $"Bearer {ann.Token}"));
        await header.Hear("welcome");
        await using var protocols = await RawClient.Connect(clinic, options =>
        {
            options.AddSubProtocol("vagus.bearer");
            options.AddSubProtocol(ann.Token);
        });
        await protocols.Hear("welcome");
        await using var bad = await RawClient.Connect(
            clinic, options => options.SetRequestHeader("Authorization", $"Bearer {ann.Token}x"));
        Assert.Equal(4401, await bad.HearClose());
    }

    [Fact]
    public async Task The_first_subscription_of_such_a_connection_names_the_client_and_takes_over()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var older = await RawClient.Connect(clinic, query: $"ticket={await Ticket(clinic, ann)}");
        var welcome = await older.Hear("welcome");
        var since = await older.Subscribe(new { subscription_id = "s" });
        await clinic.WriteOrder(patient: "p-missed");
        await using var newer = await RawClient.Connect(clinic, query: $"ticket={await Ticket(clinic, ann)}");
        await newer.Hear("welcome");

        await newer.Subscribe(new { subscription_id = "s", since, client_id = welcome.GetProperty("client_id").GetString() });

        Assert.Equal("p-missed", (await newer.Hear("clinical_event")).GetProperty("patient_id").GetString());
        await older.HearClose();
    }

    [Fact]
    public async Task A_proxy_that_runs_out_closes_the_live_connections_and_those_that_come_back_see_less()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var mum = await clinic.SignIn(Role.Patient, patient: "m1");
        var until = clinic.Clock.GetUtcNow().AddMinutes(5);
        var terms = new ProxyTerms("caregiver") { Until = until };
        Assert.False(
            (await clinic.Get<ChangeUser>().GrantProxy(LiveClinic.North, mum.User, new PatientId("child"), terms, default)).IsRefused);
        mum = await clinic.SignInAgain(mum);
        await using var raw = await RawClient.Open(clinic, mum);
        await using var socket = await SocketClient.Open(clinic, mum);

        clinic.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(4401, await raw.HearClose());
        Assert.Equal(4401, await socket.HearClose());
        await using var again = await RawClient.Open(clinic, mum);
        await again.Subscribe(new { subscription_id = "s" });
    }

    private static async Task<string> Ticket(LiveClinic clinic, SignedIn person)
    {
        var door = person.Role == Role.Patient ? "/api/patient-portal/auth" : "/api/auth";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(clinic.Address, $"{door}/ticket"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(30, body.GetProperty("expiresIn").GetInt32());
        return body.GetProperty("ticket").GetString()!;
    }

    private static async Task<int?> Closed(LiveClinic clinic, string query)
    {
        await using var client = await RawClient.Connect(clinic, query: query);
        return await client.HearClose();
    }
}

public sealed class ShownCredentialsOnSqlite() : ShownCredentialTests(Engine.Sqlite);

public sealed class ShownCredentialsOnPostgres() : ShownCredentialTests(Engine.Postgres);
