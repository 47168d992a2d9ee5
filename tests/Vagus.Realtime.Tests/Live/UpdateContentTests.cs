using System.Collections.Frozen;
using System.Text.Json;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Tests.Live;

public abstract class UpdateContentTests(Engine engine)
{
    private static readonly EventFilter Nothing = new() { EventTypes = FrozenSet<string>.Empty };
    private static readonly EventFilter Everything = new() { Resources = true };
    private static readonly TimeSpan ForTheTailToRead = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task An_update_carries_its_resource_also_when_it_was_read_before_anybody_asked_for_resources()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var raw = await RawClient.Open(clinic, ann);
        var session = clinic.Get<Feeds>().SessionsOf(LiveClinic.North).Single();
        var place = session.Place!;

        // The first subscription holds the gate: the tail reads the event without its content and waits; then the second one asks for
        // contents.
        await Task.Run(async () => await place.Subscribe("first", Nothing, since: null, _ =>
        {
            clinic.Create(ann, "Basic", """{"resourceType":"Basic","code":{"text":"x"}}""").Wait();
            using var never = new ManualResetEventSlim();
            never.Wait(ForTheTailToRead);
            Assert.True(place.Subscribe("second", Everything, since: null, _ => { }, default).AsTask().IsCompletedSuccessfully);
        }, default));

        var update = await raw.Hear("update");
        Assert.Equal("Basic", update.GetProperty("resource_type").GetString());
        Assert.Equal(JsonValueKind.Object, update.GetProperty("resource").ValueKind);
    }
}

public sealed class UpdateContentOnSqlite() : UpdateContentTests(Engine.Sqlite);

public sealed class UpdateContentOnPostgres() : UpdateContentTests(Engine.Postgres);
