using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Triage;

/// <summary>Due dates, snoozes, labels and who stands in, at the doors.</summary>
public abstract class TriageTests(House house)
{
    [Fact]
    public async Task A_patient_who_waits_has_a_due_date_that_an_answer_ends()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { targets = new object[] { new { minutes = 120 }, new { priority = "urgent", minutes = 30 } } });
        var id = await patient.Begins();
        var asked = Waiting(await patient.Get($"{AtPortal}/threads/{id}"));

        Assert.Equal(asked.AddMinutes(120), At((await patient.Get($"{AtPortal}/threads/{id}"))["thread"], "expectedReplyAt"));
        Assert.Equal(asked.AddMinutes(120), At((await doctor.Get($"{AtStaff}/threads/{id}"))["thread"], "dueAt"));
        Assert.Equal(asked.AddMinutes(30), At((await doctor.Put($"{AtStaff}/threads/{id}", new { priority = "urgent" })).Is(200).Json, "dueAt"));
        (await doctor.Post($"{AtStaff}/threads/{id}/messages", new { content = "Here" })).Is(201);

        Assert.Null(At((await doctor.Get($"{AtStaff}/threads/{id}"))["thread"], "dueAt"));
        Assert.Null(At((await patient.Get($"{AtPortal}/threads/{id}"))["thread"], "expectedReplyAt"));
        (await patient.Post($"{AtPortal}/threads/{id}/messages", new { content = "And?" })).Is(201);
        Assert.NotNull(At((await doctor.Put($"{AtStaff}/threads/{id}", new { subject = "x" })).Is(200).Json, "dueAt"));
    }

    [Fact]
    public async Task The_time_rests_while_the_clinic_waits_for_the_patient()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { targets = new[] { new { minutes = 120 } } });
        var id = await patient.Begins();

        var resting = (await doctor.Put($"{AtStaff}/threads/{id}", new { status = "waiting_patient" })).Is(200).Json;
        Assert.Null(At(resting, "dueAt"));
        Assert.NotNull(At(resting, "waitingSince"));
        (await patient.Post($"{AtPortal}/threads/{id}/messages", new { content = "Here is it" })).Is(201);

        var due = At((await doctor.Get($"{AtStaff}/threads/{id}"))["thread"], "dueAt");
        Assert.InRange(due!.Value, DateTimeOffset.UtcNow.AddMinutes(118), DateTimeOffset.UtcNow.AddMinutes(121));
    }

    [Fact]
    public async Task Nobody_waits_in_a_closed_thread_and_what_is_written_into_it_begins_another_wait()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { targets = new[] { new { minutes = 120 } } });
        var id = await patient.Begins();
        await clinic.Change(WaitsForDays, clinic.Tenant.Value);

        var closed = (await doctor.Post($"{AtStaff}/threads/{id}/close")).Is(200).Json;

        Assert.Null(At(closed, "waitingSince"));
        (await patient.Post($"{AtPortal}/threads/{id}/messages", new { content = "Another thing" })).Is(201);
        var again = (await doctor.Get($"{AtStaff}/threads/{id}")).Is(200)["thread"];
        Assert.InRange(At(again, "waitingSince")!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Assert.InRange(At(again, "dueAt")!.Value, DateTimeOffset.UtcNow.AddMinutes(118), DateTimeOffset.UtcNow.AddMinutes(121));
    }

    [Fact]
    public async Task A_thread_that_was_closed_by_mistake_waits_as_before_when_it_is_opened_again()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { targets = new[] { new { minutes = 120 } } });
        var id = await patient.Begins();
        var before = (await doctor.Get($"{AtStaff}/threads/{id}")).Is(200)["thread"];
        (await doctor.Post($"{AtStaff}/threads/{id}/close")).Is(200);

        var opened = (await doctor.Put($"{AtStaff}/threads/{id}", new { status = "open" })).Is(200).Json;

        Assert.Equal(At(before, "waitingSince"), At(opened, "waitingSince"));
        var due = At(before, "dueAt")!.Value;
        Assert.InRange(At(opened, "dueAt")!.Value, due, due.AddMinutes(1));
    }

    private static readonly Statement WaitsForDays = new(
        "update messaging_thread set waiting_since = waiting_since - 172800000000 where tenant_id = @tenant_id");

    [Fact]
    public async Task What_is_overdue_is_marked_told_and_given_back_to_all()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { targets = new[] { new { minutes = 60 } }, escalation = "pool" });
        // What follows from the new targets is done: it would give the thread its due date again.
        await house.Does("thread-dates");
        var nurse = await clinic.Has(Role.Nurse);
        var (late, other) = (await patient.Begins(), await patient.Begins());
        foreach (var id in new[] { late, other }) (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = nurse.Id })).Is(200);
        Assert.Equal(1, await clinic.Change(MakeDue, clinic.Tenant.Value, late));

        await house.Does("thread-times");
        await house.Does("thread-times");

        var shown = Assert.Single((await doctor.Get($"{AtStaff}/threads?overdue=true")).Is(200)["items"].EnumerateArray());
        Assert.Equal((late, "open", true), (shown.Text("id"), shown.Text("status"), shown.GetProperty("overdue").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("assignedTo").ValueKind);
        var events = (await house.Get<EventLog>().Read(clinic.Tenant, 0, 1000, default))
            .Where(row => row.Type == "thread.updated").Select(row => JsonElement.Parse(row.Body))
            .Where(data => data.ToString().Contains("overdue", StringComparison.Ordinal)).ToList();
        Assert.Equal(late, Assert.Single(events).Text("threadId"));
        (await nurse.Post($"{AtStaff}/threads/{late}/messages", new { content = "Sorry" })).Is(201);
        Assert.Empty((await doctor.Get($"{AtStaff}/threads?overdue=true"))["items"].EnumerateArray());
    }

    [Fact]
    public async Task A_snoozed_thread_comes_back_by_time_and_by_a_message_of_the_patient()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (one, two) = (await patient.Begins(), await patient.Begins());
        var until = DateTimeOffset.UtcNow.AddHours(5);
        foreach (var id in new[] { one, two }) (await doctor.Put($"{AtStaff}/threads/{id}", new { snoozeUntil = until })).Is(200);
        (await doctor.Put($"{AtStaff}/threads/{one}", new { snoozeUntil = "2020-01-01T00:00:00Z" })).IsRefused(400, "invalid_field");
        Assert.Equal(2, await Count("snoozed=true"));
        Assert.Equal(0, await Count("snoozed=false"));

        (await patient.Post($"{AtPortal}/threads/{one}/messages", new { content = "It is worse" })).Is(201);
        Assert.Equal((1, 1, 2), (await Count("snoozed=true"), await Count("snoozed=false"), await Count("status=open")));
        await clinic.Change(Wake, clinic.Tenant.Value);
        Assert.Equal(2, await Count("snoozed=false"));
        await house.Does("thread-times");

        Assert.Null(At((await doctor.Get($"{AtStaff}/threads/{two}"))["thread"], "snoozeUntil"));
        Assert.DoesNotContain("snooze", (await patient.Get($"{AtPortal}/threads")).Text, StringComparison.OrdinalIgnoreCase);

        async Task<int> Count(string filter) => (await doctor.Get($"{AtStaff}/threads?{filter}")).Is(200)["items"].GetArrayLength();
    }

    [Fact]
    public async Task Screens_are_told_the_business_calendar_as_it_was_set_and_that_none_is()
    {
        var (clinic, _, doctor) = await Open(house, "p1");
        Assert.Equal(JsonValueKind.Null, (await doctor.Get($"{AtStaff}/options")).Is(200)["hours"].ValueKind);

        await clinic.Sets(new
        {
            calendar = new
            {
                timeZone = "Europe/Zurich", week = new { monday = new[] { "08:00-12:00", "13:00-24:00" } }, closed = new[] { "2026-12-25" },
                days = new Dictionary<string, string[]> { ["2026-12-24"] = ["08:00-11:30"] },
            },
        });

        var hours = (await doctor.Get($"{AtStaff}/options")).Is(200)["hours"];
        Assert.Equal("Europe/Zurich", hours.GetProperty("timeZone").GetString());
        Assert.Equal(["08:00-12:00", "13:00-24:00"], Texts(hours.GetProperty("week").GetProperty("monday")));
        Assert.Empty(Texts(hours.GetProperty("week").GetProperty("sunday")));
        Assert.Empty(Texts(hours.GetProperty("days").GetProperty("2026-12-25")));
        Assert.Equal(["08:00-11:30"], Texts(hours.GetProperty("days").GetProperty("2026-12-24")));

        static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.ToString())];
    }

    [Fact]
    public async Task Labels_are_the_tenants_and_find_their_threads()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { labels = new[] { new { id = "vip", name = "VIP" }, new { id = "vip-2", name = "Also" } } });
        var (one, two) = (await patient.Begins(), await patient.Begins());
        Assert.Equal(2, (await doctor.Get($"{AtStaff}/options")).Is(200)["labels"].GetArrayLength());

        var bulk = (await doctor.Post($"{AtStaff}/threads/bulk", new
        {
            threadIds = new[] { one, two, "elsewhere" }, changes = new { labels = new[] { "vip-2" } },
        })).Is(200);
        (await doctor.Put($"{AtStaff}/threads/{one}", new { labels = new[] { "vip", "vip-2" } })).Is(200);
        (await doctor.Put($"{AtStaff}/threads/{one}", new { labels = new[] { "unknown" } })).IsRefused(400, "invalid_field");

        Assert.Equal([true, true, false], bulk["results"].EnumerateArray().Select(result => result.GetProperty("ok").GetBoolean()));
        var found = Assert.Single((await doctor.Get($"{AtStaff}/threads?label=vip")).Is(200)["items"].EnumerateArray());
        Assert.Equal(["vip", "vip-2"], found.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal(2, (await doctor.Get($"{AtStaff}/threads?label=vip-2"))["items"].GetArrayLength());
        // One that the organization has no more stays where it is, and can be taken off.
        await clinic.Sets(new { });
        (await doctor.Put($"{AtStaff}/threads/{one}", new { labels = new[] { "vip" } })).Is(200);
        Assert.DoesNotContain("vip", (await patient.Get($"{AtPortal}/threads/{one}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thread_that_somebody_follows_is_found_by_its_follower_as_long_as_it_is_seen()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (billing, radiology) = (await clinic.Has(Role.Billing), await clinic.Has(Role.Radiology));
        var (one, two) = (await patient.Begins("billing"), await patient.Begins("billing"));
        (await radiology.Put($"{AtStaff}/threads/{one}/follow", new { })).IsRefused(404, "not_found");

        foreach (var _ in new[] { 1, 2 }) (await billing.Put($"{AtStaff}/threads/{one}/follow", new { })).Is(204);

        var found = Assert.Single((await billing.Get($"{AtStaff}/threads?following=true")).Is(200)["items"].EnumerateArray());
        Assert.Equal((one, true), (found.Text("id"), found.GetProperty("following").GetBoolean()));
        Assert.Empty((await doctor.Get($"{AtStaff}/threads?following=true"))["items"].EnumerateArray());
        Assert.False((await billing.Get($"{AtStaff}/threads/{two}"))["thread"].GetProperty("following").GetBoolean());
        (await doctor.Put($"{AtStaff}/threads/{one}", new { category = "medical_question" })).Is(200);
        Assert.Empty((await billing.Get($"{AtStaff}/threads?following=true"))["items"].EnumerateArray());
        (await doctor.Put($"{AtStaff}/threads/{one}", new { category = "billing" })).Is(200);
        (await billing.Delete($"{AtStaff}/threads/{one}/follow")).Is(204);
        Assert.Empty((await billing.Get($"{AtStaff}/threads?following=true"))["items"].EnumerateArray());
    }

    [Fact]
    public async Task Who_stands_in_takes_over_what_a_patient_writes_to_somebody_who_is_away()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (nurse, second) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse));
        var id = await patient.Begins();
        (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = nurse.Id })).Is(200);
        await Away(nurse, second);

        (await patient.Post($"{AtPortal}/threads/{id}/messages", new { content = "Are you there?" })).Is(201);

        Assert.Equal(second.Id, await Assignee(doctor, id));
        // What is given to somebody who is away goes to who stands in as well.
        (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = nurse.Id })).Is(200);
        Assert.Equal(second.Id, await Assignee(doctor, id));
        // A circle leads to nobody, and the thread is everybody's.
        await Away(second, nurse);
        (await patient.Post($"{AtPortal}/threads/{id}/messages", new { content = "Anybody?" })).Is(201);
        Assert.Null(await Assignee(doctor, id));
        Assert.Equal("open", (await doctor.Get($"{AtStaff}/threads/{id}"))["thread"].Text("status"));
        Assert.NotNull(clinic);
    }

    [Fact]
    public async Task After_an_absence_threads_go_back_to_who_was_away_unless_somebody_has_assigned_them()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (nurse, second) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse));
        var (written, given, kept) = (await patient.Begins(), await patient.Begins(), await patient.Begins());
        foreach (var id in new[] { written, kept }) (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = nurse.Id })).Is(200);
        await Away(nurse, second);
        foreach (var id in new[] { written, kept })
            (await patient.Post($"{AtPortal}/threads/{id}/messages", new { content = "Are you there?" })).Is(201);
        (await doctor.Put($"{AtStaff}/threads/{given}", new { assignedTo = nurse.Id })).Is(200);
        (await doctor.Put($"{AtStaff}/threads/{kept}", new { assignedTo = second.Id })).Is(200);
        await house.Does("thread-returns");
        foreach (var id in new[] { written, given, kept }) Assert.Equal(second.Id, await Assignee(doctor, id));

        (await nurse.Delete("/api/on-call/out-of-office")).Is(204);
        await house.Does("thread-returns");
        await house.Does("thread-returns");

        Assert.Equal(
            (nurse.Id, nurse.Id, second.Id),
            (await Assignee(doctor, written), await Assignee(doctor, given), await Assignee(doctor, kept)));
        var audit = (await (await clinic.Has(Role.Admin)).Get("/api/audit?action=thread-change")).Is(200).Text;
        Assert.Equal(2, audit.Split($"back={nurse.Id}").Length - 1);
    }

    private static async Task Away(Person who, Person standIn) => (await who.Put("/api/on-call/out-of-office", new
    {
        from = DateTimeOffset.UtcNow.AddHours(-1), until = DateTimeOffset.UtcNow.AddHours(1), delegateTo = standIn.Id,
    })).Is(200);

    private static async Task<string?> Assignee(Person who, string thread)
    {
        var assigned = (await who.Get($"{AtStaff}/threads/{thread}")).Is(200)["thread"].GetProperty("assignedTo");
        return assigned.ValueKind == JsonValueKind.Null ? null : assigned.Text("userId");
    }

    private static DateTimeOffset Waiting(Answer answer) => At(answer["thread"], "waitingSince")!.Value;

    private static DateTimeOffset? At(JsonElement thread, string name) =>
        thread.GetProperty(name) is { ValueKind: JsonValueKind.String } at ? at.GetDateTimeOffset() : null;

    private static readonly Statement MakeDue = new("""
        update messaging_thread
        set due_at = 1
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    private static readonly Statement Wake = new("""
        update messaging_thread
        set snoozed_until = 1
        where tenant_id = @tenant_id
          and snoozed_until is not null
        """);
}

public sealed class TriageOnSqlite(SqliteHouse house) : TriageTests(house);

public sealed class TriageOnPostgres(PostgresHouse house) : TriageTests(house);
