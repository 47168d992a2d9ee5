using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Tests;

/// <summary>Events of messages that messaging has not written: others may publish events, and rows may be broken.</summary>
public abstract class ForeignEventTests(House house)
{
    [Fact]
    public async Task A_forged_event_shows_a_message_to_nobody_and_a_broken_one_stops_nothing()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor, thief) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider), await clinic.Has(Role.Provider));
        var sent = (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = "Between us" })).Is(201);
        await using var office = await LiveSocket.Open(house, doctor);
        await using var hidden = await LiveSocket.Open(house, thief);

        foreach (var kind in new[] { "direct", "patient" })
        {
            var forged = new MessageSent(
                sent["id"].GetString()!, sent["threadId"].GetString()!, kind, 1, nurse.Id, "nurse", DateTimeOffset.UtcNow, [thief.Id]);
            await Append(clinic, "message.sent", EventCatalogue.Serialize(forged), EventAudience.Of(forged));
        }

        await Append(clinic, "message.sent", "17"u8.ToArray(), EventAudience.OfThread("direct", null, [doctor.Id]));
        await Append(clinic, "message.read", "{}"u8.ToArray(), EventAudience.OfThread("direct", null, [doctor.Id]));
        (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = "Still here" })).Is(201);

        var heard = await office.Hear("new_message");
        while (heard.GetProperty("content").GetString() != "Still here") heard = await office.Hear("new_message");
        await hidden.Reach((await house.Get<EventLog>().Extent(clinic.Tenant, default)).Last);
        Assert.Empty(hidden.Heard);
    }

    private async Task Append(Clinic clinic, string type, byte[] body, EventAudience? audience)
    {
        var written = await house.Get<GroupCommit>().Write<long>(
            clinic.Tenant,
            async (write, cancel) => await write.Append(
                new NewEvent(house.Get<IdSource>().NewId(), type, body) { Audience = audience }, cancel),
            default);
        Assert.False(written.IsRefused);
    }
}

public sealed class ForeignEventsOnSqlite(SqliteHouse house) : ForeignEventTests(house);

public sealed class ForeignEventsOnPostgres(PostgresHouse house) : ForeignEventTests(house);
