using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Events;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Tests.Live;

/// <summary>What was judged and waits is judged again when the tenant's visibility has changed meanwhile.</summary>
public abstract class RightsOfNowTests(Engine engine)
{
    private const string NoLaboratory = """{"nurse":["lab.*"]}""";
    private static readonly RealtimeOptions Options = new()
    {
        MaxQueuedFrames = 32,
        MaxQueuedBytes = 256 * 1024,
        PollInterval = TimeSpan.FromMilliseconds(50),
        PositionInterval = TimeSpan.FromMilliseconds(50),
    };

    [Fact]
    public async Task A_page_that_waits_for_its_reader_is_judged_again_when_the_tenant_takes_its_events_away()
    {
        await using var clinic = await LiveClinic.Open(engine, Options);
        await using var raw = await RawClient.Open(clinic, await clinic.SignIn(Role.Nurse));
        await raw.Subscribe(new { subscription_id = "s" });
        await clinic.WriteAtOnce(count: 190, size: 30_000);
        await raw.Hear("clinical_event");

        await SetVisibility(clinic, NoLaboratory);
        var orders = 1;
        while ((await raw.Hear("clinical_event")).GetProperty("name").GetString() == "lab.order.created") orders++;

        Assert.InRange(orders, 1, 100);
    }

    [Fact]
    public async Task A_replay_that_is_on_its_way_when_the_tenant_changes_who_sees_what_ends_with_a_gap()
    {
        await using var clinic = await LiveClinic.Open(engine, Options);
        await clinic.WriteAtOnce(count: 190, size: 30_000);
        await using var raw = await RawClient.Open(clinic, await clinic.SignIn(Role.Nurse));
        await raw.Subscribe(new { subscription_id = "s", since = 0 });
        await raw.Hear("clinical_event");

        await SetVisibility(clinic, NoLaboratory);
        var last = 1L;
        var next = await raw.Next();
        for (; next!.Value.GetProperty("type").GetString() == "clinical_event"; next = await raw.Next()) last = SequenceOf(next.Value);

        var gap = next.Value.GetProperty("data");
        Assert.InRange(last, 1, 100);
        Assert.Equal((last + 1, 190), (gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64()));
        Assert.Equal(191, SequenceOf((await raw.Next())!.Value));
    }

    [Fact]
    public async Task What_the_tenant_shows_again_is_not_taken_for_sent()
    {
        await using var clinic = await LiveClinic.Open(engine, Options);
        await using var raw = await RawClient.Open(clinic, await clinic.SignIn(Role.Nurse));
        await raw.Subscribe(new { subscription_id = "live" });
        await SetVisibility(clinic, NoLaboratory);
        await raw.Hear("clinical_event");
        var hidden = await clinic.WriteOrder();
        await Reach(clinic, hidden);
        await SetVisibility(clinic, "{}");
        await raw.Hear("clinical_event");

        await raw.Subscribe(new { subscription_id = "past", since = hidden - 1 });
        var gap = await raw.Hear("gap");

        Assert.Equal(hidden, gap.GetProperty("from").GetInt64());
    }

    private static long SequenceOf(JsonElement frame) => frame.GetProperty("data").GetProperty("sequence").GetInt64();

    /// <summary>Comes into force, and an event follows that everybody of the clinic sees.</summary>
    private static async Task SetVisibility(LiveClinic clinic, string json)
    {
        Assert.False((await clinic.Get<TenantSettings>().Set(LiveClinic.North, "visibility", JsonElement.Parse(json), default)).IsRefused);
        clinic.VisibilityClock.Advance(TimeSpan.FromSeconds(11));
        await Reach(clinic, await clinic.Write(new EncounterCompleted("p1", "Encounter/e/_history/1", "e", "finished"), "p1"));
    }

    private static async Task Reach(LiveClinic clinic, long position)
    {
        var feeds = clinic.Get<Feeds>();
        for (var look = 0; await feeds.Standing(LiveClinic.North, default) < position; look++)
        {
            Assert.True(look < 3_000, "the feed does not get there");
            await Task.Delay(10);
        }
    }
}

public sealed class RightsOfNowOnSqlite() : RightsOfNowTests(Engine.Sqlite);

public sealed class RightsOfNowOnPostgres() : RightsOfNowTests(Engine.Postgres);
