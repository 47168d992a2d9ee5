using System.Text;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Holding;

/// <summary>A message that begins a thread and waits: there is no such thread until it is sent, and then there is one.</summary>
public abstract class HeldThreadTests(House house)
{
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.4\n%%EOF\n");

    [Fact]
    public async Task A_thread_that_waits_is_at_no_door_but_its_authors()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { undoSeconds = 15, targets = new[] { new { minutes = 60 } } });
        var nurse = await clinic.Has(Role.Nurse);
        await using var desk = await LiveSocket.Open(house, nurse);
        var file = await patient.Upload($"{AtPortal}/attachments", Pdf);
        var before = (await house.Get<EventLog>().Extent(clinic.Tenant, default)).Last;

        var begun = (await patient.Post($"{AtPortal}/threads", new
        {
            subject = "Xylotomous", category = "medical_question", content = "Zymurgy", attachmentIds = new[] { file },
        })).Is(201);

        var (thread, held) = (begun["thread"].Text("id"), begun["scheduled"].Text("id"));
        Assert.Empty(begun["messages"].EnumerateArray());
        Assert.Equal(("scheduled", "Xylotomous", "p1"), (
            begun["scheduled"].Text("status"), begun["scheduled"].GetProperty("begins").Text("subject"),
            begun["scheduled"].GetProperty("begins").Text("patientId")));
        foreach (var (who, door) in new[] { (patient, AtPortal), (nurse, AtStaff), (doctor, AtStaff) })
        {
            (await who.Get($"{door}/threads/{thread}")).IsRefused(404, "not_found");
            (await who.Post($"{door}/threads/{thread}/messages", new { content = "x" })).IsRefused(404, "not_found");
            (await who.Get($"/fhir/Communication/{held}")).Is(404);
            Assert.Empty((await who.Get($"{door}/threads")).Is(200)["items"].EnumerateArray());
            Assert.Equal(0, (await who.Get($"{door}/unread-count"))["count"].GetInt32());
        }

        (await nurse.Delete($"{AtStaff}/scheduled/{held}")).IsRefused(404, "not_found");
        (await nurse.Get($"{AtStaff}/attachments/{file}")).IsRefused(404, "not_found");
        Assert.DoesNotContain(held, (await nurse.Get($"{AtStaff}/scheduled")).Is(200).Text, StringComparison.Ordinal);
        var log = await house.Get<EventLog>().Read(clinic.Tenant, before, 1000, default);
        Assert.DoesNotContain(log, row => Encoding.UTF8.GetString(row.Body).Contains(thread, StringComparison.Ordinal));
        var row = await house.Get<Storage.Database>().QueryOne(
            Sealed, [clinic.Tenant.Value], each => Encoding.Latin1.GetString((byte[])each.GetValue(0)), default);
        Assert.DoesNotContain("Xylotomous", row!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_begins_once_with_its_answer_its_file_and_its_due_date_when_it_is_sent()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { undoSeconds = 15, targets = new[] { new { minutes = 60 } } });
        var nurse = await clinic.Has(Role.Nurse);
        await using var desk = await LiveSocket.Open(house, nurse);
        var file = await patient.Upload($"{AtPortal}/attachments", Pdf);
        var body = new
        {
            subject = "A question", category = "medical_question", content = "Hello", attachmentIds = new[] { file }, clientMessageId = "c",
        };
        var held = (await patient.Post($"{AtPortal}/threads", body)).Is(201);
        Assert.Equal(held["scheduled"].Text("id"), (await patient.Post($"{AtPortal}/threads", body)).Is(201)["scheduled"].Text("id"));

        await clinic.Change(MakeDue, clinic.Tenant.Value);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => house.Does("message-release")));

        var heard = await desk.Hear("new_message");
        Assert.Equal((held["scheduled"].Text("id"), "Hello", 1L), (heard.Text("id"), heard.Text("content"), heard.GetProperty("sequence").GetInt64()));
        var shown = (await doctor.Get($"{AtStaff}/threads/{held["thread"].Text("id")}")).Is(200);
        Assert.Equal(("A question", "open"), (shown["thread"].Text("subject"), shown["thread"].Text("status")));
        Assert.Equal(JsonValueKind.String, shown["thread"].GetProperty("dueAt").ValueKind);
        Assert.Equal(2, shown.Contents().Count());
        (await nurse.Get($"{AtStaff}/attachments/{file}")).Is(200);
        Assert.Single((await patient.Get($"{AtPortal}/threads")).Is(200)["items"].EnumerateArray());
        // The client that was not answered in time sends once more.
        var again = (await patient.Post($"{AtPortal}/threads", body)).Is(201);
        Assert.Equal(held["scheduled"].Text("id"), again["messages"][0].Text("id"));
        Assert.Empty((await patient.Get($"{AtPortal}/scheduled"))["items"].EnumerateArray());
    }

    [Fact]
    public async Task Staff_name_a_time_and_may_send_it_now()
    {
        var (clinic, patient, doctor) = await Open(house, "p1", "p2");
        var stranger = await clinic.Has(Role.Patient, patient: "p2");
        var begun = (await doctor.Post($"{AtStaff}/threads", new
        {
            patientId = "p1", subject = "Your result", category = "general", priority = "high", content = "It is fine",
            sendAfter = DateTimeOffset.UtcNow.AddHours(1),
        })).Is(201);
        Assert.Empty((await patient.Get($"{AtPortal}/threads"))["items"].EnumerateArray());

        var sent = (await doctor.Post($"{AtStaff}/scheduled/{begun["scheduled"].Text("id")}/release")).Is(201);

        Assert.Equal((begun["scheduled"].Text("id"), "sent"), (sent["id"].GetString(), sent["status"].GetString()));
        var thread = Assert.Single((await patient.Get($"{AtPortal}/threads"))["items"].EnumerateArray());
        Assert.Equal((begun["thread"].Text("id"), "Your result"), (thread.Text("id"), thread.Text("subject")));
        Assert.Equal("high", (await doctor.Get($"{AtStaff}/threads/{thread.Text("id")}"))["thread"].Text("priority"));
        Assert.Empty((await stranger.Get($"{AtPortal}/threads"))["items"].EnumerateArray());
    }

    [Fact]
    public async Task Staff_take_back_the_message_that_begins_a_thread_and_have_it_as_a_draft()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { undoSeconds = 15 });
        var begun = (await doctor.Post($"{AtStaff}/threads", new
        {
            patientId = "p1", subject = "Your result", category = "general", priority = "high", content = "It is fine",
        })).Is(201);
        var held = begun["scheduled"].Text("id");
        Assert.Equal(held, Assert.Single((await doctor.Get($"{AtStaff}/scheduled")).Is(200)["items"].EnumerateArray()).Text("id"));

        var taken = (await doctor.Delete($"{AtStaff}/scheduled/{held}")).Is(200);

        Assert.Equal(("It is fine", "p1"), (taken["content"].GetString(), taken["begins"].Text("patientId")));
        (await doctor.Delete($"{AtStaff}/scheduled/{held}")).IsRefused(404, "not_found");
        (await doctor.Post($"{AtStaff}/scheduled/{held}/release")).IsRefused(404, "not_found");
        var draft = (await doctor.Get($"{AtStaff}/draft")).Is(200);
        Assert.Equal(("It is fine", "Your result", "general", "p1"), (
            draft["content"].GetString(), draft["subject"].GetString(), draft["category"].GetString(), draft["patientId"].GetString()));
        await house.Does("message-release");
        Assert.Empty((await patient.Get($"{AtPortal}/threads"))["items"].EnumerateArray());
        Assert.Empty((await doctor.Get($"{AtStaff}/scheduled"))["items"].EnumerateArray());
    }

    [Fact]
    public async Task What_was_taken_back_is_the_draft_of_a_new_thread_with_its_files()
    {
        var (clinic, patient, _) = await Open(house, "p1");
        await clinic.Sets(new { undoSeconds = 15 });
        var file = await patient.Upload($"{AtPortal}/attachments", Pdf);
        var held = (await patient.Post($"{AtPortal}/threads", new
        {
            subject = "Too hasty", category = "billing", content = "About the bill", attachmentIds = new[] { file },
        })).Is(201);

        (await patient.Delete($"{AtPortal}/scheduled/{held["scheduled"].Text("id")}")).Is(200);

        var draft = (await patient.Get($"{AtPortal}/draft")).Is(200);
        Assert.Equal(("About the bill", "Too hasty", "billing", "p1"), (
            draft["content"].GetString(), draft["subject"].GetString(), draft["category"].GetString(), draft["patientId"].GetString()));
        Assert.Equal(file, Assert.Single(draft["attachments"].EnumerateArray()).Text("id"));
        await clinic.Change(MakeDue, clinic.Tenant.Value);
        await house.Does("message-release");
        Assert.Empty((await patient.Get($"{AtPortal}/threads"))["items"].EnumerateArray());
        await clinic.Sets(new { undoSeconds = 0 });
        var sent = (await patient.Post($"{AtPortal}/threads", new
        {
            subject = "Better", category = "billing", content = "Now", attachmentIds = new[] { file },
        })).Is(201);
        Assert.Equal(file, sent["messages"][0].GetProperty("attachments")[0].Text("id"));
    }

    [Fact]
    public async Task Who_has_lost_the_record_or_the_category_begins_no_thread()
    {
        var (clinic, _, doctor) = await Open(house, "p1");
        var billing = await clinic.Has(Role.Billing);
        var proxy = await clinic.Has(Role.Patient, patient: "p9", dependants: ["p1"]);
        var later = DateTimeOffset.UtcNow.AddHours(1);
        (await billing.Post($"{AtStaff}/threads", New("billing"))).Is(201);
        (await proxy.Post($"{AtPortal}/threads", new { patientId = "p1", subject = "s", category = "general", content = "x", sendAfter = later }))
            .Is(201);
        (await doctor.Post($"{AtStaff}/threads", New("general"))).Is(201);
        await clinic.Change(EndProxies, clinic.Tenant.Value);
        await clinic.Change(OtherCategory, clinic.Tenant.Value, billing.Id);

        await clinic.Change(MakeDue, clinic.Tenant.Value);
        await house.Does("message-release");

        foreach (var (who, door) in new[] { (billing, AtStaff), (proxy, AtPortal) })
        {
            var stopped = Assert.Single((await who.Get($"{door}/scheduled")).Is(200)["items"].EnumerateArray());
            Assert.Equal(("stopped", "access_lost"), (stopped.Text("status"), stopped.Text("reason")));
        }

        Assert.Single((await doctor.Get($"{AtStaff}/threads")).Is(200)["items"].EnumerateArray());

        object New(string category) => new { patientId = "p1", subject = "s", category, content = "x", sendAfter = later };
    }

    private static readonly Statement MakeDue = new("""
        update messaging_held
        set due_at = 1
        where tenant_id = @tenant_id
        """);

    private static readonly Statement OtherCategory = new("""
        update messaging_held
        set category = 'medical_question'
        where tenant_id = @tenant_id
          and author_id = @author_id
        """);

    private static readonly Statement EndProxies = new("""
        delete from access_proxy
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Sealed = new("""
        select sealed_subject
        from messaging_held
        where tenant_id = @tenant_id
        """);
}

public sealed class HeldThreadsOnSqlite(SqliteHouse house) : HeldThreadTests(house);

public sealed class HeldThreadsOnPostgres(PostgresHouse house) : HeldThreadTests(house);
