using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;

namespace Vagus.Realtime.Tests.Searches;

/// <summary>Socket.IO's own recovery, several searches on one connection, and what the audit holds of them.</summary>
public abstract class SearchRecoveryTests(Engine engine)
{
    [Fact]
    public async Task A_socket_that_is_recovered_is_told_each_change_once()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var socket = await SocketClient.Open(clinic, ann);
        var first = await socket.Ask("subscribe", new { search = "Appointment?practitioner=dr-1" });
        var second = await socket.Ask("subscribe", new { search = "Appointment?status=booked" });
        await clinic.Put(ann, "Appointment", "a", Appointments.Of("a"));
        Assert.Equal(["enter a", "enter a"], [await Told(socket), await Told(socket)]);
        var (pid, offset) = (socket.Connected.GetProperty("pid").GetString(), socket.Offset);
        socket.Cut();

        await clinic.Put(ann, "Appointment", "b", Appointments.Of("b", practitioner: "dr-2"));
        await clinic.Put(ann, "Appointment", "a", Appointments.Of("a", status: "arrived"));
        await using var back = await SocketClient.Connect(clinic, new { token = ann.Token, pid, offset });

        Assert.Equal("1s", offset);
        Assert.Equal(pid, back.Connected.GetProperty("pid").GetString());
        var told = new List<(string?, string?)>();
        for (var each = 0; each < 3; each++)
        {
            var change = await back.Hear("search_changed");
            told.Add((IdOf(change), $"{change.GetProperty("change")} {change.GetProperty("resourceId")}"));
        }

        Assert.Equal(
            [(IdOf(second), "enter b"), (IdOf(first), "update a"), (IdOf(second), "leave a")], told);
    }

    [Fact]
    public async Task Searches_and_events_of_one_connection_do_not_disturb_each_other()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var raw = await RawClient.Open(clinic, ann);
        await raw.Subscribe(new { subscription_id = "events", resource_types = new[] { "*" }, event_types = Array.Empty<string>() });
        await raw.Subscribe(new { subscription_id = "search", search = "Appointment" });

        await clinic.Put(ann, "Appointment", "a", Appointments.Of("a"));
        Assert.Equal("enter", (await raw.Hear("search_changed")).GetProperty("change").GetString());
        Assert.Equal("a", (await raw.Hear("update")).GetProperty("resource_id").GetString());
        await raw.Say("unsubscribe", new { subscription_id = "events" });
        await raw.Hear("unsubscribed");
        await clinic.Put(ann, "Appointment", "a", Appointments.Of("a", status: "arrived"));
        Assert.Equal("update", (await raw.Hear("search_changed")).GetProperty("change").GetString());
        await raw.Say("unsubscribe", new { subscription_id = "search" });
        await raw.Hear("unsubscribed");
        await clinic.Put(ann, "Appointment", "a", Appointments.Of("a"));
        await raw.Subscribe(new { subscription_id = "search", search = "Appointment?_id=none" });
        await clinic.Put(ann, "Appointment", "none", Appointments.Of("none"));

        Assert.Equal("enter", (await raw.Hear("search_changed")).GetProperty("change").GetString());
    }

    [Fact]
    public async Task A_search_that_is_opened_or_gone_on_with_is_in_the_audit()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await clinic.Put(ann, "Appointment", "a", Appointments.Of("a"));
        await using var socket = await SocketClient.Open(clinic, ann);
        var opened = await socket.Ask("subscribe", new { search = "Appointment?status=booked" });
        await socket.Ask("subscribe", new { search = "Appointment?status=booked", since = opened.GetProperty("sequence").GetInt64() });

        var filter = new AuditFilter { Actions = [AuditActions.Search, AuditActions.Subscribe] };
        var page = await clinic.Get<AuditReader>().Search(LiveClinic.North, filter, before: null, count: 100, default);
        var entries = page.Entries.Select(recorded => recorded.Entry).Reverse().ToList();

        Assert.Equal(
            ["events=*", "search=Appointment", "shown a/1", "since=1;search=Appointment", "shown "],
            entries.Select(entry => entry.Action == AuditActions.Search ? $"shown {string.Join(',', entry.Shown)}" : entry.Detail));
        Assert.All(entries.Where(entry => entry.Action == AuditActions.Search), entry => Assert.NotNull(entry.SealedQuery));
    }

    private static string? IdOf(JsonElement answer) => answer.GetProperty("subscriptionId").GetString();

    private static async Task<string> Told(SocketClient socket)
    {
        var change = await socket.Hear("search_changed");
        return $"{change.GetProperty("change").GetString()} {change.GetProperty("resourceId").GetString()}";
    }
}

public sealed class SearchRecoveryOnSqlite() : SearchRecoveryTests(Engine.Sqlite);

public sealed class SearchRecoveryOnPostgres() : SearchRecoveryTests(Engine.Postgres);
