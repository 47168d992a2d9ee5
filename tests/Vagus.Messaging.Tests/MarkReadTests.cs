using System.Text.Json;
using Vagus.Access.KeyUpkeep;
using Vagus.Kernel;

namespace Vagus.Messaging.Tests;

/// <summary>Marks of threads and messages that the reader does not see.</summary>
public abstract class MarkReadTests(House house)
{
    private const string Staff = "/api/patient-messages";
    private const string Portal = "/api/patient-portal/messages";

    [Fact]
    public async Task A_thread_that_does_not_exist_gets_no_key_by_a_mark()
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1");
        var (nurse, patient) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Patient, patient: "p1"));
        var before = await Keys(clinic);

        (await nurse.Post($"{Staff}/threads/{Guid.NewGuid()}/mark-read")).IsRefused(404, "not_found");
        (await patient.Post($"{Portal}/threads/{Guid.NewGuid()}/mark-read")).IsRefused(404, "not_found");

        Assert.Equal(before, await Keys(clinic));
    }

    [Fact]
    public async Task Another_persons_message_is_refused_live_in_the_words_of_an_unknown_one()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        var sent = (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = "Between us" })).Is(201);
        await using var outside = await LiveSocket.Open(house, await clinic.Has(Role.Provider));

        var hidden = await outside.Ask("mark_read", new { messageId = sent["id"].GetString() });
        var unknown = await outside.Ask("mark_read", new { messageId = Guid.NewGuid().ToString() });

        Assert.False(hidden.GetProperty("ok").GetBoolean());
        Assert.Equal(unknown.ToString(), hidden.ToString());
    }

    [Fact]
    public async Task A_colleague_who_reads_has_not_read_for_the_other_side()
    {
        var (clinic, patient, _) = await Steps.Open(house, "p1");
        var (taker, colleague) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse));
        var id = (await patient.Post("/api/messages", new { recipientId = "nurse", content = "Refill" })).Is(201)["threadId"].GetString();
        var ready = (await taker.Post("/api/messages", new { threadId = id, content = "It is ready" })).Is(201)["id"].GetString();

        (await colleague.Post($"{Staff}/threads/{id}/mark-read")).Is(200);

        Assert.Equal([true, false], await Read(taker, id));
        await using var phone = await LiveSocket.Open(house, patient);
        Assert.True((await phone.Ask("mark_read", new { messageId = ready })).GetProperty("ok").GetBoolean());
        Assert.Equal([true, true], await Read(taker, id));
    }

    [Fact]
    public async Task One_of_a_pool_reads_for_all_of_it_to_whom_a_colleague_writes()
    {
        var clinic = await house.NewClinic();
        var (doctor, taker, colleague) = (await clinic.Has(Role.Provider), await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse));
        var id = (await doctor.Post("/api/messages", new { recipientId = "nurse", content = "Room 3" })).Is(201)["threadId"].GetString();
        (await taker.Post("/api/messages", new { threadId = id, content = "On my way" })).Is(201);

        (await colleague.Post($"{Staff}/threads/{id}/mark-read")).Is(200);

        Assert.Equal([true, false], await Read(doctor, id));
        (await doctor.Post($"{Staff}/threads/{id}/mark-read")).Is(200);
        Assert.Equal([true, true], await Read(doctor, id));
    }

    private static async Task<IEnumerable<bool>> Read(Person who, string? thread) =>
        (await who.Get($"{Staff}/threads/{thread}")).Is(200)["messages"].EnumerateArray()
            .Select(message => message.GetProperty("readAt").ValueKind == JsonValueKind.String).ToList();

    private async Task<long> Keys(Clinic clinic) =>
        (await house.Get<KeyStatus>().List(default)).Where(key => key.Tenant == clinic.Tenant).Sum(key => key.DataKeys);
}

public sealed class MarkReadOnSqlite(SqliteHouse house) : MarkReadTests(house);

public sealed class MarkReadOnPostgres(PostgresHouse house) : MarkReadTests(house);
