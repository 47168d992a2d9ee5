using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests;

/// <summary>Staff write to each other in groups: those who are named see the thread, for as long as they are.</summary>
public abstract class StaffThreadTests(House house)
{
    private const string Path = $"{AtStaff}/threads";

    [Fact]
    public async Task A_thread_among_staff_about_a_patient_is_seen_by_those_who_are_named_and_by_no_one_else()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (nurse, biller, admin) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Billing), await clinic.Has(Role.Admin));
        await using var office = await LiveSocket.Open(house, nurse);
        await using var home = await LiveSocket.Open(house, patient);

        var thread = await Begin(doctor, [nurse, biller], patientId: "p1");

        var shown = (await nurse.Get($"{Path}/{thread}")).Is(200);
        Assert.Equal(("staff", "Huddle", "p1"), (
            shown["thread"].Text("kind"), shown["thread"].Text("subject"), shown["thread"].GetProperty("patient").Text("id")));
        Assert.Equal(
            [doctor.Id, nurse.Id, biller.Id],
            shown["thread"].GetProperty("participants").EnumerateArray().Select(each => each.Text("userId")));
        Assert.Equal("Who takes over?", (await office.Hear("new_message")).Text("content"));
        Assert.Equal(thread, Assert.Single(Items(await biller.Get($"{Path}?kind=staff"))).Text("id"));
        Assert.Equal(
            1, (await nurse.Get($"{AtStaff}/unread-count")).Is(200)["byCategory"].GetProperty("staff").GetInt32());
        (await admin.Get($"{Path}/{thread}")).IsRefused(404, "not_found");
        Assert.Empty(Items(await admin.Get($"{Path}?kind=staff")));
        (await patient.Get($"{AtPortal}/threads/{thread}")).IsRefused(404, "not_found");
        Assert.Empty(Items(await patient.Get($"{AtPortal}/threads")));
        (await patient.Get($"/fhir/Communication/{shown["messages"][0].Text("id")}")).Is(404);
        await home.Reach(await Last(clinic));
        Assert.Empty(home.Heard);
    }

    [Fact]
    public async Task Everybody_named_answers_reads_and_is_told_who_has_read()
    {
        var (clinic, _, doctor) = await Open(house, "p1");
        var (nurse, biller) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Billing));
        var thread = await Begin(doctor, [nurse, biller]);
        await using var office = await LiveSocket.Open(house, doctor);

        (await nurse.Post($"{Path}/{thread}/messages", new { content = "I do", lastSeenSequence = 1 })).Is(201);
        (await biller.Post($"{Path}/{thread}/messages", new { content = "I do", lastSeenSequence = 1 })).IsRefused(409, "newer_messages");
        (await biller.Post($"{Path}/{thread}/mark-read")).Is(200);

        Assert.Equal("I do", (await office.Hear("new_message")).Text("content"));
        Assert.Equal(biller.Id, (await office.Hear("message_read")).Text("readerId"));
        Assert.Equal(0, (await biller.Get($"{AtStaff}/unread-count")).Is(200)["count"].GetInt32());
        Assert.Equal("open", (await doctor.Get($"{Path}/{thread}")).Is(200)["thread"].Text("status"));
    }

    [Fact]
    public async Task Who_is_brought_in_reads_the_whole_thread_and_who_is_let_go_sees_and_hears_nothing_more_of_it()
    {
        var (clinic, _, doctor) = await Open(house, "p1");
        var (nurse, biller) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Billing));
        var thread = await Begin(doctor, [nurse]);
        (await biller.Put($"{Path}/{thread}/participants/{biller.Id}", new { })).IsRefused(404, "not_found");
        await using var former = await LiveSocket.Open(house, nurse);
        await using var comer = await LiveSocket.Open(house, biller);

        (await nurse.Put($"{Path}/{thread}/participants/{biller.Id}", new { })).Is(204);
        (await doctor.Delete($"{Path}/{thread}/participants/{nurse.Id}")).Is(204);
        (await doctor.Delete($"{Path}/{thread}/participants/{nurse.Id}")).Is(204);
        var sent = (await doctor.Post($"{Path}/{thread}/messages", new { content = "Without the nurse" })).Is(201);

        Assert.Equal("Without the nurse", (await comer.Hear("new_message")).Text("content"));
        Assert.Equal(["Who takes over?", "Without the nurse"], (await biller.Get($"{Path}/{thread}")).Is(200).Contents());
        await former.Reach(await Last(clinic));
        Assert.Empty(former.Heard);
        (await nurse.Get($"{Path}/{thread}")).IsRefused(404, "not_found");
        Assert.Empty(Items(await nurse.Get(Path)));
        (await nurse.Post($"{Path}/{thread}/messages", new { content = "Still here" })).IsRefused(404, "not_found");
        (await nurse.Get($"/fhir/Communication/{sent.Json.Text("id")}/$decrypt")).Is(404);
        await using var again = await LiveSocket.Open(house, new { token = nurse.Token, since = 0 });
        await again.Reach(await Last(clinic));
        Assert.DoesNotContain(again.Heard, heard => heard.Payload.ToString().Contains(thread, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_let_go_is_told_nothing_again_of_what_happened_before_and_finds_no_message()
    {
        var (clinic, _, doctor) = await Open(house, "p1");
        var (nurse, pharmacist) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Pharmacy));
        var thread = await Begin(doctor, [nurse, pharmacist]);
        Assert.True(await Knows(nurse, thread));

        (await doctor.Delete($"{Path}/{thread}/participants/{nurse.Id}")).Is(204);

        Assert.False(await Knows(nurse, thread));
        Assert.True(await Knows(pharmacist, thread));
        var message = (await doctor.Get($"{Path}/{thread}")).Is(200)["messages"][0].Text("id");
        foreach (var path in new[] { $"/fhir/Communication/{message}", $"/fhir/Communication/{message}/_history/1" })
            (await nurse.Get(path)).Is(404);
    }

    [Fact]
    public async Task Who_was_let_go_before_readers_were_kept_finds_no_message_once_the_duty_has_looked()
    {
        var (clinic, _, doctor) = await Open(house, "p1");
        var (nurse, pharmacist) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Pharmacy));
        var thread = await Begin(doctor, [nurse, pharmacist]);
        var message = (await doctor.Get($"{Path}/{thread}")).Is(200)["messages"][0].Text("id");
        (await doctor.Delete($"{Path}/{thread}/participants/{nurse.Id}")).Is(204);
        await clinic.Change(AsBefore, $"{doctor.Id} {nurse.Id} {pharmacist.Id}", message);
        (await nurse.Get($"/fhir/Communication/{message}")).Is(200);
        await clinic.Change(FromBefore, clinic.Tenant.Value, thread);

        await ActivatorUtilities.CreateInstance<RenewReaders>(house.Get<IServiceProvider>()).Turn(CancellationToken.None);

        (await nurse.Get($"/fhir/Communication/{message}")).Is(404);
        (await pharmacist.Get($"/fhir/Communication/{message}")).Is(200);
        Assert.Equal(0, await house.Get<Database>().QueryOne(Left, [clinic.Tenant.Value], row => row.GetInt64(0), default));
    }

    private static readonly Statement AsBefore = new("update fhir_resource set parties = @parties where id = @id");

    private static readonly Statement FromBefore = new(
        "insert into messaging_readers_past (tenant_id, thread_id) values (@tenant_id, @thread_id)");

    private static readonly Statement Left = new("select count(*) from messaging_readers_past where tenant_id = @tenant_id");

    [Fact]
    public async Task Whose_role_sees_the_new_category_no_more_is_told_nothing_again_and_finds_no_message()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var pharmacist = await clinic.Has(Role.Pharmacy);
        var thread = await patient.Begins("prescription_refill");
        Assert.True(await Knows(pharmacist, thread));

        (await doctor.Put($"{Path}/{thread}", new { category = "medical_question" })).Is(200);

        Assert.False(await Knows(pharmacist, thread));
        Assert.True(await Knows(doctor, thread));
    }

    /// <summary>What is replayed of a thread and what is found of its messages go together.</summary>
    private static async Task<bool> Knows(Person who, string thread)
    {
        var replayed = (await who.Get("/api/events?since=0&limit=200")).Is(200).Text.Contains(thread, StringComparison.Ordinal);
        var found = (await who.Get("/fhir/Communication")).Is(200).Json.TryGetProperty("entry", out _);
        Assert.Equal(replayed, found);
        return replayed;
    }

    [Fact]
    public async Task The_assignee_who_goes_gives_the_thread_back_and_the_last_one_stays()
    {
        var (clinic, _, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var thread = await Begin(doctor, [nurse]);
        (await doctor.Put($"{Path}/{thread}", new { assignedTo = nurse.Id })).Is(200);

        (await nurse.Delete($"{Path}/{thread}/participants/{nurse.Id}")).Is(204);

        Assert.Equal(JsonValueKind.Null, (await doctor.Get($"{Path}/{thread}")).Is(200)["thread"].GetProperty("assignedTo").ValueKind);
        (await doctor.Delete($"{Path}/{thread}/participants/{doctor.Id}")).IsRefused(409, "last_participant");
        (await doctor.Put($"{Path}/{thread}", new { assignedTo = nurse.Id })).IsRefused(422, "not_assignable");
    }

    [Fact]
    public async Task Who_is_no_longer_staff_takes_no_part_any_more()
    {
        var (clinic, _, doctor) = await Open(house, "p1");
        var (nurse, admin) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Admin));
        var thread = await Begin(doctor, [nurse]);
        var message = (await doctor.Get($"{Path}/{thread}")).Is(200)["messages"][0].Text("id");

        (await house.Send("PATCH", $"/api/admin/users/{nurse.Id}", admin.Token, new { role = "driver" })).Is(200);

        var driver = await clinic.SignInAgain(nurse);
        (await driver.Post("/api/messages", new { threadId = thread, content = "Still here" })).IsRefused(404, "not_found");
        (await driver.Get($"/fhir/Communication/{message}/$decrypt")).Is(404);
        await using var socket = await LiveSocket.Open(house, new { token = driver.Token, since = 0 });
        await socket.Reach(await Last(clinic));
        Assert.Empty(socket.Heard);
    }

    [Theory]
    [InlineData("""{"kind":"group"}""", "kind")]
    [InlineData("""{"kind":"staff","category":"general"}""", "category")]
    [InlineData("""{"kind":"staff","sendAfter":"2099-01-01T00:00:00Z"}""", "sendAfter")]
    [InlineData("""{"kind":"staff","participants":[]}""", "participants")]
    [InlineData("""{"kind":"staff","participants":["<patient>"]}""", "participants")]
    [InlineData("""{"kind":"staff","participants":["<author>"]}""", "participants")]
    [InlineData("""{"kind":"staff","participants":["<author>","<author>"]}""", "participants")]
    [InlineData("""{"kind":"staff","participants":["<stranger>"]}""", "participants")]
    [InlineData("""{"kind":"patient","category":"general","patientId":"p1"}""", "participants")]
    public async Task What_a_thread_among_staff_has_no_place_for_is_refused(string given, string field)
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (nurse, stranger) = (await clinic.Has(Role.Nurse), await (await house.NewClinic()).Has(Role.Nurse));
        var body = JsonSerializer.Deserialize<Dictionary<string, object>>(given
            .Replace("<patient>", patient.Id, StringComparison.Ordinal).Replace("<stranger>", stranger.Id, StringComparison.Ordinal)
            .Replace("<author>", doctor.Id, StringComparison.Ordinal))!;
        body.TryAdd("participants", new[] { nurse.Id });
        body["subject"] = body["content"] = "x";

        var answer = await doctor.Post(Path, body);

        answer.Is(400);
        Assert.Contains(field, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Participants_are_chosen_in_threads_among_staff_only_and_the_patient_must_be_known()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var other = await patient.Begins();

        (await doctor.Put($"{Path}/{other}/participants/{nurse.Id}", new { })).IsRefused(409, "fixed_participants");
        (await doctor.Delete($"{Path}/{other}/participants/{nurse.Id}")).IsRefused(409, "fixed_participants");
        (await doctor.Post(Path, new { kind = "staff", participants = new[] { nurse.Id }, patientId = "p9", subject = "x", content = "x" }))
            .IsRefused(404, "not_found");
        (await doctor.Put($"{Path}/{await Begin(doctor, [nurse])}/participants/{patient.Id}", new { })).Is(400);
    }

    [Fact]
    public async Task A_category_is_refused_where_no_patient_takes_part_also_in_bulk()
    {
        var (clinic, _, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var thread = await Begin(doctor, [nurse]);
        var direct = (await doctor.Post("/api/messages", new { recipientId = nurse.Id, content = "Hello" })).Is(201)["threadId"].GetString();

        foreach (var id in new[] { thread, direct })
        {
            var answer = await doctor.Put($"{Path}/{id}", new { category = "general", priority = "high" });
            answer.Is(400);
            Assert.Contains("category", answer.Text, StringComparison.Ordinal);
        }

        var bulk = (await doctor.Post($"{Path}/bulk", new { threadIds = new[] { thread }, changes = new { category = "general" } })).Is(200);
        Assert.False(bulk["results"][0].GetProperty("ok").GetBoolean());
        var shown = (await doctor.Get($"{Path}/{thread}")).Is(200)["thread"];
        Assert.Equal(("normal", 1), (shown.Text("priority"), shown.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task A_retry_of_the_beginning_finds_the_first_thread()
    {
        var (clinic, _, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var body = new { kind = "staff", participants = new[] { nurse.Id }, subject = "x", content = "x", clientMessageId = "c1" };

        var (first, second) = (await doctor.Post(Path, body), await doctor.Post(Path, body));

        Assert.Equal(first.Is(201)["thread"].Text("id"), second.Is(201)["thread"].Text("id"));
        (await doctor.Post(Path, new { patientId = "p1", category = "general", subject = "x", content = "x", clientMessageId = "c1" }))
            .IsRefused(409, "conflict");
    }

    private static async Task<string> Begin(Person author, Person[] others, string? patientId = null)
    {
        var body = new Dictionary<string, object>
        {
            ["kind"] = "staff", ["participants"] = others.Select(each => each.Id), ["subject"] = "Huddle",
            ["content"] = "Who takes over?",
        };
        if (patientId is not null) body["patientId"] = patientId;
        return (await author.Post(Path, body)).Is(201)["thread"].Text("id");
    }

    private static IEnumerable<JsonElement> Items(Answer answer) => answer.Is(200)["items"].EnumerateArray();

    private async Task<long> Last(Clinic clinic) => (await house.Get<EventLog>().Extent(clinic.Tenant, default)).Last;
}

public sealed class StaffThreadsOnSqlite(SqliteHouse house) : StaffThreadTests(house);

public sealed class StaffThreadsOnPostgres(PostgresHouse house) : StaffThreadTests(house);
