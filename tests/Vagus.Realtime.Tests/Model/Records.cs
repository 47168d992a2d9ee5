using Vagus.Access.Tenants;
using Vagus.Events;
using Vagus.Realtime.Feed;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Tests.Model;

/// <summary>
/// The records of a clinic and its setting <c>visibility</c>, changed through the doors that the product has for it, and when each change
/// was made.
/// </summary>
internal sealed class Records(Surroundings world)
{
    private readonly Lock gate = new();
    private readonly List<RecordVersion> narrowings = [];
    private readonly List<Task> becomingKnown = [];
    private SignedIn? boss;
    private DateTimeOffset signedInAt;

    public ModelRecord[] All { get; } = [.. Enumerable.Range(0, 4).Select(number => new ModelRecord($"r{number}"))];

    public Policies Policies { get; } = new();

    /// <summary>Writes the next version of a record, and answers it.</summary>
    public async Task<RecordVersion> Write(ModelRecord record, Change change)
    {
        var person = await Boss();
        RecordVersion? written = null;
        await world.Log.Append(1, async () =>
        {
            var before = record.Current;
            var moment = new Moment(world.Now);
            var version = written = Next(record, before, change, world.Log.Head + 1, moment);
            lock (gate) if (version.Narrows) narrowings.Add(version);
            record.Add(version);
            await Send(person, record, version);
            moment.Done = world.Now;
            return [FactOf(version, before, moment.Begun)];
        });
        WillBeKnown(written!.Moment, written.Position);
        return written;
    }

    /// <summary>Tells an event about a record that draws from another one, as a rule of the product would.</summary>
    public async Task Tell(ModelRecord about, ModelRecord? drawn)
    {
        var begun = world.Now;
        await world.Log.Append(1, async () =>
        {
            // Read here, where no other write comes between.
            if (about.Current is not { IsDeleted: false } version) return [];
            var source = drawn?.Current is { IsDeleted: false } other ? other : null;
            var draw = source is null
                ? null
                : new Drawn(drawn!, source.Labelled, !source.Released || source.Patient != version.Patient);
            return [await world.Log.AppendAbout(world.Clinic, world.Tenant, version, draw, begun)];
        });
    }

    /// <summary>Sets who sees what, and lets the server's knowledge of it run out.</summary>
    public async Task Set(Policy policy)
    {
        var moment = Policies.Add(policy, world.Now);
        var value = System.Text.Json.JsonElement.Parse(policy.Json);
        Assert.False((await world.Clinic.Get<TenantSettings>().Set(world.Tenant, "visibility", value, default)).IsRefused);
        moment.Done = world.Now;
        world.Clinic.VisibilityClock.Advance(TimeSpan.FromSeconds(11));
        // A page that was begun later was judged by it; the feed reads this event in such a page.
        await world.Log.Write(
            world.Clinic, world.Tenant,
            [new Draft(new EncounterCompleted("p0", "Encounter/e0/_history/1", "e0", "finished"), "p0", Sensitive: false)], world.Now);
        WillBeKnown(moment, world.Log.Head);
    }

    /// <summary>Waits until the feed has read all changes that were made.</summary>
    public async Task Known()
    {
        Task[] waiting;
        lock (gate)
        {
            waiting = [.. becomingKnown];
            becomingKnown.Clear();
        }

        await Task.WhenAll(waiting);
    }

    /// <summary>
    /// The last narrowing that the server knew when it judged what it put into a queue later than one and what was asked for later than
    /// the other.
    /// </summary>
    public long KnownAt(TimeSpan queued, TimeSpan asked)
    {
        lock (gate) return narrowings.FindLast(each => each.Moment.Known < queued || each.Moment.Done < asked)?.Position ?? 0;
    }

    private void WillBeKnown(Moment moment, long position)
    {
        lock (gate) becomingKnown.Add(BecomeKnown(moment, position));
    }

    private async Task BecomeKnown(Moment moment, long position)
    {
        var feeds = world.Clinic.Get<Feeds>();
        while (await feeds.Standing(world.Tenant, default) < position) await Task.Delay(1);
        moment.Known = world.Now;
    }

    private static RecordVersion Next(ModelRecord record, RecordVersion? before, Change change, long position, Moment moment) =>
        before?.Next(change, position, moment) ?? new RecordVersion(record, 1, position, moment)
        {
            Patient = change.Patient,
            Since = 1,
            Labelled = change.Labelled,
            Released = change.Released,
        };

    private static Fact FactOf(RecordVersion version, RecordVersion? before, TimeSpan begun)
    {
        var action = version.IsDeleted ? "deleted" : before is null or { IsDeleted: true } ? "created" : "updated";
        return new Fact(version.Position, "resource." + action, null, version.Patient, version.Labelled, "Observation")
        {
            Begun = begun,
            About = version,
            Released = version.Released,
            Former = version.Narrows && before is { IsDeleted: false } ? before.Reach : null,
            Content = version.IsDeleted ? null : $"{version.Record.Id}/{version.Number}",
        };
    }

    private async Task Send(SignedIn person, ModelRecord record, RecordVersion version)
    {
        if (version.IsDeleted) await world.Clinic.Delete(person, "Observation", record.Id);
        else await world.Clinic.Put(person, "Observation", record.Id, Json(record, version));
        Assert.Equal(version.Position, (await world.Clinic.Get<EventLog>().Extent(world.Tenant, default)).Last);
    }

    private static string Json(ModelRecord record, RecordVersion version) => $$$"""
        {
          "resourceType": "Observation", "id": "{{{record.Id}}}", "status": "{{{(version.Released ? "final" : "preliminary")}}}",
          "meta": { "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "{{{(version.Labelled ? "R" : "N")}}}" }] },
          "code": { "text": "secret" }, "subject": { "reference": "Patient/{{{version.Patient}}}" }
        }
        """;

    private async Task<SignedIn> Boss()
    {
        var now = world.Clinic.Clock.GetUtcNow();
        if (boss is not null && now - signedInAt < TimeSpan.FromMinutes(6)) return boss;
        signedInAt = now;
        return boss = boss is null ? await world.Clinic.SignIn(Role.Admin, sensitive: true) : await world.Clinic.SignInAgain(boss);
    }
}
