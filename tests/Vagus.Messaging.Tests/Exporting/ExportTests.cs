using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Messaging.Exporting;

namespace Vagus.Messaging.Tests.Exporting;

/// <summary>A conversation as PDF and as a Bundle: all messages, no note, nothing that was retracted.</summary>
public abstract class ExportTests(House house)
{
    private const string Secret = "Xanthoproteic";

    [Fact]
    public async Task A_conversation_is_exported_as_PDF_with_times_in_the_clinics_zone()
    {
        var (clinic, patient, doctor) = await Steps.Open(house, "p1");
        await clinic.Sets(new
        {
            clinic = new { name = "Elm Street Clinic" },
            calendar = new { timeZone = "America/New_York", week = new { monday = new[] { "00:00-24:00" } } },
            autoReplies = new { off = new[] { "general" }, texts = new { closed = "We are closed." } },
        });
        var thread = await Conversation(patient, doctor);

        var (type, bytes) = await Download(doctor, $"{Steps.AtStaff}/threads/{thread}/export");
        var text = PdfText.Of(bytes);

        Assert.Equal("application/pdf", type);
        foreach (var words in new[]
        {
            "Conversation", "Elm Street Clinic", "Patient: p1 Doe", "Subject: Question", "All times are in the time zone America/New_York.",
            "Is it Ménière’s?", "second line", "This message was retracted.", "Person 1 (provider)", "Attachment: note.pdf", "Page 1",
        })
            Assert.Contains(words, text, StringComparison.Ordinal);
        Assert.Matches(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d -0[45]:00", text);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        var theirs = PdfText.Of((await Download(patient, $"{Steps.AtPortal}/threads/{thread}/export?format=pdf")).Bytes);
        Assert.Contains("Is it Ménière’s?", theirs, StringComparison.Ordinal);
        Assert.DoesNotContain("Person 1", theirs, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, theirs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_is_exported_as_a_Bundle_of_Communications_with_plain_contents()
    {
        var (clinic, patient, doctor) = await Steps.Open(house, "p1");
        var thread = await Conversation(patient, doctor);

        foreach (var (person, door) in new[] { (doctor, Steps.AtStaff), (patient, Steps.AtPortal) })
        {
            var (type, bytes) = await Download(person, $"{door}/threads/{thread}/export?format=fhir");
            var text = Encoding.UTF8.GetString(bytes);
            var bundle = JsonElement.Parse(text);

            Assert.Equal("application/fhir+json", type);
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
            Assert.Equal(("Bundle", "collection"), (bundle.Text("resourceType"), bundle.Text("type")));
            var entries = bundle.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource")).ToList();
            Assert.Equal(["completed", "completed", "entered-in-error"], entries.Select(entry => entry.Text("status")));
            Assert.Equal("Is it Ménière’s?\nsecond line", entries[0].GetProperty("payload")[0].Text("contentString"));
            Assert.Equal("note.pdf", entries[1].GetProperty("payload")[1].GetProperty("contentAttachment").Text("title"));
            Assert.False(entries[2].TryGetProperty("payload", out _));
        }

        var admin = await clinic.Has(Role.Admin);
        var audit = (await admin.Get("/api/audit?action=thread-read")).Is(200).Text;
        Assert.Contains("export=fhir,messages=3", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_for_those_who_see_the_thread()
    {
        var (clinic, patient, doctor) = await Steps.Open(house, "p1", "p2");
        var thread = await patient.Begins();
        var parent = await clinic.Has(Role.Patient, patient: "parent", dependants: ["p1"]);
        var direct = (await doctor.Post("/api/messages", new { recipientId = patient.Id, content = "Hello" })).Is(201)["threadId"].GetString();
        var (_, stranger, foreigner) = await Steps.Open(house, "p1");

        foreach (var format in new[] { "pdf", "fhir" })
        {
            (await parent.Get($"{Steps.AtPortal}/threads/{thread}/export?format={format}")).Is(200);
            (await doctor.Get($"{Steps.AtStaff}/threads/{direct}/export?format={format}")).Is(200);
            foreach (var person in new[] { await clinic.Has(Role.Patient, patient: "p2"), stranger })
                (await person.Get($"{Steps.AtPortal}/threads/{thread}/export?format={format}")).IsRefused(404, "not_found");
            foreach (var person in new[] { await clinic.Has(Role.Billing), foreigner })
                (await person.Get($"{Steps.AtStaff}/threads/{thread}/export?format={format}")).IsRefused(404, "not_found");
            (await patient.Get($"{Steps.AtPortal}/threads/{direct}/export?format={format}")).IsRefused(404, "not_found");
            (await patient.Get($"{Steps.AtStaff}/threads/{thread}/export?format={format}")).Is(403);
        }

        (await doctor.Get($"{Steps.AtStaff}/threads/{thread}/export?format=csv")).IsRefused(400, "invalid_field");
    }

    [Fact]
    public async Task A_long_conversation_has_several_pages_and_says_what_its_font_lacks()
    {
        var (clinic, patient, doctor) = await Steps.Open(house, "p1");
        await clinic.Sets(new { language = "es" });
        var thread = await patient.Begins(content: "漢字");
        var content = string.Concat(Enumerable.Repeat("palabra ", 600));
        for (var number = 0; number < 8; number++)
            (await doctor.Post($"{Steps.AtStaff}/threads/{thread}/messages", new { content })).Is(201);

        var text = PdfText.Of((await Download(patient, $"{Steps.AtPortal}/threads/{thread}/export")).Bytes);

        Assert.Contains("Página 4", text, StringComparison.Ordinal);
        Assert.Equal(8 * 600, text.Split("palabra").Length - 1);
        Assert.Contains("le faltan algunos caracteres", text.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_is_read_in_its_turn_and_a_second_one_of_its_user_is_refused()
    {
        var (clinic, patient, doctor) = await Steps.Open(house, "p1");
        var thread = await patient.Begins(content: "Hello");
        var sent = (await doctor.Post($"{Steps.AtStaff}/threads/{thread}/messages", new { content = Secret })).Is(201)["id"].GetString();
        var held = new TaskCompletionSource<Result<int>>();
        var other = new Caller(clinic.Tenant, new UserId("other"), Role.Provider, default);
        var holding = house.Get<ExportTurns>().Within(other, async _ => await held.Task, default).AsTask();

        var asked = Enumerable.Range(0, 2).Select(_ => doctor.Get($"{Steps.AtStaff}/threads/{thread}/export")).ToList();
        var refused = await Task.WhenAny(asked).WaitAsync(TimeSpan.FromSeconds(30));
        (await refused).IsRefused(429, "too_many_exports");
        (await doctor.Post($"/api/messages/{sent}/retraction", new { reason = "wrong" })).Is(200);
        var before = (await (await clinic.Has(Role.Admin)).Get("/api/audit?action=thread-read")).Is(200).Text;
        held.SetResult(1);

        Assert.Null((await holding).Refusal);
        (await asked.Single(each => each != refused)).Is(200);
        Assert.DoesNotContain("export=pdf", before, StringComparison.Ordinal);
    }

    private static async Task<string> Conversation(Person patient, Person doctor)
    {
        var thread = await patient.Begins(content: "Is it Ménière’s?\nsecond line");
        var pdf = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n");
        var file = await doctor.Upload($"{Steps.AtStaff}/attachments", pdf);
        var path = $"{Steps.AtStaff}/threads/{thread}/messages";
        (await doctor.Post(path, new { content = $"{Secret} note", isInternalNote = true })).Is(201);
        (await doctor.Post(path, new { content = "Read this", attachmentIds = new[] { file } })).Is(201);
        var wrong = (await doctor.Post(path, new { content = $"{Secret} wrong" })).Is(201)["id"].GetString();
        (await doctor.Post($"/api/messages/{wrong}/retraction", new { reason = $"{Secret} reason" })).Is(200);
        (await doctor.Put($"{Steps.AtStaff}/threads/{thread}/draft", new { content = $"{Secret} draft" })).Is(200);
        return thread;
    }

    private async Task<(string? Type, byte[] Bytes)> Download(Person person, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(house.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        using var answer = await house.Http.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        return (answer.Content.Headers.ContentType?.MediaType, bytes);
    }
}

public sealed class ExportsOnSqlite(SqliteHouse house) : ExportTests(house);

public sealed class ExportsOnPostgres(PostgresHouse house) : ExportTests(house);
