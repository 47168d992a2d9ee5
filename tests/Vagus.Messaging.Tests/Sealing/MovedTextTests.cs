using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Sealing;

/// <summary>
/// A sealed text that was put into another row or column, of the same thread, another thread or another tenant, is shown by no door, and
/// the audit tells of it.
/// </summary>
public abstract class MovedTextTests(House house)
{
    [Theory]
    [InlineData("message")]
    [InlineData("note")]
    [InlineData("subject")]
    [InlineData("preview")]
    [InlineData("draft")]
    [InlineData("note-draft")]
    [InlineData("waiting")]
    public async Task A_text_that_was_moved_there_does_not_open(string to)
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (here, beside) = (await Scene.Begin(clinic, patient, doctor), await Scene.Begin(clinic, patient, doctor));
        var (other, stranger, theirs) = await Open(house, "p1");
        var elsewhere = await Scene.Begin(other, stranger, theirs);
        var (admin, target) = (await clinic.Has(Role.Admin), here.Rows[to]);
        Assert.NotEmpty(await here.Shown(to) ?? "");
        var sources = here.Rows.Where(row => row.Key != to).Select(row => (here.Clinic, Row: row.Value))
            .Append((beside.Clinic, beside.Rows[to])).Append((elsewhere.Clinic, elsewhere.Rows[to]));

        foreach (var (owner, source) in sources)
        {
            var before = await Alarms(admin);
            object?[] values = [owner.Tenant.Value, .. source.Key, clinic.Tenant.Value, .. target.Key];
            Assert.Equal(1, await clinic.Change(source.MovedTo(target), values));

            Assert.True(string.IsNullOrEmpty(await here.Shown(to)), $"{source.Table} opens as {to}.");
            Assert.True(await Alarms(admin) > before, $"Nobody was told that {source.Table} stands as {to}.");
        }

        if (to == "message") (await doctor.Get($"/fhir/Communication/{target.Key[0]}/$decrypt")).Is(503);
    }

    private static async Task<int> Alarms(Person admin) =>
        (await admin.Get("/api/audit?action=seal-broken&limit=200")).Is(200)["items"].GetArrayLength();

    /// <summary>A sealed column of one row.</summary>
    private sealed record SealedRow(string Table, string Column, string[] KeyColumns, params string[] Key)
    {
        public Statement MovedTo(SealedRow target) => new($"""
            update {target.Table}
            set {target.Column} = (select s.{Column} from {Table} s where s.tenant_id = @from_tenant{Where("s.", "from_")})
            where tenant_id = @tenant_id{target.Where("", "to_")}
            """);

        private string Where(string row, string values) =>
            string.Concat(KeyColumns.Select(column => $" and {row}{column} = @{values}{column}"));
    }

    /// <summary>A thread with one of everything that is sealed.</summary>
    private sealed record Scene(Clinic Clinic, Person Doctor, string Thread, Dictionary<string, SealedRow> Rows)
    {
        public static async Task<Scene> Begin(Clinic clinic, Person patient, Person doctor)
        {
            var begun = (await patient.Post(
                $"{AtPortal}/threads", new { subject = "A subject", category = "general", content = "A message" })).Is(201);
            var thread = begun["thread"].Text("id");
            var of = $"{AtStaff}/threads/{thread}";
            var note = (await doctor.Post($"{of}/messages", new { content = "A note", isInternalNote = true })).Is(201);
            var waiting = (await doctor.Post(
                $"{of}/messages", new { content = "It waits", sendAfter = DateTimeOffset.UtcNow.AddHours(1) })).Is(201);
            (await doctor.Put($"{of}/draft", new { content = "A draft" })).Is(200);
            (await doctor.Put($"{of}/note-draft", new { content = "Of a note" })).Is(200);
            string[] ofDraft = ["thread_id", "kind"];
            return new Scene(clinic, doctor, thread, new(StringComparer.Ordinal)
            {
                ["message"] = new("messaging_message", "sealed_content", ["message_id"], begun["messages"][0].Text("id")),
                ["note"] = new("messaging_note", "sealed_content", ["note_id"], note.Json.Text("id")),
                ["subject"] = new("messaging_thread", "sealed_subject", ["thread_id"], thread),
                ["preview"] = new("messaging_thread", "sealed_preview", ["thread_id"], thread),
                ["draft"] = new("messaging_draft", "sealed_content", ofDraft, thread, "message"),
                ["note-draft"] = new("messaging_draft", "sealed_content", ofDraft, thread, "note"),
                ["waiting"] = new("messaging_held", "sealed_content", ["message_id"], waiting.Json.Text("id")),
            });
        }

        public async Task<string?> Shown(string what)
        {
            var of = $"{AtStaff}/threads/{Thread}";
            switch (what)
            {
                case "draft" or "note-draft":
                    return (await Doctor.Get($"{of}/{what}")).Is(200)["content"].GetString();
                case "waiting":
                    return (await Doctor.Get($"{AtStaff}/scheduled")).Is(200)["items"].EnumerateArray()
                        .Single(each => each.Text("threadId") == Thread).GetProperty("content").GetString();
                case "message" or "note":
                    return (await Doctor.Get(of)).Is(200)["messages"].EnumerateArray()
                        .First(each => each.Text("kind") == what).GetProperty("content").GetString();
                default:
                    var thread = (await Doctor.Get(of)).Is(200)["thread"];
                    return thread.GetProperty(what == "subject" ? "subject" : "lastMessagePreview").GetString();
            }
        }
    }
}

public sealed class MovedTextsOnSqlite(SqliteHouse house) : MovedTextTests(house);

public sealed class MovedTextsOnPostgres(PostgresHouse house) : MovedTextTests(house);
