using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Tests;

/// <summary>Whom notes mention, and whom their mentions are counted for.</summary>
public abstract class MentionTests(House house)
{
    private const string Staff = "/api/patient-messages";
    private const string Portal = "/api/patient-portal/messages";

    [Fact]
    public async Task Only_staff_of_the_tenant_are_mentioned()
    {
        var (clinic, patient, nurse, thread) = await Open();
        var driver = await clinic.Has(Role.Driver);
        var elsewhere = await (await house.NewClinic()).Has(Role.Nurse);
        var doctor = await clinic.Has(Role.Provider);

        foreach (var outsider in new[] { patient.Id, driver.Id, elsewhere.Id, "unknown" })
            (await Note(nurse, thread, doctor.Id, outsider)).IsRefused(400, "invalid_field");
        (await Note(nurse, thread, doctor.Id, nurse.Id)).Is(201);

        Assert.Single(
            (await nurse.Get($"{Staff}/threads/{thread}")).Is(200)["messages"].EnumerateArray(),
            item => item.GetProperty("kind").GetString() == "note");
    }

    [Fact]
    public async Task A_mention_counts_as_unread_for_staff_only()
    {
        var (clinic, patient, nurse, thread) = await Open();
        var proxy = await clinic.Has(Role.Patient, patient: "p9", dependants: ["p1"]);
        (await Note(nurse, thread)).Is(201);
        foreach (var reader in new[] { patient, proxy })
            (await reader.Post($"{Portal}/threads/{thread}/mark-read")).Is(200);
        (await nurse.Post($"{Staff}/threads/{thread}/mark-read", new { upToSequence = 1 })).Is(200);
        var doctor = await clinic.Has(Role.Provider);
        (await doctor.Post($"{Staff}/threads/{thread}/mark-read")).Is(200);
        (await Note(nurse, thread, doctor.Id)).Is(201);
        await Mention(clinic, thread, $"{patient.Id} {proxy.Id} {doctor.Id}");

        Assert.Equal(1, (await doctor.Get($"{Staff}/unread-count")).Is(200)["count"].GetInt32());
        Assert.Single((await doctor.Get($"{Staff}/threads?unread=true")).Is(200)["items"].EnumerateArray());
        foreach (var reader in new[] { patient, proxy })
            Assert.Equal(0, (await reader.Get($"{Portal}/unread-count")).Is(200)["count"].GetInt32());
    }

    private static Task<Answer> Note(Person author, string thread, params string[] mentions) =>
        author.Post($"{Staff}/threads/{thread}/messages", new { content = "A note", isInternalNote = true, mentions });

    /// <summary>Notes that were stored before mentions were refused.</summary>
    private async Task Mention(Clinic clinic, string thread, string mentions)
    {
        var done = await house.Get<GroupCommit>().Write<int>(
            clinic.Tenant,
            async (write, cancel) => await write.Execute(SetMentions, [mentions, clinic.Tenant.Value, thread], cancel), default);
        Assert.Equal(2, done.Value);
    }

    private async Task<(Clinic Clinic, Person Patient, Person Nurse, string Thread)> Open()
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1", "p9");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var begun = (await patient.Post($"{Portal}/threads", new { subject = "Question", category = "general", content = "Hello" })).Is(201);
        return (clinic, patient, await clinic.Has(Role.Nurse), begun["thread"].GetProperty("id").GetString()!);
    }

    private static readonly Statement SetMentions = new("""
        update messaging_note
        set mentions = @mentions
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);
}

public sealed class MentionsOnSqlite(SqliteHouse house) : MentionTests(house);

public sealed class MentionsOnPostgres(PostgresHouse house) : MentionTests(house);
