using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Messaging.Tests;

/// <summary>Answers that show a thread or messages and change nothing: each leaves an entry of what was shown, of which patient.</summary>
public abstract class ReadEntryTests(House house)
{
    private const string Staff = "/api/patient-messages";
    private const string Portal = "/api/patient-portal/messages";

    [Fact]
    public async Task Newer_messages_in_a_refusal_are_recorded_as_read()
    {
        var (clinic, patient, doctor, id) = await Open();
        var nurse = await clinic.Has(Role.Nurse);
        var newer = (await nurse.Post($"{Staff}/threads/{id}/messages", new { content = "I am on it" })).Is(201)["id"].GetString();

        foreach (var (who, door) in new[] { (doctor, Staff), (patient, Portal) })
        {
            (await who.Post($"{door}/threads/{id}/messages", new { content = "Late", lastSeenSequence = 1 })).IsRefused(409, "newer_messages");

            await IsRecorded(clinic, who, $"Thread/{id}", newer);
        }
    }

    [Fact]
    public async Task A_thread_in_the_answer_to_a_change_of_nothing_is_recorded_as_read()
    {
        var (clinic, _, doctor, id) = await Open();
        var nurse = await clinic.Has(Role.Nurse);

        (await nurse.Put($"{Staff}/threads/{id}", new { priority = "normal" })).Is(200);
        await IsRecorded(clinic, nurse, $"Thread/{id}", id);
        (await doctor.Post($"{Staff}/threads/{id}/reopen")).Is(200);
        await IsRecorded(clinic, doctor, $"Thread/{id}", id);
        (await doctor.Post($"{Staff}/threads/{id}/close")).Is(200);
        var third = await clinic.Has(Role.Provider);
        (await third.Post($"{Staff}/threads/{id}/close")).Is(200);
        await IsRecorded(clinic, third, $"Thread/{id}", id);
    }

    [Fact]
    public async Task A_retried_first_message_is_recorded_as_read()
    {
        var (clinic, patient, doctor, _) = await Open();

        foreach (var (who, door) in new[] { (doctor, Staff), (patient, Portal) })
        {
            object request = who == doctor
                ? new { patientId = "p1", subject = "Same", category = "general", content = "Hello", clientMessageId = "c" }
                : new { subject = "Same", category = "general", content = "Hello", clientMessageId = "c" };
            (await who.Post($"{door}/threads", request)).Is(201);
            var again = (await who.Post($"{door}/threads", request)).Is(201);

            await IsRecorded(
                clinic, who, $"Thread/{again["thread"].GetProperty("id").GetString()}", again["messages"][0].GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task A_retried_message_or_note_and_a_second_retraction_are_recorded_as_read()
    {
        var (clinic, patient, doctor, id) = await Open();
        var nurse = await clinic.Has(Role.Nurse);
        await using var phone = await LiveSocket.Open(house, patient);
        var reply = new { content = "Hello", clientMessageId = "c" };
        var note = new { content = "Hello", clientMessageId = "n", isInternalNote = true };
        var direct = new { recipientId = doctor.Id, content = "Hello", clientMessageId = "d" };

        await doctor.Post($"{Staff}/threads/{id}/messages", reply);
        var replied = (await doctor.Post($"{Staff}/threads/{id}/messages", reply)).Is(201)["id"].GetString();
        await IsRecorded(clinic, doctor, $"Thread/{id}", replied);
        await nurse.Post($"{Staff}/threads/{id}/messages", note);
        var noted = (await nurse.Post($"{Staff}/threads/{id}/messages", note)).Is(201)["id"].GetString();
        await IsRecorded(clinic, nurse, $"Thread/{id}", noted);
        await phone.Ask("send_message", direct);
        var sent = (await phone.Ask("send_message", direct)).GetProperty("message");
        await IsRecorded(clinic, patient, $"Thread/{sent.GetProperty("threadId").GetString()}", sent.GetProperty("id").GetString());
        await patient.Post($"/api/messages/{sent.GetProperty("id").GetString()}/retraction", new { reason = "wrong" });
        (await patient.Post($"/api/messages/{sent.GetProperty("id").GetString()}/retraction", new { reason = "wrong" })).Is(200);
        await IsRecorded(
            clinic, patient, $"Thread/{sent.GetProperty("threadId").GetString()}", sent.GetProperty("id").GetString(), times: 2);
    }

    [Fact]
    public async Task Messages_about_something_are_recorded_with_the_patients_of_their_threads()
    {
        var (clinic, patient, doctor, _) = await Open();
        await clinic.HasPatients("p2");
        foreach (var recipient in new[] { patient.Id, "Patient/p2", (await clinic.Has(Role.Nurse)).Id })
        {
            (await doctor.Post("/api/messages", new { recipientId = recipient, content = "Hello", contextType = "result", contextId = "r" }))
                .Is(201);
        }

        (await doctor.Get("/api/messages/by-context?type=result&id=r")).Is(200);

        var entry = Assert.Single(await Entries(clinic, doctor), each => each.GetProperty("on").GetString() == "Communication");
        Assert.Equal(3, Texts(entry, "shown").Count());
        Assert.Equal(["p1", "p2"], Texts(entry, "patientIds").Order());
    }

    private static async Task IsRecorded(Clinic clinic, Person reader, string on, string? shown, int times = 1)
    {
        var entries = (await Entries(clinic, reader))
            .Where(entry => entry.GetProperty("on").GetString() == on && Texts(entry, "shown").Contains(shown)).ToList();

        Assert.Equal(times, entries.Count);
        Assert.All(entries, entry => Assert.Equal(["p1"], Texts(entry, "patientIds")));
    }

    private static async Task<IEnumerable<JsonElement>> Entries(Clinic clinic, Person reader) =>
        (await (await clinic.Has(Role.Admin)).Get($"/api/audit?action=thread-read&user={reader.Id}&limit=200")).Is(200)["items"]
            .EnumerateArray();

    private static IEnumerable<string?> Texts(JsonElement entry, string list) =>
        entry.GetProperty(list).EnumerateArray().Select(text => text.GetString());

    private async Task<(Clinic Clinic, Person Patient, Person Doctor, string? Thread)> Open()
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("p1");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var begun = (await patient.Post($"{Portal}/threads", new { subject = "Question", category = "general", content = "Hello" })).Is(201);
        return (clinic, patient, doctor, begun["thread"].GetProperty("id").GetString());
    }
}

public sealed class ReadEntriesOnSqlite(SqliteHouse house) : ReadEntryTests(house);

public sealed class ReadEntriesOnPostgres(PostgresHouse house) : ReadEntryTests(house);
