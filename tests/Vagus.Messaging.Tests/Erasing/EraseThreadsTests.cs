using System.Text;
using System.Text.Json;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Messaging.Erasing;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Erasing;

/// <summary>What an organization keeps no longer is gone from every door, and what it must keep is not.</summary>
public abstract class EraseThreadsTests(House house)
{
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.4\n%%EOF\n");

    [Fact]
    public async Task A_closed_thread_whose_time_is_over_is_gone_from_every_door_with_its_key()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { search = true });
        var (thread, message, file) = await Ended(clinic, patient, doctor, "Xanthic words");
        var (open, recent) = (await patient.Begins(content: "Still open"), await patient.Begins(content: "Closed today"));
        (await doctor.Put($"{AtStaff}/threads/{recent}", new { status = "closed" })).Is(200);
        await clinic.Change(AgedThreads.Age, 400L * 86_400_000_000, clinic.Tenant.Value, open);
        var before = await Until(() => doctor.Get($"{AtStaff}/threads?search=xanthic"), answer => answer.Status == 200);
        Assert.Equal(thread, Assert.Single(before["items"].EnumerateArray()).Text("id"));

        await clinic.Sets(new { search = true, retention = new { days = 365 } });
        await Erased(clinic, thread);

        foreach (var (who, door) in new[] { (patient, AtPortal), (doctor, AtStaff) })
        {
            (await who.Get($"{door}/threads/{thread}")).IsRefused(404, "not_found");
            (await who.Get($"{door}/threads/{thread}/export?format=fhir")).IsRefused(404, "not_found");
            // Until it is swept, its owner is told that its key is gone.
            (await who.Get($"{door}/attachments/{file}")).Is(who == doctor ? 410 : 404);
            (await who.Get($"/fhir/Communication/{message}/$decrypt")).Is(410);
            Assert.Equal(
                new[] { open, recent }.Order(),
                (await who.Get($"{door}/threads")).Is(200)["items"].EnumerateArray().Select(each => each.Text("id")).Order());
            // The index is made anew, for a key of it was destroyed.
            var found = await Until(() => who.Get($"{door}/threads?search=xanthic"), answer => answer.Status == 200);
            Assert.Empty(found["items"].EnumerateArray());
        }

        Assert.Equal(0, (await patient.Get($"{AtPortal}/unread-count"))["count"].GetInt32());
        Assert.Equal(1, (await doctor.Get($"{AtStaff}/unread-count"))["count"].GetInt32());
        (await doctor.Get($"/fhir/Communication/{message}")).Is(410);
        var refused = await house.Get<DestroyKey>().Destroy(new KeyScope(clinic.Tenant, "thread", thread), default);
        Assert.False(refused.IsRefused);
        Assert.Empty(await Rows(clinic, thread));
        var entries = (await (await clinic.Has(Role.Admin)).Get("/api/audit?action=delete")).Is(200).Text;
        Assert.Contains($"Thread/{thread}", entries, StringComparison.Ordinal);
        Assert.Contains("retention=365", entries, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_retention_and_of_other_organizations_nothing_is_erased()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (other, stranger, theirs) = await Open(house, "p1");
        var (kept, _, _) = await Ended(clinic, patient, doctor, "Kept");
        var (longer, _, _) = await Ended(other, stranger, theirs, "Kept too");
        await other.Sets(new { retention = new { days = 401 } });

        await house.Does("thread-retention");

        (await patient.Get($"{AtPortal}/threads/{kept}")).Is(200);
        (await stranger.Get($"{AtPortal}/threads/{longer}")).Is(200);
    }

    [Theory]
    [InlineData("thread")]
    [InlineData("file")]
    [InlineData(null)]
    public async Task A_legal_hold_wins_and_when_it_is_released_the_thread_goes(string? held)
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (thread, _, file) = await Ended(clinic, patient, doctor, "Held words");
        var holds = house.Get<LegalHolds>();
        var hold = (await holds.Place(clinic.Tenant, held, held == "thread" ? thread : held == "file" ? file : null, "2036-CV-17", default)).Value;
        await clinic.Sets(new { retention = new { days = 365 } });

        await house.Does("thread-retention");

        Assert.Contains("Held words", (await patient.Get($"{AtPortal}/threads/{thread}")).Is(200).Contents());
        (await patient.Get($"{AtPortal}/attachments/{file}")).Is(200);
        Assert.False((await holds.Release(clinic.Tenant, hold, default)).IsRefused);
        await clinic.Change(AgedThreads.LookAgain, clinic.Tenant.Value);
        await Erased(clinic, thread);
        (await patient.Get($"{AtPortal}/threads/{thread}")).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task Keys_that_the_operator_retains_longer_keep_the_thread_as_it_was()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (thread, _, _) = await Ended(clinic, patient, doctor, "By law");
        await house.Get<LegalHolds>().SetRetention(clinic.Tenant, "thread", 3650, default);
        await clinic.Sets(new { retention = new { days = 365 } });

        await house.Does("thread-retention");

        Assert.Contains("By law", (await patient.Get($"{AtPortal}/threads/{thread}")).Is(200).Contents());
        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "Once more" })).Is(201);
    }

    [Fact]
    public async Task What_was_ended_between_two_writes_is_gone_on_with()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (thread, message, _) = await Ended(clinic, patient, doctor, "Half way");
        await clinic.Sets(new { retention = new { days = 365 } });
        // As a process leaves it that is killed right after the first write.
        var begun = await house.Get<BeginErasing>().Run(clinic.Tenant, ("patient", TimeSpan.FromDays(365)), 10, default);
        Assert.Equal([thread], begun.Begun);
        (await patient.Get($"{AtPortal}/threads/{thread}")).IsRefused(404, "not_found");
        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "x" })).IsRefused(404, "not_found");

        await Erased(clinic, thread);

        (await doctor.Get($"/fhir/Communication/{message}")).Is(410);
        await house.Does("thread-retention");
    }

    [Fact]
    public async Task A_patient_who_writes_in_time_keeps_the_thread()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (thread, _, _) = await Ended(clinic, patient, doctor, "Again");
        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "I am back" })).Is(201);
        await clinic.Sets(new { retention = new { days = 365 } });

        await house.Does("thread-retention");

        Assert.Contains("I am back", (await patient.Get($"{AtPortal}/threads/{thread}")).Is(200).Contents());
    }

    [Theory]
    [InlineData("""{"days":0}""")]
    [InlineData("""{"days":36526}""")]
    [InlineData("""{"days":"1"}""")]
    [InlineData("""{"weeks":1}""")]
    [InlineData("""{}""")]
    public async Task A_retention_that_is_none_is_refused(string retention)
    {
        var admin = await (await house.NewClinic()).Has(Role.Admin);

        (await admin.Put("/api/admin/settings/messaging", $$"""{"retention":{{retention}}}""")).Is(400);
    }

    /// <summary>A thread of 400 days ago with an answer, a note, a draft, a file and everything else, closed.</summary>
    private static async Task<(string Thread, string Message, string File)> Ended(
        Clinic clinic, Person patient, Person doctor, string content)
    {
        var nurse = await clinic.Has(Role.Nurse);
        var thread = await patient.Begins(content: content);
        var file = await doctor.Upload($"{AtStaff}/attachments", Pdf);
        var answer = (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new { content = "See", attachmentIds = new[] { file } })).Is(201);
        (await nurse.Post($"{AtStaff}/threads/{thread}/messages", new { content = "A note", isInternalNote = true })).Is(201);
        (await nurse.Put($"{AtStaff}/threads/{thread}/draft", new { content = "Half" })).Is(200);
        (await nurse.Put($"{AtStaff}/threads/{thread}/follow", new { })).Is(204);
        (await doctor.Post($"{AtStaff}/threads/{thread}/close")).Is(200);
        await clinic.Change(AgedThreads.Age, 400L * 86_400_000_000, clinic.Tenant.Value, thread);
        return (thread, answer["id"].GetString()!, file);
    }

    private async Task Erased(Clinic clinic, string thread)
    {
        // The house's own turn may be at it.
        await Until(
            async () =>
            {
                await house.Does("thread-retention");
                return new Answer(200, JsonSerializer.Serialize(new { rows = await Rows(clinic, thread) }));
            },
            answer => answer["rows"].GetArrayLength() == 0);
    }

    private async Task<List<string>> Rows(Clinic clinic, string thread)
    {
        var left = new List<string>();
        foreach (var table in new[]
        {
            "thread", "message", "note", "member", "mark", "attachment", "draft", "held", "follow", "unread", "behind",
        })
        {
            var count = await house.Get<Storage.Database>().QueryOne(
                new Statement($"select count(*) from messaging_{table} where tenant_id = @tenant_id and thread_id = @thread_id"),
                [clinic.Tenant.Value, thread], row => row.GetInt64(0), default);
            if (count > 0) left.Add(table);
        }

        return left;
    }
}

public sealed class EraseThreadsOnSqlite(SqliteHouse house) : EraseThreadsTests(house);

public sealed class EraseThreadsOnPostgres(PostgresHouse house) : EraseThreadsTests(house);
