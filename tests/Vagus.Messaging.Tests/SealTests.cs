using System.Diagnostics;
using System.Text;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Tests;

/// <summary>What lies in the database tells nothing of what people wrote, and shows nothing where it was moved.</summary>
public abstract class SealTests(House house)
{
    private const string Staff = "/api/patient-messages";
    private const string Portal = "/api/patient-portal/messages";

    [Fact]
    public async Task A_ciphertext_that_was_moved_is_shown_to_nobody_and_raises_an_alarm()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        List<string> ids = [];
        foreach (var text in new[] { "first", "second" })
            ids.Add((await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = text })).Is(201)["id"].GetString()!);
        await Execute(clinic, Swap, clinic.Tenant.Value, ids[0], clinic.Tenant.Value, ids[1]);

        var items = (await doctor.Get($"/api/messages/conversation?userId={nurse.Id}")).Is(200)["items"].EnumerateArray().ToList();

        Assert.Equal("first", items[0].GetProperty("content").GetString());
        Assert.Equal(("unreadable", null), (items[1].GetProperty("status").GetString(), items[1].GetProperty("content").GetString()));
        (await doctor.Get($"/fhir/Communication/{ids[1]}/$decrypt")).Is(503);
        Assert.Contains(house.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal)
            && line.Contains($"Communication/{ids[1]}", StringComparison.Ordinal));
        var admin = await clinic.Has(Role.Admin);
        var entries = (await admin.Get("/api/audit?action=seal-broken")).Is(200)["items"].EnumerateArray().ToList();
        Assert.NotEmpty(entries);
        Assert.Contains(ids[1], entries[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_word_of_a_message_note_subject_reason_draft_or_waiting_message_lies_in_the_database()
    {
        const string canary = "Xanthoproteic";
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("p1");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var thread = (await patient.Post($"{Portal}/threads", new
        {
            subject = $"{canary}subject", category = "general", content = $"{canary}message", clientMessageId = "c",
        })).Is(201)["thread"].GetProperty("id").GetString();
        (await doctor.Put($"{Staff}/threads/{thread}", new { subject = $"{canary}again" })).Is(200);
        (await doctor.Post($"{Staff}/threads/{thread}/messages", new { content = $"{canary}note", isInternalNote = true })).Is(201);
        var sent = (await doctor.Post($"{Staff}/threads/{thread}/messages", new { content = $"{canary}answer" })).Is(201);
        (await doctor.Post($"/api/messages/{sent["id"].GetString()}/retraction", new { reason = $"{canary}reason" })).Is(200);
        (await patient.Post("/api/messages", new { recipientId = doctor.Id, content = $"{canary}direct" })).Is(201);
        (await patient.Get($"{Portal}/threads/{thread}")).Is(200);
        foreach (var (who, door) in new[] { (doctor, Staff), (patient, Portal) })
        {
            (await who.Put($"{door}/threads/{thread}/draft", new { content = $"{canary}draft" })).Is(200);
            (await who.Put($"{door}/draft", new { content = $"{canary}draft", subject = $"{canary}subject" })).Is(200);
            foreach (var name in new[] { "kept", "taken-back", "sent" })
            {
                var held = (await who.Post($"{door}/threads/{thread}/messages", new
                {
                    content = $"{canary}{name}", sendAfter = DateTimeOffset.UtcNow.AddHours(1),
                })).Is(201)["id"].GetString();
                if (name == "taken-back") (await who.Delete($"{door}/scheduled/{held}")).Is(200);
                if (name == "sent") (await who.Post($"{door}/scheduled/{held}/release")).Is(201);
            }
        }

        (await doctor.Put($"{Staff}/threads/{thread}/note-draft", new { content = $"{canary}note" })).Is(200);

        var files = await DatabaseFiles();

        Assert.NotEmpty(files);
        foreach (var (name, content) in files)
            Assert.False(content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary)) >= 0, $"{name} holds what somebody wrote.");
    }

    private async Task<List<(string Name, byte[] Content)>> DatabaseFiles()
    {
        if (house.Folder is { } folder)
        {
            // The server keeps some of them locked: a copy has all.
            var image = Directory.CreateTempSubdirectory("vagus-seals-");
            using var copy = Process.Start("cp", ["-r", folder + "/.", image.FullName]);
            await copy.WaitForExitAsync();
            Assert.Equal(0, copy.ExitCode);
            List<(string, byte[])> files =
                [.. image.GetFiles("*", SearchOption.AllDirectories).Select(file => (file.FullName, File.ReadAllBytes(file.FullName)))];
            image.Delete(recursive: true);
            return files;
        }

        var database = house.Get<Storage.Database>();
        var tables = await database.Query(
            Tables, [], row => row.GetString(0), default);
        List<(string, byte[])> rows = [];
        foreach (var table in tables)
        {
            var text = await database.Query(
                new Statement($"select coalesce(string_agg(t::text, '|'), '') from {table} t"), [], row => row.GetString(0), default);
            rows.Add((table, Encoding.UTF8.GetBytes(text[0])));
        }

        Assert.Contains(rows, row => row.Item1 == "messaging_message");
        return rows;
    }

    private async Task Execute(Clinic clinic, Statement statement, params object?[] values)
    {
        var done = await house.Get<GroupCommit>().Write<int>(
            clinic.Tenant, async (write, cancel) => await write.Execute(statement, values, cancel), default);
        Assert.Equal(1, done.Value);
    }

    private static readonly Statement Swap = new("""
        update messaging_message
        set sealed_content = (select m.sealed_content from messaging_message m where m.tenant_id = @tenant_id and m.message_id = @from)
        where tenant_id = @tenant
          and message_id = @to
        """);

    private static readonly Statement Tables = new("""
        select table_name::text
        from information_schema.tables
        where table_schema = 'public'
        order by table_name
        """);
}

public sealed class SealsOnSqlite(SqliteHouse house) : SealTests(house);

public sealed class SealsOnPostgres(PostgresHouse house) : SealTests(house);
