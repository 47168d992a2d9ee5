using System.Text.Json;

namespace Vagus.Realtime.Tests.Searches;

/// <summary>A search that is kept open: its first page, and what happens to its result.</summary>
public abstract class LiveSearchTests(Engine engine)
{
    private const string OfDoctor = "Appointment?practitioner=Practitioner/dr-1&status=booked";

    [Fact]
    public async Task A_raw_connection_is_answered_the_first_page_and_told_what_enters_changes_and_leaves()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await clinic.Put(ann, "Appointment", "a1", Appointments.Of("a1"));
        await clinic.Put(ann, "Appointment", "other", Appointments.Of("other", practitioner: "dr-2"));
        await using var raw = await RawClient.Open(clinic, ann);

        await raw.Say("subscribe", new { subscription_id = "s", search = OfDoctor });
        var answer = await raw.Hear("subscribed");
        await clinic.Put(ann, "Appointment", "a2", Appointments.Of("a2"));
        await clinic.Put(ann, "Appointment", "other", Appointments.Of("other", practitioner: "dr-2", status: "arrived"));
        await clinic.Put(ann, "Appointment", "a1", Appointments.Of("a1", start: "2026-11-26T10:00:00Z"));
        await clinic.Put(ann, "Appointment", "a1", Appointments.Of("a1", status: "cancelled"));
        await clinic.Delete(ann, "Appointment", "a2");

        Assert.Equal(("s", 2, 1, true), (
            answer.GetProperty("subscription_id").GetString(), answer.GetProperty("sequence").GetInt64(),
            answer.GetProperty("total").GetInt32(), answer.GetProperty("complete").GetBoolean()));
        Assert.Equal(["a1"], answer.GetProperty("resources").EnumerateArray().Select(each => each.GetProperty("id").GetString()));
        Assert.Equal(("enter", "a2", 3), Change(await raw.Hear("search_changed")));
        var update = await raw.Hear("search_changed");
        Assert.Equal(("update", "a1", 5), Change(update));
        Assert.Equal("2026-11-26T10:00:00Z", update.GetProperty("resource").GetProperty("start").GetString());
        var leave = await raw.Hear("search_changed");
        Assert.Equal(("leave", "a1", 6), Change(leave));
        Assert.Equal((JsonValueKind.Null, "Appointment", "s"), (
            leave.GetProperty("resource").ValueKind, leave.GetProperty("resource_type").GetString(),
            leave.GetProperty("subscription_id").GetString()));
        Assert.Equal(("leave", "a2", 7), Change(await raw.Hear("search_changed")));
        Assert.Empty(clinic.Errors);
    }

    [Fact]
    public async Task A_socket_is_answered_the_first_page_and_told_what_enters_changes_and_leaves()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await clinic.Put(ann, "Appointment", "late", Appointments.Of("late", start: "2026-11-26T15:00:00Z"));
        await clinic.Put(ann, "Appointment", "early", Appointments.Of("early"));
        await using var socket = await SocketClient.Open(clinic, ann);

        var answer = await socket.Ask("subscribe", new { search = "Appointment?date=2026-11-26&_sort=date" });
        await clinic.Put(ann, "Appointment", "next", Appointments.Of("next", start: "2026-11-27T09:00:00Z"));
        await clinic.Put(ann, "Appointment", "next", Appointments.Of("next", start: "2026-11-26T09:00:00Z"));
        await clinic.Put(ann, "Appointment", "early", Appointments.Of("early", start: "2026-11-28T09:00:00Z"));

        Assert.True(answer.GetProperty("ok").GetBoolean());
        Assert.Equal(2, answer.GetProperty("sequence").GetInt64());
        Assert.Equal(
            ["early", "late"], answer.GetProperty("resources").EnumerateArray().Select(each => each.GetProperty("id").GetString()));
        var enter = await socket.Hear("search_changed");
        Assert.Equal(
            ("enter", "Appointment", "next", 4, answer.GetProperty("subscriptionId").GetString()),
            (enter.GetProperty("change").GetString(), enter.GetProperty("resourceType").GetString(),
            enter.GetProperty("resourceId").GetString(), enter.GetProperty("sequence").GetInt32(),
            enter.GetProperty("subscriptionId").GetString()));
        Assert.Equal("4s", socket.Offset);
        Assert.Equal("leave", (await socket.Hear("search_changed")).GetProperty("change").GetString());
    }

    [Fact]
    public async Task A_client_that_comes_back_with_since_is_told_what_it_missed()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await clinic.Put(ann, "Appointment", "a1", Appointments.Of("a1"));
        long since;
        await using (var raw = await RawClient.Open(clinic, ann))
        {
            since = await raw.Subscribe(new { subscription_id = "s", search = OfDoctor });
        }

        await clinic.Put(ann, "Appointment", "a2", Appointments.Of("a2"));
        await clinic.Put(ann, "Appointment", "a1", Appointments.Of("a1", status: "cancelled"));
        await using var again = await RawClient.Open(clinic, ann);
        await again.Say("subscribe", new { subscription_id = "s", search = OfDoctor, since });
        var answer = await again.Hear("subscribed");

        Assert.False(answer.GetProperty("reset").GetBoolean());
        Assert.False(answer.TryGetProperty("resources", out _));
        Assert.Equal(since, answer.GetProperty("sequence").GetInt64());
        Assert.Equal(("enter", "a2", 2), Change(await again.Hear("search_changed")));
        Assert.Equal(("leave", "a1", 3), Change(await again.Hear("search_changed")));
    }

    [Fact]
    public async Task A_position_that_cannot_be_gone_on_from_is_answered_by_the_first_page_anew()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxSearchReplay = 2 });
        var ann = await clinic.SignIn();
        await using var raw = await RawClient.Open(clinic, ann);
        var since = await raw.Subscribe(new { subscription_id = "s", search = OfDoctor });
        for (var each = 0; each < 3; each++) await clinic.Put(ann, "Appointment", $"a{each}", Appointments.Of($"a{each}"));
        await clinic.HasRead();

        await using var behind = await RawClient.Open(clinic, ann);
        await behind.Say("subscribe", new { subscription_id = "s", search = OfDoctor, since });
        var tooFar = await behind.Hear("subscribed");
        await using var stranger = await RawClient.Open(clinic, await clinic.SignIn());
        await stranger.Say("subscribe", new { subscription_id = "s", search = OfDoctor, since = 3 });
        var unproved = await stranger.Hear("subscribed");

        foreach (var answer in new[] { tooFar, unproved })
        {
            Assert.True(answer.GetProperty("reset").GetBoolean());
            Assert.Equal((3, 3), (answer.GetProperty("sequence").GetInt32(), answer.GetProperty("resources").GetArrayLength()));
        }
    }

    [Fact]
    public async Task A_raw_connection_that_is_resumed_goes_on_with_its_search()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        string client;
        await using (var raw = await RawClient.Connect(clinic))
        {
            await raw.Say("authenticate", new { token = ann.Token });
            client = (await raw.Hear("welcome")).GetProperty("client_id").GetString()!;
            await raw.Subscribe(new { subscription_id = "s", search = OfDoctor });
            raw.Cut();
        }

        await clinic.Put(ann, "Appointment", "a1", Appointments.Of("a1"));
        await using var again = await RawClient.Connect(clinic);
        await again.Say("authenticate", new { token = ann.Token, client_id = client, since = 0 });

        Assert.True((await again.Hear("welcome")).GetProperty("resumed").GetBoolean());
        Assert.Equal(("enter", "a1", 1), Change(await again.Hear("search_changed")));
    }

    [Theory]
    [InlineData("Appointment?patient.name=Smith", "unsupported_search", "patient.name")]
    [InlineData("Patient?_has:Observation:patient:code=x", "unsupported_search", "_has:Observation:patient:code")]
    [InlineData("Patient?_list=1", "unsupported_search", "_list")]
    [InlineData("Observation?code:below=http://loinc.org|1", "unsupported_search", "code:below")]
    [InlineData("Patient?_content=x", "unsupported_search", "_content")]
    [InlineData("Appointment?date=ap2026-11-26", "unsupported_search", "'ap'")]
    [InlineData("Appointment?_lastUpdated=ap2026-11-26", "unsupported_search", "'ap'")]
    [InlineData("Observation?code-value-date=1$ap2026-11-26", "unsupported_search", "'ap'")]
    [InlineData("Appointment?_include=Appointment:patient", "unsupported_search", "other resources")]
    [InlineData("Appointment?_summary=count", "unsupported_search", "_summary")]
    [InlineData("Provenance", "unsupported_search", "Provenance")]
    [InlineData("Appointment?nothing=1", "unknown-search-parameter", "nothing")]
    [InlineData("Nothing?a=1", "not-supported", "Nothing")]
    public async Task What_cannot_be_kept_open_is_refused_by_name(string search, string code, string named)
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var raw = await RawClient.Open(clinic, await clinic.SignIn(Role.Admin));

        await raw.Say("subscribe", new { subscription_id = "s", search });
        var error = await raw.Hear("error");

        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Contains(named, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        await raw.Say("subscribe", new { subscription_id = "s", search = "Appointment" });
        Assert.Equal(0, (await raw.Hear("subscribed")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_result_larger_than_a_page_is_refused_unless_its_first_matches_are_asked_for()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxSearchMatches = 2 });
        var ann = await clinic.SignIn();
        for (var each = 0; each < 3; each++) await clinic.Put(ann, "Appointment", $"a{each}", Appointments.Of($"a{each}"));
        await using var raw = await RawClient.Open(clinic, ann);

        await raw.Say("subscribe", new { subscription_id = "s", search = OfDoctor });
        Assert.Equal("too_many_matches", (await raw.Hear("error")).GetProperty("code").GetString());
        await raw.Say("subscribe", new { subscription_id = "s", search = $"{OfDoctor}&_count=1&_total=accurate" });
        var first = await raw.Hear("subscribed");
        await clinic.Put(ann, "Appointment", "a0", Appointments.Of("a0", status: "arrived"));

        Assert.Equal((1, 3, false), (
            first.GetProperty("resources").GetArrayLength(), first.GetProperty("total").GetInt32(),
            first.GetProperty("complete").GetBoolean()));
        Assert.Equal(("leave", "a0", 4), Change(await raw.Hear("search_changed")));
    }

    [Fact]
    public async Task A_tenant_keeps_so_many_searches_open_and_no_more()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxSearches = 1 });
        var ann = await clinic.SignIn();
        await using var first = await RawClient.Open(clinic, ann);
        await using var second = await RawClient.Open(clinic, ann);
        await first.Subscribe(new { subscription_id = "s", search = "Appointment" });

        await second.Say("subscribe", new { subscription_id = "s", search = "Appointment" });
        Assert.Equal("too_many_searches", (await second.Hear("error")).GetProperty("code").GetString());
        await first.Say("unsubscribe", new { subscription_id = "s" });
        await first.Hear("unsubscribed");
        await second.Subscribe(new { subscription_id = "s", search = "Appointment" });
        await second.Say("subscribe", new { subscription_id = "t", search = "Appointment", patient_ids = new[] { "p1" } });
        Assert.Equal("invalid_request", (await second.Hear("error")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_user_keeps_so_many_searches_open_and_leaves_the_others_theirs()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxSearchesOfUser = 1, MaxSearchesOfService = 2 });
        var (ann, bea, service) = (await clinic.SignIn(), await clinic.SignIn(), await clinic.SignIn(Role.Service));
        await using var first = await RawClient.Open(clinic, ann);
        await using var second = await RawClient.Open(clinic, ann);
        await using var other = await RawClient.Open(clinic, bea);
        await using var gateway = await RawClient.Open(clinic, service);
        await first.Subscribe(new { subscription_id = "s", search = "Appointment" });

        await second.Say("subscribe", new { subscription_id = "s", search = "Appointment" });
        Assert.Equal("too_many_searches", (await second.Hear("error")).GetProperty("code").GetString());
        await other.Subscribe(new { subscription_id = "s", search = "Appointment" });
        await gateway.Subscribe(new { subscription_id = "s", search = "Appointment" });
        await gateway.Subscribe(new { subscription_id = "t", search = "Appointment" });
        await first.Say("unsubscribe", new { subscription_id = "s" });
        await first.Hear("unsubscribed");
        await second.Subscribe(new { subscription_id = "s", search = "Appointment" });
    }

    private static (string? Change, string? Id, int Sequence) Change(JsonElement told) => (
        told.GetProperty("change").GetString(), told.GetProperty("resource_id").GetString(), told.GetProperty("sequence").GetInt32());
}

public sealed class LiveSearchOnSqlite() : LiveSearchTests(Engine.Sqlite);

public sealed class LiveSearchOnPostgres() : LiveSearchTests(Engine.Postgres);
