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
    public async Task A_device_that_empties_a_draft_does_not_take_away_what_another_has_saved_since()
    {
        var (_, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();
        foreach (var (who, path) in new[]
        {
            (doctor, $"{AtStaff}/threads/{thread}/draft"), (doctor, $"{AtStaff}/threads/{thread}/note-draft"), (doctor, $"{AtStaff}/draft"),
            (patient, $"{AtPortal}/threads/{thread}/draft"), (patient, $"{AtPortal}/draft"),
        })
        {
            var first = (await who.Put(path, new { content = "a" })).Is(200)["version"].GetInt64();
            var second = (await who.Put(path, new { content = "of another device" })).Is(200)["version"].GetInt64();

            foreach (var seen in new[] { 0, first }) (await who.Delete($"{path}?version={seen}")).IsRefused(409, "stale_version");

            Assert.Equal("of another device", (await who.Get(path))["content"].GetString());
            (await who.Delete($"{path}?version={second}")).Is(204);
            Assert.Equal(0, (await who.Get(path))["version"].GetInt64());
            (await who.Delete($"{path}?version={second}")).Is(204);
        }
    }

    [Theory]
    [InlineData("version=first")]
    [InlineData("version=-1")]
    [InlineData("version=1&version=2")]
    [InlineData("version=")]
    public async Task A_version_that_no_draft_has_removes_nothing(string query)
    {
        var (_, _, doctor) = await Open(house, "p1");
        (await doctor.Put($"{AtStaff}/draft", new { content = "a" })).Is(200);

        (await doctor.Delete($"{AtStaff}/draft?{query}")).Is(400);

        Assert.NotEqual(0, await Version(doctor, "draft"));
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

    [Fact]
    public async Task A_draft_keeps_its_files_with_its_author_until_it_goes()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var (_, _, elsewhere) = await Open(house, "p1");
        var (one, two) = (await patient.Begins(), await patient.Begins());
        var path = $"{AtStaff}/threads/{one}/draft";
        var (first, second) = (await Upload(nurse), await Upload(nurse));

        var kept = (await nurse.Put(path, new { content = "See", attachmentIds = new[] { first, second } })).Is(200);
        (await nurse.Put(path, new { content = "See this", version = kept["version"].GetInt64() })).Is(200);

        Assert.Equal([first, second], Files(await (await clinic.SignInAgain(nurse)).Get(path)));
        foreach (var who in new[] { doctor, elsewhere }) (await who.Get($"{AtStaff}/attachments/{first}")).IsRefused(404, "not_found");
        (await patient.Get($"{AtPortal}/attachments/{first}")).IsRefused(404, "not_found");
        foreach (var (who, id) in new[] { (nurse, two), (doctor, one) })
        {
            (await who.Put($"{AtStaff}/threads/{id}/draft", new { content = "x", attachmentIds = new[] { first } }))
                .IsRefused(422, "attachment_unusable");
        }

        // None of them is swept while the draft is there; what it no longer names is.
        (await nurse.Put(path, new { content = "See this", attachmentIds = new[] { second } })).Is(200);
        Assert.Equal([(first, true), (second, false)], await Unbound(clinic, first, second));
        var sent = (await nurse.Post($"{AtStaff}/threads/{one}/messages", new { content = "See this", attachmentIds = new[] { second } })).Is(201);
        Assert.Equal(second, sent["attachments"][0].Text("id"));
        Assert.Empty(Files(await nurse.Get(path)));
        (await patient.Get($"{AtPortal}/attachments/{second}")).Is(200);
    }

    [Fact]
    public async Task Files_of_a_draft_that_goes_without_them_belong_to_nothing()
    {
        var (clinic, patient, _) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var thread = await patient.Begins();
        foreach (var (who, door, path, text) in new[]
        {
            (nurse, AtStaff, $"threads/{thread}/draft", "message"), (nurse, AtStaff, $"threads/{thread}/note-draft", "note"),
            (patient, AtPortal, "draft", "thread"), (patient, AtPortal, $"threads/{thread}/draft", "removed"),
        })
        {
            var file = await who.Upload($"{door}/attachments", Pdf);
            (await who.Put($"{door}/{path}", new { content = text, attachmentIds = new[] { file } })).Is(200);
            Assert.Equal([(file, false)], await Unbound(clinic, file));

            if (text == "removed") (await who.Delete($"{door}/{path}")).Is(204);
            else if (text == "thread") await who.Begins();
            else (await who.Post($"{door}/threads/{thread}/messages", new { content = text, isInternalNote = text == "note" })).Is(201);

            Assert.Equal([(file, true)], await Unbound(clinic, file));
        }
    }

    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.4\n%%EOF\n");

    private static Task<string> Upload(Person who) => who.Upload($"{AtStaff}/attachments", Pdf);

    private static IEnumerable<string> Files(Answer draft) =>
        draft.Is(200)["attachments"].EnumerateArray().Select(file => file.Text("id"));

    private static async Task<List<(string File, bool IsUnbound)>> Unbound(Clinic clinic, params string[] files)
    {
        var found = await clinic.House.Get<Storage.Database>().Query(
            Bound, [clinic.Tenant.Value], row => (File: row.GetString(0), IsUnbound: row.IsDBNull(1)), default);
        return [.. files.Select(file => found.Single(each => each.File == file))];
    }

    private static async Task<long> Version(Person who, string path) => (await who.Get($"{AtStaff}/{path}")).Is(200)["version"].GetInt64();

    private static readonly Statement Move = new("""
        update messaging_draft
        set thread_id = @to
        where tenant_id = @tenant_id
          and thread_id = @from
        """);

    private static readonly Statement Bound = new("""
        select file_id, bound_to
        from access_file
        where tenant_id = @tenant_id
        """);

    private static readonly Statement All = new("""
        select sealed_content
        from messaging_draft
        where tenant_id = @tenant_id
        """);
}

public sealed class DraftsOnSqlite(SqliteHouse house) : DraftTests(house);

public sealed class DraftsOnPostgres(PostgresHouse house) : DraftTests(house);
