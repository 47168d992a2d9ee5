using System.Text;
using System.Text.Json;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Messaging.Holding;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Holding;

/// <summary>A message that waits: it may be taken back, is seen by its author alone, and is sent once when it is due.</summary>
public abstract class HeldTests(House house)
{
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n");

    [Fact]
    public async Task What_waits_is_at_no_door_but_its_authors()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var thread = await patient.Begins();
        await using var phone = await LiveSocket.Open(house, patient);
        await using var desk = await LiveSocket.Open(house, nurse);
        var file = await doctor.Upload($"{AtStaff}/attachments", Pdf);
        var before = await Version(doctor, thread);

        var held = (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new
        {
            content = "Xylotomous", sendAfter = DateTimeOffset.UtcNow.AddHours(1), attachmentIds = new[] { file },
        })).Is(201);

        Assert.Equal("scheduled", held["status"].GetString());
        var id = held["id"].GetString()!;
        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "after it" })).Is(201);
        foreach (var (who, paths) in new[]
        {
            (patient, new[]
            {
                $"{AtPortal}/threads", $"{AtPortal}/threads/{thread}", $"{AtPortal}/scheduled", "/fhir/Communication",
                $"/api/messages/conversation?userId={doctor.Id}",
            }),
            (nurse, [$"{AtStaff}/threads", $"{AtStaff}/threads/{thread}", $"{AtStaff}/scheduled", "/fhir/Communication"]),
            (doctor, [$"{AtStaff}/threads", $"{AtStaff}/threads/{thread}", "/fhir/Communication", "/fhir/Communication/_history"]),
        })
        {
            foreach (var path in paths)
            {
                var shown = await who.Get(path);
                Assert.DoesNotContain("Xylotomous", shown.Text, StringComparison.Ordinal);
                Assert.False(path != $"{AtStaff}/scheduled" && shown.Text.Contains(id, StringComparison.Ordinal), $"{path} tells of it.");
            }
        }

        foreach (var who in new[] { patient, nurse, doctor })
        {
            (await who.Get($"/fhir/Communication/{id}")).Is(404);
            (await who.Get($"/fhir/Communication/{id}/$decrypt")).Is(404);
        }

        (await patient.Get($"{AtPortal}/attachments/{file}")).IsRefused(404, "not_found");
        (await nurse.Get($"{AtStaff}/attachments/{file}")).IsRefused(404, "not_found");
        Assert.Equal(0, (await patient.Get($"{AtPortal}/unread-count"))["count"].GetInt32());
        Assert.Equal(2, (await patient.Get($"{AtPortal}/threads/{thread}"))["thread"].GetProperty("lastSequence").GetInt64());
        Assert.Equal(before, await Version(doctor, thread));
        var last = (await house.Get<EventLog>().Extent(clinic.Tenant, default)).Last;
        await phone.Reach(last);
        await desk.Reach(last);
        foreach (var socket in new[] { phone, desk })
            Assert.DoesNotContain(socket.Heard, heard => heard.Payload.ToString().Contains(id, StringComparison.Ordinal));
        var log = await house.Get<EventLog>().Read(clinic.Tenant, 0, 1000, default);
        Assert.DoesNotContain(log, row => Encoding.UTF8.GetString(row.Body).Contains(id, StringComparison.Ordinal));
        var own = Assert.Single((await doctor.Get($"{AtStaff}/scheduled?threadId={thread}")).Is(200)["items"].EnumerateArray());
        Assert.Equal("Xylotomous", own.Text("content"));
    }

    [Fact]
    public async Task What_was_taken_back_was_never_sent_and_its_text_is_the_draft()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var thread = await patient.Begins();
        await clinic.Sets(new { undoSeconds = 15 });
        var file = await doctor.Upload($"{AtStaff}/attachments", Pdf);
        var held = (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new
        {
            content = "Too hasty", attachmentIds = new[] { file }, clientMessageId = "c",
        })).Is(201);
        var path = $"{AtStaff}/scheduled/{held["id"].GetString()}";
        (await nurse.Delete(path)).IsRefused(404, "not_found");
        (await nurse.Post($"{path}/release")).IsRefused(404, "not_found");

        var taken = (await doctor.Delete(path)).Is(200);

        Assert.Equal("Too hasty", taken["content"].GetString());
        (await doctor.Delete(path)).IsRefused(404, "not_found");
        (await doctor.Post($"{path}/release")).IsRefused(404, "not_found");
        await clinic.Change(MakeDue, clinic.Tenant.Value);
        await house.Does("message-release");
        Assert.Single((await patient.Get($"{AtPortal}/threads/{thread}")).Contents());
        Assert.Equal("Too hasty", (await doctor.Get($"{AtStaff}/threads/{thread}/draft"))["content"].GetString());
        await clinic.Sets(new { undoSeconds = 0 });
        var sent = (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new
        {
            content = "Better", attachmentIds = new[] { file }, clientMessageId = "c",
        })).Is(201);
        Assert.Equal("sent", sent["status"].GetString());
        Assert.Single(sent["attachments"].EnumerateArray());
        (await patient.Get($"{AtPortal}/attachments/{file}")).Is(200);
    }

    [Fact]
    public async Task What_is_due_is_sent_once_also_by_many_at_a_time_and_told_live()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();
        await using var phone = await LiveSocket.Open(house, patient);
        var file = await doctor.Upload($"{AtStaff}/attachments", Pdf);
        var body = new
        {
            content = "On time", sendAfter = DateTimeOffset.UtcNow.AddHours(1), clientMessageId = "c", attachmentIds = new[] { file },
            status = "in_progress",
        };
        var held = (await doctor.Post($"{AtStaff}/threads/{thread}/messages", body)).Is(201);
        Assert.Equal(held["id"].GetString(), (await doctor.Post($"{AtStaff}/threads/{thread}/messages", body)).Is(201)["id"].GetString());

        await clinic.Change(MakeDue, clinic.Tenant.Value);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => house.Does("message-release")));

        var heard = await phone.Hear("new_message");
        Assert.Equal((held["id"].GetString(), "On time", 2L), (heard.Text("id"), heard.Text("content"), heard.GetProperty("sequence").GetInt64()));
        var shown = (await patient.Get($"{AtPortal}/threads/{thread}")).Is(200);
        Assert.Equal(["Hello", "On time"], shown.Contents());
        Assert.Equal("in_progress", shown["thread"].Text("status"));
        (await patient.Get($"{AtPortal}/attachments/{file}")).Is(200);
        Assert.Empty((await doctor.Get($"{AtStaff}/scheduled"))["items"].EnumerateArray());
        // The client that was not answered in time sends once more.
        var again = (await doctor.Post($"{AtStaff}/threads/{thread}/messages", body)).Is(201);
        Assert.Equal((held["id"].GetString(), "sent"), (again["id"].GetString(), again["status"].GetString()));
    }

    [Fact]
    public async Task What_is_due_by_itself_is_sent_by_itself_in_the_order_of_its_times()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();
        await clinic.Sets(new { undoSeconds = 1 });
        foreach (var text in new[] { "one", "two", "three" })
            Assert.Equal("scheduled", (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new { content = text })).Is(201)["status"].GetString());

        var shown = await Until(() => patient.Get($"{AtPortal}/threads/{thread}"), answer => answer.Contents().Count() == 4);

        Assert.Equal(["Hello", "one", "two", "three"], shown.Contents());
    }

    [Fact]
    public async Task Of_each_thread_the_first_that_is_due_comes_before_the_second_of_any()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (many, one) = (await patient.Begins(), await patient.Begins());
        var at = DateTimeOffset.UtcNow.AddHours(1);
        var held = new List<string>();
        foreach (var (thread, minute) in new[] { (many, 1), (many, 2), (many, 3), (one, 4) })
        {
            var waits = new { content = "Later", sendAfter = at.AddMinutes(minute) };
            held.Add((await doctor.Post($"{AtStaff}/threads/{thread}/messages", waits)).Is(201)["id"].GetString()!);
        }

        var due = await HeldMessage.Due(house.Get<Storage.Database>(), at.AddHours(1), 100_000, default);

        Assert.Equal(
            [held[0], held[3], held[1], held[2]], due.Where(each => each.Tenant == clinic.Tenant).Select(each => each.Id));
    }

    [Fact]
    public async Task The_author_may_send_it_now_and_a_patient_too()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();
        await clinic.Sets(new { undoSeconds = 15 });
        foreach (var (who, door) in new[] { (doctor, AtStaff), (patient, AtPortal) })
        {
            var held = (await who.Post($"{door}/threads/{thread}/messages", new { content = who.Role.ToString() })).Is(201);

            var sent = (await who.Post($"{door}/scheduled/{held["id"].GetString()}/release")).Is(201);

            Assert.Equal((held["id"].GetString(), "sent"), (sent["id"].GetString(), sent["status"].GetString()));
        }

        Assert.Equal(["Hello", "Provider", "Patient"], (await patient.Get($"{AtPortal}/threads/{thread}")).Contents());
    }

    [Fact]
    public async Task An_author_who_has_not_seen_what_others_wrote_is_told_before_anything_waits()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();
        await clinic.Sets(new { undoSeconds = 15 });
        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "more", sendAfter = "2020-01-01T00:00:00Z" })).Is(201);
        await ReleaseAll(patient, AtPortal);

        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new { content = "x", lastSeenSequence = 1 })).IsRefused(409, "newer_messages");
        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new { content = "x", lastSeenSequence = 2 })).Is(201);
    }

    [Fact]
    public async Task An_answer_that_a_colleague_may_take_back_yet_stops_a_second_one()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var thread = await patient.Begins();
        await clinic.Sets(new { undoSeconds = 15 });
        var path = $"{AtStaff}/threads/{thread}/messages";
        var held = (await doctor.Post(path, new { content = "Take two", lastSeenSequence = 1 })).Is(201);

        var refused = await nurse.Post(path, new { content = "Take three", lastSeenSequence = 1 });

        refused.IsRefused(409, "newer_messages");
        Assert.Equal((0, 1L), (refused["messages"].GetArrayLength(), refused["lastSequence"].GetInt64()));
        Assert.DoesNotContain("Take two", refused.Text, StringComparison.Ordinal);
        (await doctor.Post(path, new { content = "With food", lastSeenSequence = 1 })).Is(201);
        (await nurse.Post(path, new { content = "Take four all the same" })).Is(201);
        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "Thank you", lastSeenSequence = 1 })).Is(201);
        foreach (var author in new[] { doctor, nurse })
        {
            foreach (var item in (await author.Get($"{AtStaff}/scheduled")).Is(200)["items"].EnumerateArray())
                (await author.Delete($"{AtStaff}/scheduled/{item.Text("id")}")).Is(200);
        }

        (await nurse.Post(path, new { content = "Take three", lastSeenSequence = 1 })).Is(201);
        Assert.Equal("scheduled", held["status"].GetString());
    }

    [Fact]
    public async Task An_answer_for_a_later_time_stops_nobody()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var thread = await patient.Begins();
        await clinic.Sets(new { undoSeconds = 15 });
        var path = $"{AtStaff}/threads/{thread}/messages";

        (await doctor.Post(path, new { content = "Better?", lastSeenSequence = 1, sendAfter = DateTimeOffset.UtcNow.AddHours(1) })).Is(201);

        (await nurse.Post(path, new { content = "Take three", lastSeenSequence = 1 })).Is(201);
    }

    [Fact]
    public async Task Who_has_lost_the_thread_or_the_account_sends_no_more()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (billing, nurse) = (await clinic.Has(Role.Billing), await clinic.Has(Role.Nurse));
        var thread = await patient.Begins("billing");
        var later = DateTimeOffset.UtcNow.AddHours(1);
        foreach (var who in new[] { billing, nurse })
            (await who.Post($"{AtStaff}/threads/{thread}/messages", new { content = "From before", sendAfter = later })).Is(201);
        (await doctor.Put($"{AtStaff}/threads/{thread}", new { category = "medical_question" })).Is(200);
        Assert.False((await house.Get<ChangeUser>().Disable(clinic.Tenant, new UserId(nurse.Id), default)).IsRefused);

        await clinic.Change(MakeDue, clinic.Tenant.Value);
        await house.Does("message-release");

        Assert.Equal(["Hello"], (await patient.Get($"{AtPortal}/threads/{thread}")).Contents());
        var stopped = Assert.Single((await billing.Get($"{AtStaff}/scheduled")).Is(200)["items"].EnumerateArray());
        Assert.Equal(("stopped", "access_lost", "From before"), (stopped.Text("status"), stopped.Text("reason"), stopped.Text("content")));
        await house.Does("message-release");
        Assert.Equal(["Hello"], (await patient.Get($"{AtPortal}/threads/{thread}")).Contents());
    }

    [Fact]
    public async Task A_proxy_whose_grant_has_ended_sends_no_more()
    {
        var (clinic, patient, _) = await Open(house, "p1");
        var proxy = await clinic.Has(Role.Patient, patient: "p9", dependants: ["p1"]);
        var thread = await patient.Begins();
        await Schedule("first");
        await clinic.Change(MakeDue, clinic.Tenant.Value);
        await house.Does("message-release");
        Assert.Equal(["Hello", "first"], (await patient.Get($"{AtPortal}/threads/{thread}")).Contents());
        await Schedule("second");
        await clinic.Change(EndProxies, clinic.Tenant.Value);

        await clinic.Change(MakeDue, clinic.Tenant.Value);
        await house.Does("message-release");

        Assert.Equal(["Hello", "first"], (await patient.Get($"{AtPortal}/threads/{thread}")).Contents());
        var stopped = Assert.Single((await proxy.Get($"{AtPortal}/scheduled")).Is(200)["items"].EnumerateArray());
        Assert.Equal("access_lost", stopped.Text("reason"));

        async Task Schedule(string content) => (await proxy.Post(
            $"{AtPortal}/threads/{thread}/messages", new { content, sendAfter = DateTimeOffset.UtcNow.AddHours(1) })).Is(201);
    }

    [Fact]
    public async Task What_waits_is_sealed_and_a_moved_one_is_not_sent()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (one, two) = (await patient.Begins(), await patient.Begins());
        var later = DateTimeOffset.UtcNow.AddHours(1);
        (await doctor.Post($"{AtStaff}/threads/{one}/messages", new { content = "Meant for one", sendAfter = later })).Is(201);
        var row = await house.Get<Storage.Database>().QueryOne(Content, [clinic.Tenant.Value], each => (byte[])each.GetValue(0), default);
        Assert.True(row!.AsSpan().IndexOf("Meant for"u8) < 0);

        Assert.Equal(1, await clinic.Change(Move, two, clinic.Tenant.Value));
        await clinic.Change(MakeDue, clinic.Tenant.Value);
        await house.Does("message-release");

        foreach (var thread in new[] { one, two }) Assert.Equal(["Hello"], (await patient.Get($"{AtPortal}/threads/{thread}")).Contents());
        var stopped = Assert.Single((await doctor.Get($"{AtStaff}/scheduled"))["items"].EnumerateArray());
        Assert.Equal((JsonValueKind.Null, "message_unreadable"), (stopped.GetProperty("content").ValueKind, stopped.Text("reason")));
        Assert.Contains(house.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal)
            && line.Contains($"HeldMessage/{stopped.Text("id")}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"sendAfter\":\"soon\"", "invalid_field")]
    [InlineData("\"sendAfter\":\"2199-01-01T00:00:00Z\"", "invalid_field")]
    [InlineData("\"sendAfter\":1", "invalid_field")]
    [InlineData("\"sendAfter\":\"2027-01-01T00:00:00Z\",\"isInternalNote\":true", "invalid_field")]
    public async Task A_time_that_is_none_is_refused(string fields, string code)
    {
        var (_, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();

        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", $$"""{"content":"x",{{fields}}}""")).IsRefused(400, code);
    }

    private static async Task<long> Version(Person who, string thread) =>
        (await who.Get($"{AtStaff}/threads/{thread}")).Is(200)["thread"].GetProperty("version").GetInt64();

    private static async Task ReleaseAll(Person who, string door)
    {
        foreach (var item in (await who.Get($"{door}/scheduled")).Is(200)["items"].EnumerateArray())
            (await who.Post($"{door}/scheduled/{item.Text("id")}/release")).Is(201);
    }

    private static readonly Statement MakeDue = new("""
        update messaging_held
        set due_at = 1
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Move = new("""
        update messaging_held
        set thread_id = @to
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Content = new("""
        select sealed_content
        from messaging_held
        where tenant_id = @tenant_id
        """);

    private static readonly Statement EndProxies = new("""
        delete from access_proxy
        where tenant_id = @tenant_id
        """);
}

public sealed class HeldOnSqlite(SqliteHouse house) : HeldTests(house);

public sealed class HeldOnPostgres(PostgresHouse house) : HeldTests(house);
