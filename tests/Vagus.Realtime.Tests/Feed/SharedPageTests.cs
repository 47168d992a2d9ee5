using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Vagus.Realtime.Tests.Feed;

/// <summary>After a restart all screens of a hospital catch up at about the same time: the log is read once for all of them.</summary>
public abstract class SharedPageTests(Engine engine)
{
    private const int Page = 20;

    // Long enough that no page ends by its age.
    private static readonly RealtimeOptions Options = new() { CatchUpPage = Page, PollInterval = TimeSpan.FromHours(1) };

    [Fact]
    public async Task Catch_ups_of_one_feed_read_a_page_of_the_log_once()
    {
        await using var clinic = await LiveClinic.Open(engine, Options);
        for (var number = 0; number < 5 * Page; number++) await clinic.WriteOrder(patient: $"p{number % 2}");
        using var reads = new PagesRead(clinic);
        var ann = await clinic.SignIn();

        var late = await Task.WhenAll(Enumerable.Range(0, 24).Select(async number =>
        {
            await using var raw = await RawClient.Open(clinic, ann);
            await raw.Subscribe(new { subscription_id = "s", patient_ids = new[] { $"p{number % 2}" }, since = 3 * (number % 4) });
            var seen = new List<long>();
            while (seen.Count == 0 || seen[^1] < (5 * Page) - 1) seen.Add((await raw.Hear("clinical_event")).GetProperty("sequence").GetInt64());
            return seen;
        }));

        Assert.Equal(5, reads.Count);
        Assert.All(late.Select((seen, number) => (seen, number)), each => Assert.Equal(
            Enumerable.Range(1, 5 * Page).Where(position => position > 3 * (each.number % 4) && (position - 1) % 2 == each.number % 2)
                .TakeWhile(position => position <= each.seen[^1]).Select(position => (long)position),
            each.seen));
    }

    [Fact]
    public async Task A_page_that_was_read_before_something_was_narrowed_is_shown_to_nobody_after_it()
    {
        await using var clinic = await LiveClinic.Open(engine, Options);
        var (cleared, nurse) = (await clinic.SignIn(sensitive: true), await clinic.SignIn(Role.Nurse));
        await clinic.Put(cleared, "Observation", "o", Observation("N"));
        for (var number = 0; number < 3 * Page; number++) await clinic.WriteOrder();
        using var reads = new PagesRead(clinic);
        Assert.Equal(["update 1"], await ChangesSeen(clinic, nurse));
        Assert.True(reads.Count > 0);

        await clinic.Put(cleared, "Observation", "o", Observation("R"));

        Assert.DoesNotContain("update 1", await ChangesSeen(clinic, nurse));
        Assert.Contains("update 1", await ChangesSeen(clinic, cleared));
    }

    [Fact]
    public async Task A_page_that_was_read_before_somebody_asked_for_contents_does_not_keep_them_from_whoever_asks()
    {
        await using var clinic = await LiveClinic.Open(engine, Options);
        var ann = await clinic.SignIn();
        await clinic.Put(ann, "Observation", "o", Observation("N"));
        for (var number = 0; number < 3 * Page; number++) await clinic.WriteOrder();
        await using var raw = await RawClient.Open(clinic, ann);
        await raw.Subscribe(new { subscription_id = "events", since = 0 });
        await raw.Hear("clinical_event");

        Assert.Equal(["update 1"], await ChangesSeen(clinic, ann));
    }

    /// <summary>The changes of resources that a client which asks for the whole past is shown with their content.</summary>
    private static async Task<List<string>> ChangesSeen(LiveClinic clinic, SignedIn person)
    {
        await using var raw = await RawClient.Open(clinic, person);
        var head = await clinic.Head();
        await raw.Subscribe(new { subscription_id = "s", resource_types = new[] { "*" }, event_types = new[] { "lab.*" }, since = 0 });
        await clinic.WriteOrder();
        var seen = new List<string>();
        while (true)
        {
            var frame = (await raw.Next())!.Value;
            var data = frame.GetProperty("data");
            var isUpdate = frame.GetProperty("type").GetString() == "update";
            if (isUpdate && data.GetProperty("resource").ValueKind == JsonValueKind.Object)
                seen.Add($"update {data.GetProperty("sequence").GetInt64()}");
            if (!isUpdate && data.GetProperty("sequence").GetInt64() > head) return seen;
        }
    }

    private static string Observation(string confidentiality) => $$$"""
        {"resourceType":"Observation","id":"o","status":"final","code":{"text":"c"},"subject":{"reference":"Patient/p1"},
         "meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"{{{confidentiality}}}"}]}}
        """;

    /// <summary>How many pages catch-ups have read from the log.</summary>
    private sealed class PagesRead : IDisposable
    {
        private readonly MeterListener listener = new();
        private long count;

        public PagesRead(LiveClinic clinic)
        {
            var factory = clinic.Get<IMeterFactory>();
            listener.InstrumentPublished = (instrument, listening) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name == "vagus.realtime.catchup.pages")
                    listening.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref count, value));
            listener.Start();
        }

        public long Count => Interlocked.Read(ref count);

        public void Dispose() => listener.Dispose();
    }
}

public sealed class SharedPagesOnSqlite() : SharedPageTests(Engine.Sqlite);

public sealed class SharedPagesOnPostgres() : SharedPageTests(Engine.Postgres);
