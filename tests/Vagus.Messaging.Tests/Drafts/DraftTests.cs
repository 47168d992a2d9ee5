using System.Text;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Drafts;

/// <summary>What somebody is writing stays where it was written, and with who wrote it.</summary>
public abstract class DraftTests(House house)
{
    [Fact]
    public async Task A_draft_survives_the_session_and_is_shown_to_its_author_in_its_thread_only()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (one, two) = (await patient.Begins(), await patient.Begins());
        var nurse = await clinic.Has(Role.Nurse);

        (await nurse.Put($"{AtStaff}/threads/{one}/draft", new { content = "Half an answer" })).Is(200);
        var again = await clinic.SignInAgain(nurse);

        Assert.Equal("Half an answer", (await again.Get($"{AtStaff}/threads/{one}/draft")).Is(200)["content"].GetString());
        foreach (var (who, path) in new[]
        {
            (nurse, $"{AtStaff}/threads/{two}/draft"), (nurse, $"{AtStaff}/threads/{one}/note-draft"), (nurse, $"{AtStaff}/draft"),
            (doctor, $"{AtStaff}/threads/{one}/draft"), (patient, $"{AtPortal}/threads/{one}/draft"), (patient, $"{AtPortal}/draft"),
        })
        {
            var other = (await who.Get(path)).Is(200);
            Assert.Equal(("", 0), (other["content"].GetString(), other["version"].GetInt64()));
        }
    }

    [Fact]
    public async Task Who_does_not_see_the_thread_has_no_draft_in_it()
    {
        var (clinic, patient, _) = await Open(house, "p1", "p2");
        var (stranger, radiology) = (await clinic.Has(Role.Patient, patient: "p2"), await clinic.Has(Role.Radiology));
        var (_, _, elsewhere) = await Open(house, "p1");
        var thread = await patient.Begins();

        foreach (var (who, door) in new[] { (stranger, AtPortal), (radiology, AtStaff), (elsewhere, AtStaff) })
        {
            (await who.Get($"{door}/threads/{thread}/draft")).IsRefused(404, "not_found");
            (await who.Put($"{door}/threads/{thread}/draft", new { content = "x" })).IsRefused(404, "not_found");
            (await who.Delete($"{door}/threads/{thread}/draft")).IsRefused(404, "not_found");
        }

        (await patient.Get($"{AtPortal}/threads/{thread}/note-draft")).Is(404);
    }

    [Fact]
    public async Task Sending_removes_the_draft_of_what_was_sent_and_of_nothing_else()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (one, two) = (await patient.Begins(), await patient.Begins());
        var nurse = await clinic.Has(Role.Nurse);
        foreach (var path in new[] { $"threads/{one}/draft", $"threads/{one}/note-draft", $"threads/{two}/draft", "draft" })
            (await nurse.Put($"{AtStaff}/{path}", new { content = path })).Is(200);
        (await doctor.Post($"{AtStaff}/threads/{one}/messages", new { content = "First" })).Is(201);

        (await nurse.Post($"{AtStaff}/threads/{one}/messages", new { content = "x", lastSeenSequence = 1 })).IsRefused(409, "newer_messages");
        Assert.NotEqual(0, await Version(nurse, $"threads/{one}/draft"));
        (await nurse.Post($"{AtStaff}/threads/{one}/messages", new { content = "x", lastSeenSequence = 2 })).Is(201);

        Assert.Equal(0, await Version(nurse, $"threads/{one}/draft"));
        Assert.NotEqual(0, await Version(nurse, $"threads/{one}/note-draft"));
        Assert.NotEqual(0, await Version(nurse, $"threads/{two}/draft"));
        (await nurse.Post($"{AtStaff}/threads/{one}/messages", new { content = "n", isInternalNote = true })).Is(201);
        Assert.Equal(0, await Version(nurse, $"threads/{one}/note-draft"));
        (await nurse.Post($"{AtStaff}/threads", new { patientId = "p1", subject = "s", category = "general", content = "x" })).Is(201);
        Assert.Equal(0, await Version(nurse, "draft"));
        Assert.NotEqual(0, await Version(nurse, $"threads/{two}/draft"));
    }

    [Fact]
    public async Task What_a_device_saves_late_brings_back_nothing_that_was_sent()
    {
        var (_, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();
        var path = $"{AtStaff}/threads/{thread}/draft";
        var first = (await doctor.Put(path, new { content = "a", version = 0 })).Is(200)["version"].GetInt64();
        var second = (await doctor.Put(path, new { content = "ab", version = first })).Is(200)["version"].GetInt64();
        Assert.True(second > first);
        (await doctor.Put(path, new { content = "other device", version = first })).IsRefused(409, "stale_version");
        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new { content = "ab" })).Is(201);

        (await doctor.Put(path, new { content = "ab", version = second })).IsRefused(409, "stale_version");

        Assert.Equal(0, (await doctor.Get(path))["version"].GetInt64());
        (await doctor.Put(path, new { content = "next", version = 0 })).Is(200);
        (await doctor.Delete(path)).Is(204);
        Assert.Equal(0, (await doctor.Get(path))["version"].GetInt64());
    }

    [Fact]
    public async Task A_thread_that_is_to_begin_has_a_draft_with_what_was_filled_in()
    {
        var (_, patient, _) = await Open(house, "p1");
        var draft = new { content = "I would like", subject = "Refill", category = "prescription_refill" };

        (await patient.Put($"{AtPortal}/draft", draft)).Is(200);

        var kept = (await patient.Get($"{AtPortal}/draft")).Is(200);
        Assert.Equal(("Refill", "prescription_refill"), (kept["subject"].GetString(), kept["category"].GetString()));
        (await patient.Put($"{AtPortal}/draft", new { content = new string('x', 5001) })).IsRefused(413, "too_long");
        await patient.Begins();
        Assert.Equal(0, (await patient.Get($"{AtPortal}/draft"))["version"].GetInt64());
    }

    [Fact]
    public async Task A_draft_that_was_moved_is_shown_to_nobody_and_raises_an_alarm()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (one, two) = (await patient.Begins(), await patient.Begins());
        (await doctor.Put($"{AtStaff}/threads/{one}/draft", new { content = "Meant for one" })).Is(200);

        Assert.Equal(1, await clinic.Change(Move, two, clinic.Tenant.Value, one));

        var moved = (await doctor.Get($"{AtStaff}/threads/{two}/draft")).Is(200);
        Assert.Equal("", moved["content"].GetString());
        Assert.Contains(house.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal)
            && line.Contains($"Draft/{doctor.Id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_word_of_a_draft_lies_in_its_row()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();
        (await doctor.Put($"{AtStaff}/threads/{thread}/draft", new { content = "Zymotically" })).Is(200);
        (await doctor.Put($"{AtStaff}/draft", new { content = "Zymotically", subject = "Zymotically", patientId = "Zymotically" })).Is(200);

        var rows = await house.Get<Storage.Database>().Query(All, [clinic.Tenant.Value], row => (byte[])row.GetValue(0), default);

        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.True(row.AsSpan().IndexOf("Zymotically"u8) < 0));
        Assert.All(rows, row => Assert.DoesNotContain("Zymotically", Encoding.Latin1.GetString(row), StringComparison.Ordinal));
    }

    private static async Task<long> Version(Person who, string path) => (await who.Get($"{AtStaff}/{path}")).Is(200)["version"].GetInt64();

    private static readonly Statement Move = new("""
        update messaging_draft
        set thread_id = @to
        where tenant_id = @tenant_id
          and thread_id = @from
        """);

    private static readonly Statement All = new("""
        select sealed_content
        from messaging_draft
        where tenant_id = @tenant_id
        """);
}

public sealed class DraftsOnSqlite(SqliteHouse house) : DraftTests(house);

public sealed class DraftsOnPostgres(PostgresHouse house) : DraftTests(house);
