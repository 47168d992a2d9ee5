using System.Text;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Messaging.Words;

namespace Vagus.Messaging.Tests;

/// <summary>Threads of patients with the care team: the staff's door and the portal's.</summary>
public abstract class PatientThreadTests(House house)
{
    private const string Staff = "/api/patient-messages";
    private const string Portal = "/api/patient-portal/messages";
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n");

    [Fact]
    public async Task A_refill_goes_from_the_patient_to_the_team_and_back()
    {
        var (clinic, patient, _) = await Open("p1");
        var nurse = await clinic.Has(Role.Nurse);

        var begun = (await patient.Post($"{Portal}/threads", new
        {
            subject = "My refill", category = "prescription_refill", content = "Please refill my inhaler", clientMessageId = "c-1",
        })).Is(201);
        var id = begun["thread"].GetProperty("id").GetString();
        Assert.Equal(("open", "care team"), (Status(begun), begun["thread"].GetProperty("with").GetString()));
        var row = Assert.Single((await nurse.Get($"{Staff}/threads?category=prescription_refill&unread=true")).Is(200)["items"].EnumerateArray());
        Assert.Equal(("My refill", 1, "p1 Doe"), (row.GetProperty("subject").GetString(), row.GetProperty("unreadCount").GetInt32(),
            row.GetProperty("patient").GetProperty("name").GetString()));
        Assert.Equal(1, (await nurse.Get($"{Staff}/unread-count")).Is(200)["byCategory"].GetProperty("prescription_refill").GetInt32());

        var assigned = (await nurse.Put($"{Staff}/threads/{id}", new { assignedTo = nurse.Id, status = "in_progress", version = 1 })).Is(200);
        (await nurse.Put($"{Staff}/threads/{id}", new { priority = "high", version = 1 })).IsRefused(409, "stale_version");
        Assert.Equal(nurse.Id, assigned["assignedTo"].GetProperty("userId").GetString());
        (await nurse.Post($"{Staff}/threads/{id}/messages", new { content = "It is ready", lastSeenSequence = 1 })).Is(201);

        var seen = (await patient.Get($"{Portal}/threads/{id}")).Is(200);
        Assert.Equal("waiting_patient", Status(seen));
        var answer = PatientWords.Find(Language.English, PatientWords.Reply("prescription_refill"));
        Assert.Equal(["Please refill my inhaler", answer, "It is ready"], Texts(seen));
        Assert.Equal(1, (await patient.Get($"{Portal}/unread-count"))["count"].GetInt32());
        (await patient.Post($"{Portal}/threads/{id}/mark-read", new { upToSequence = 3 })).Is(200);
        Assert.Equal(0, (await patient.Get($"{Portal}/unread-count"))["count"].GetInt32());
        (await nurse.Post($"{Staff}/threads/{id}/close")).Is(200);
        var reply = (await patient.Post($"{Portal}/threads/{id}/messages", new { content = "Thank you", clientMessageId = "c-2" })).Is(201);
        Assert.Equal(4, reply["sequence"].GetInt64());
        Assert.Equal("waiting_provider", Status((await nurse.Get($"{Staff}/threads/{id}")).Is(200)));
    }

    [Fact]
    public async Task A_retry_of_the_first_message_begins_no_second_thread()
    {
        var (_, patient, _) = await Open("p1");
        var request = new { subject = "Twice", category = "general", content = "Hello", clientMessageId = "same" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => patient.Post($"{Portal}/threads", request)));

        Assert.Single(answers.Select(answer => answer.Is(201)["thread"].GetProperty("id").GetString()).Distinct());
        Assert.Single((await patient.Get($"{Portal}/threads"))["items"].EnumerateArray());
    }

    [Fact]
    public async Task An_author_who_has_not_seen_what_others_wrote_is_told_it()
    {
        var (clinic, patient, doctor) = await Open("p1");
        var nurse = await clinic.Has(Role.Nurse);
        var id = await Begin(patient, "general");
        (await nurse.Post($"{Staff}/threads/{id}/messages", new { content = "I am on it", lastSeenSequence = 1 })).Is(201);

        var refused = await doctor.Post($"{Staff}/threads/{id}/messages", new { content = "Me too", lastSeenSequence = 1 });

        refused.IsRefused(409, "newer_messages");
        Assert.Equal(2, refused["lastSequence"].GetInt64());
        Assert.Equal("I am on it", Assert.Single(refused["messages"].EnumerateArray()).GetProperty("content").GetString());
        (await doctor.Post($"{Staff}/threads/{id}/messages", new { content = "Thanks", lastSeenSequence = 2 })).Is(201);
        (await nurse.Post($"{Staff}/threads/{id}/messages", new { content = "Done", lastSeenSequence = 3 })).Is(201);
    }

    [Fact]
    public async Task A_note_is_among_the_messages_for_staff_and_nowhere_for_the_patient()
    {
        var (clinic, patient, doctor) = await Open("p1");
        var nurse = await clinic.Has(Role.Nurse);
        await using var phone = await LiveSocket.Open(house, patient);
        var id = await Begin(patient, "medical_question");

        var note = (await nurse.Post($"{Staff}/threads/{id}/messages", new
        {
            content = "Seems anxious", isInternalNote = true, mentions = new[] { doctor.Id },
        })).Is(201);
        (await nurse.Post($"{Staff}/threads/{id}/messages", new { content = "We will call you" })).Is(201);

        Assert.Equal(("note", true), (note["kind"].GetString(), note["isInternalNote"].GetBoolean()));
        var items = (await doctor.Get($"{Staff}/threads/{id}")).Is(200)["messages"].EnumerateArray().ToList();
        Assert.Equal(["message", "message", "note", "message"], items.Select(item => item.GetProperty("kind").GetString()));
        Assert.Equal(1, (await doctor.Get($"{Staff}/unread-count"))["byCategory"].GetProperty("medical_question").GetInt32());
        (await doctor.Post($"{Staff}/threads/{id}/mark-read")).Is(200);
        Assert.Equal(0, (await doctor.Get($"{Staff}/unread-count"))["count"].GetInt32());
        var shown = await patient.Get($"{Portal}/threads/{id}");
        Assert.Equal([1L, 2L, 3L], shown["messages"].EnumerateArray().Select(item => item.GetProperty("sequence").GetInt64()));
        foreach (var text in new[] { shown.Text, (await patient.Get($"{Portal}/threads")).Text, (await patient.Get("/fhir/Communication")).Text })
            Assert.DoesNotContain("anxious", text, StringComparison.Ordinal);
        await phone.Hear("new_message");
        Assert.DoesNotContain("ote", string.Concat(phone.Heard.Select(heard => heard.Name)), StringComparison.Ordinal);
        (await patient.Post($"{Portal}/threads/{id}/messages", new { content = "x", isInternalNote = true })).IsRefused(400, "unknown_field");
    }

    [Fact]
    public async Task Another_patient_and_another_department_find_no_thread_and_a_proxy_does()
    {
        var (clinic, patient, _) = await Open("p1", "p2");
        var stranger = await clinic.Has(Role.Patient, patient: "p2");
        var proxy = await clinic.Has(Role.Patient, patient: "p9", dependants: ["p1"]);
        var (billing, radiology) = (await clinic.Has(Role.Billing), await clinic.Has(Role.Radiology));
        var id = await Begin(patient, "billing");

        (await proxy.Get($"{Portal}/threads/{id}")).Is(200);
        (await proxy.Post($"{Portal}/threads/{id}/messages", new { content = "For my child" })).Is(201);
        (await proxy.Post($"{Portal}/threads", new { patientId = "p1", subject = "More", category = "general", content = "x" })).Is(201);
        (await billing.Get($"{Staff}/threads/{id}")).Is(200);
        foreach (var outsider in new[] { radiology })
        {
            (await outsider.Get($"{Staff}/threads/{id}")).IsRefused(404, "not_found");
            (await outsider.Post($"{Staff}/threads/{id}/messages", new { content = "x" })).IsRefused(404, "not_found");
            (await outsider.Put($"{Staff}/threads/{id}", new { priority = "low" })).IsRefused(404, "not_found");
            Assert.Empty((await outsider.Get($"{Staff}/threads"))["items"].EnumerateArray());
        }

        (await stranger.Get($"{Portal}/threads/{id}")).IsRefused(404, "not_found");
        (await stranger.Post($"{Portal}/threads/{id}/messages", new { content = "x" })).IsRefused(404, "not_found");
        (await stranger.Post($"{Portal}/threads/{id}/mark-read")).IsRefused(404, "not_found");
        (await stranger.Post($"{Portal}/threads", new { patientId = "p1", subject = "x", category = "general", content = "x" }))
            .IsRefused(404, "not_found");
        Assert.Empty((await stranger.Get($"{Portal}/threads"))["items"].EnumerateArray());
        (await patient.Get($"{Staff}/threads")).Is(403);
    }

    [Fact]
    public async Task Another_tenant_finds_neither_thread_nor_attachment()
    {
        var (clinic, patient, doctor) = await Open("p1");
        var file = await patient.Upload($"{Portal}/attachments", Pdf);
        var id = (await patient.Post($"{Portal}/threads", new
        {
            subject = "With a file", category = "general", content = "", attachmentIds = new[] { file },
        })).Is(201)["thread"].GetProperty("id").GetString();
        var (_, otherPatient, otherDoctor) = await Open("p1");

        (await doctor.Get($"{Staff}/attachments/{file}")).Is(200);
        (await otherDoctor.Get($"{Staff}/attachments/{file}")).IsRefused(404, "not_found");
        (await otherDoctor.Get($"{Staff}/threads/{id}")).IsRefused(404, "not_found");
        (await otherPatient.Get($"{Portal}/attachments/{file}")).IsRefused(404, "not_found");
        (await otherPatient.Get($"{Portal}/threads/{id}")).IsRefused(404, "not_found");
        Assert.NotNull(clinic);
    }

    [Fact]
    public async Task An_attachment_goes_with_one_message_of_who_uploaded_it()
    {
        var (clinic, patient, doctor) = await Open("p1");
        var radiology = await clinic.Has(Role.Radiology);
        var id = await Begin(patient, "general");
        var file = await doctor.Upload($"{Staff}/attachments", Pdf, "result.pdf");
        (await patient.Get($"{Portal}/attachments/{file}")).IsRefused(404, "not_found");
        (await patient.Post($"{Portal}/threads/{id}/messages", new { content = "mine?", attachmentIds = new[] { file } }))
            .IsRefused(422, "attachment_unusable");

        var sent = (await doctor.Post($"{Staff}/threads/{id}/messages", new { content = "See this", attachmentIds = new[] { file } })).Is(201);

        var told = Assert.Single(sent["attachments"].EnumerateArray());
        Assert.Equal(("result.pdf", "clean"), (told.GetProperty("fileName").GetString(), told.GetProperty("scan").GetString()));
        Assert.Equal(Encoding.ASCII.GetString(Pdf), (await patient.Get($"{Portal}/attachments/{file}")).Is(200).Text);
        (await radiology.Get($"{Staff}/attachments/{file}")).IsRefused(404, "not_found");
        (await doctor.Post($"{Staff}/threads/{id}/messages", new { content = "Again", attachmentIds = new[] { file } }))
            .IsRefused(422, "attachment_unusable");
        (await doctor.Post($"/api/messages/{sent["id"].GetString()}/retraction", new { reason = "wrong file" })).Is(200);
        (await patient.Get($"{Portal}/attachments/{file}")).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task Pages_of_threads_and_of_messages_hold_each_once()
    {
        var (_, patient, doctor) = await Open("p1");
        List<string?> begun = [];
        for (var number = 0; number < 7; number++) begun.Add(await Begin(patient, "general"));
        for (var number = 0; number < 5; number++)
            (await doctor.Post($"{Staff}/threads/{begun[0]}/messages", new { content = $"m{number}" })).Is(201);

        List<string?> listed = [];
        string? cursor = null;
        do
        {
            var page = (await doctor.Get($"{Staff}/threads?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}")).Is(200);
            listed.AddRange(page["items"].EnumerateArray().Select(item => item.GetProperty("id").GetString()));
            cursor = page["nextCursor"].GetString();
        }
        while (cursor is not null);
        List<long> read = [];
        string? before = null;
        do
        {
            var page = (await patient.Get($"{Portal}/threads/{begun[0]}?limit=2{(before is null ? "" : $"&before={before}")}")).Is(200);
            read.InsertRange(0, page["messages"].EnumerateArray().Select(item => item.GetProperty("sequence").GetInt64()));
            before = page["nextCursor"].GetString();
        }
        while (before is not null);

        Assert.Equal(begun.Order(), listed.Order());
        Assert.Equal(begun[0], listed[0]);
        Assert.Equal([1L, 2, 3, 4, 5, 6], read);
        Assert.Equal(4, (await doctor.Get($"{Staff}/threads?offset=3&limit=200"))["items"].GetArrayLength());
    }

    [Fact]
    public async Task A_change_to_many_threads_tells_of_each()
    {
        var (_, patient, doctor) = await Open("p1");
        var (one, two) = (await Begin(patient, "general"), await Begin(patient, "other"));

        var answer = (await doctor.Post($"{Staff}/threads/bulk", new
        {
            threadIds = new[] { one, "elsewhere", two }, changes = new { status = "closed", assignedTo = doctor.Id },
        })).Is(200);

        Assert.Equal([true, false, true], answer["results"].EnumerateArray().Select(result => result.GetProperty("ok").GetBoolean()));
        Assert.Equal(2, (await doctor.Get($"{Staff}/threads?status=closed&assignedTo=me"))["items"].GetArrayLength());
    }

    [Theory]
    [InlineData("{\"subject\":\"x\",\"category\":\"weather\",\"content\":\"x\"}", 400)]
    [InlineData("{\"subject\":\"\",\"category\":\"general\",\"content\":\"x\"}", 400)]
    [InlineData("{\"subject\":\"x\",\"category\":\"general\",\"content\":\"  \"}", 400)]
    [InlineData("{\"subject\":\"x\",\"category\":\"general\",\"content\":\"\\ud800\"}", 400)]
    [InlineData("{\"subject\":\"x\",\"category\":\"general\",\"content\":\"\\u0000\"}", 400)]
    [InlineData("{\"subject\":\"x\",\"category\":\"general\",\"content\":\"x\",\"priority\":\"high\"}", 400)]
    [InlineData("[]", 400)]
    [InlineData("{", 400)]
    public async Task A_thread_that_is_none_is_refused(string body, int status)
    {
        var (_, patient, _) = await Open("p1");

        (await patient.Post($"{Portal}/threads", body)).Is(status);

        Assert.Empty((await patient.Get($"{Portal}/threads"))["items"].EnumerateArray());
    }

    private async Task<(Clinic Clinic, Person Patient, Person Doctor)> Open(params string[] patients)
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients(patients);
        return (clinic, await clinic.Has(Role.Patient, patient: patients[0]), doctor);
    }

    private static async Task<string?> Begin(Person patient, string category) =>
        (await patient.Post($"{Portal}/threads", new { subject = "Question", category, content = "Hello" }))
            .Is(201)["thread"].GetProperty("id").GetString();

    private static string? Status(Answer answer) => answer["thread"].GetProperty("status").GetString();

    private static IEnumerable<string?> Texts(Answer answer) =>
        answer["messages"].EnumerateArray().Select(item => item.GetProperty("content").GetString());
}

public sealed class PatientThreadsOnSqlite(SqliteHouse house) : PatientThreadTests(house);

public sealed class PatientThreadsOnPostgres(PostgresHouse house) : PatientThreadTests(house);
