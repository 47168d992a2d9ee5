using System.Text.Json;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Log;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Triage;

/// <summary>No message waits for an assignee who cannot read it.</summary>
public abstract class CoverTests(House house)
{
    [Fact]
    public async Task A_patients_message_to_a_disabled_assignee_takes_the_assignment_away()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var id = await patient.Begins();
        (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = nurse.Id })).Is(200);
        await Disable(clinic, nurse);

        (await patient.Post($"{AtPortal}/threads/{id}/messages", new { content = "Are you there?" })).Is(201);

        Assert.Equal((null, "open"), await Placed(doctor, id));
        await house.Does("thread-returns");
        Assert.Equal((null, "open"), await Placed(doctor, id));
    }

    [Fact]
    public async Task Who_is_disabled_or_has_another_role_has_no_open_thread_any_more_and_the_others_are_told()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (gone, moved, away, standIn) = (
            await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse));
        var threads = new Dictionary<Person, string>();
        foreach (var who in new[] { gone, moved, away, doctor })
        {
            threads[who] = await patient.Begins("medical_question");
            (await doctor.Put($"{AtStaff}/threads/{threads[who]}", new { assignedTo = who.Id, status = "in_progress" })).Is(200);
        }

        var closed = await patient.Begins("medical_question");
        (await doctor.Put($"{AtStaff}/threads/{closed}", new { assignedTo = gone.Id, status = "closed" })).Is(200);
        await Away(away, standIn);
        var before = (await house.Get<EventLog>().Extent(clinic.Tenant, default)).Last;
        await Disable(clinic, gone);
        foreach (var who in new[] { moved, away })
            Assert.Null((await house.Get<ChangeUser>().SetRole(clinic.Tenant, new UserId(who.Id), Role.Billing, default)).Refusal);

        await Until(
            async () =>
            {
                await house.Does("thread-covers");
                return (await Placed(doctor, threads[away])).AssignedTo == standIn.Id;
            },
            "The thread was not taken over.");
        foreach (var turn in (string[])["thread-covers", "thread-returns"]) await house.Does(turn);

        Assert.Equal((null, "open"), await Placed(doctor, threads[gone]));
        Assert.Equal((null, "open"), await Placed(doctor, threads[moved]));
        Assert.Equal((standIn.Id, "in_progress"), await Placed(doctor, threads[away]));
        Assert.Equal((doctor.Id, "in_progress"), await Placed(doctor, threads[doctor]));
        Assert.Equal((gone.Id, "closed"), await Placed(doctor, closed));
        var told = await house.Get<EventLog>().Read(clinic.Tenant, before, 100, default);
        Assert.Equal(3, told.Count(each => each.Type == "thread.updated"));
    }

    [Fact]
    public async Task A_new_category_takes_the_thread_from_an_assignee_who_does_not_see_it()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (clerk, nurse) = (await clinic.Has(Role.Billing), await clinic.Has(Role.Nurse));
        var (moved, kept) = (await patient.Begins("billing"), await patient.Begins("billing"));
        foreach (var (id, who) in new[] { (moved, clerk), (kept, nurse) })
            (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = who.Id, status = "in_progress" })).Is(200);

        (await doctor.Put($"{AtStaff}/threads/{moved}", new { category = "medical_question", assignedTo = clerk.Id }))
            .IsRefused(422, "not_assignable");
        (await doctor.Put($"{AtStaff}/threads/{moved}", new { category = "medical_question" })).Is(200);
        (await doctor.Put($"{AtStaff}/threads/{kept}", new { category = "other" })).Is(200);

        (await clerk.Get($"{AtStaff}/threads/{moved}")).IsRefused(404, "not_found");
        Assert.Equal((null, "open"), await Placed(doctor, moved));
        Assert.Equal((nurse.Id, "in_progress"), await Placed(doctor, kept));
        var audit = (await (await clinic.Has(Role.Admin)).Get("/api/audit?action=thread-change")).Is(200).Text;
        Assert.Contains("category,assigned=none", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sees_the_new_category_alone_may_have_the_thread_with_it()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var pharmacist = await clinic.Has(Role.Pharmacy);
        var id = await patient.Begins("billing");

        (await doctor.Put($"{AtStaff}/threads/{id}", new { category = "prescription_refill", assignedTo = pharmacist.Id })).Is(200);

        Assert.Equal(pharmacist.Id, (await Placed(pharmacist, id)).AssignedTo);
    }

    [Fact]
    public async Task A_patients_message_to_an_assignee_whose_new_role_does_not_see_it_takes_the_assignment_away()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var id = await patient.Begins("medical_question");
        (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = nurse.Id })).Is(200);
        Assert.Null((await house.Get<ChangeUser>().SetRole(clinic.Tenant, new UserId(nurse.Id), Role.Billing, default)).Refusal);

        (await patient.Post($"{AtPortal}/threads/{id}/messages", new { content = "Are you there?" })).Is(201);

        Assert.Equal((null, "open"), await Placed(doctor, id));
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("away")]
    public async Task What_is_written_to_a_pool_whose_taker_is_gone_is_the_pools_again(string how)
    {
        var (clinic, patient, _) = await Open(house, "p1");
        var (taker, other) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse));
        var id = await Taken(patient, taker);
        Assert.Equal(0, await Unread(other));
        if (how == "disabled") await Disable(clinic, taker);
        else await Away(taker, standIn: null);

        (await patient.Post("/api/messages", new { threadId = id, content = "And now?" })).Is(201);

        Assert.Equal(1, await Unread(other));
        Assert.Null((await Placed(other, id)).AssignedTo);
        (await other.Post("/api/messages", new { threadId = id, content = "I am here" })).Is(201);
        Assert.Equal(other.Id, (await Placed(other, id)).AssignedTo);
    }

    [Fact]
    public async Task A_colleague_answers_a_pool_whose_taker_is_gone_without_waiting_for_another_message()
    {
        var (clinic, patient, _) = await Open(house, "p1");
        var (taker, other) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse));
        var id = await Taken(patient, taker);
        (await other.Post("/api/messages", new { threadId = id, content = "Too" })).IsRefused(409, "conflict");
        await Disable(clinic, taker);

        (await other.Post("/api/messages", new { threadId = id, content = "I go on" })).Is(201);

        Assert.Equal(other.Id, (await Placed(other, id)).AssignedTo);
    }

    [Fact]
    public async Task Who_stands_in_for_the_taker_of_a_pool_has_its_thread_until_the_absence_ends()
    {
        var (clinic, patient, _) = await Open(house, "p1");
        var (taker, second, third) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse));
        var id = await Taken(patient, taker);
        await Away(taker, second);

        (await patient.Post("/api/messages", new { threadId = id, content = "And now?" })).Is(201);

        Assert.Equal((second.Id, 1, 0), ((await Placed(second, id)).AssignedTo, await Unread(second), await Unread(third)));
        (await taker.Delete("/api/on-call/out-of-office")).Is(204);
        await house.Does("thread-returns");
        Assert.Equal(taker.Id, (await Placed(taker, id)).AssignedTo);
    }

    private static async Task<string> Taken(Person patient, Person taker)
    {
        var id = (await patient.Post("/api/messages", new { recipientId = "nurse", content = "My refill" })).Is(201).Json.Text("threadId");
        (await taker.Post("/api/messages", new { threadId = id, content = "It is ready" })).Is(201);
        return id;
    }

    private async Task Disable(Clinic clinic, Person who) =>
        Assert.Null((await house.Get<ChangeUser>().Disable(clinic.Tenant, new UserId(who.Id), default)).Refusal);

    private static async Task Away(Person who, Person? standIn) => (await who.Put("/api/on-call/out-of-office", new
    {
        from = DateTimeOffset.UtcNow.AddHours(-1), until = DateTimeOffset.UtcNow.AddHours(1), delegateTo = standIn?.Id,
    })).Is(200);

    private static async Task<int> Unread(Person who) => (await who.Get($"{AtStaff}/unread-count")).Is(200)["count"].GetInt32();

    private static async Task<(string? AssignedTo, string Status)> Placed(Person who, string thread)
    {
        var shown = (await who.Get($"{AtStaff}/threads/{thread}")).Is(200)["thread"];
        var assigned = shown.GetProperty("assignedTo");
        return (assigned.ValueKind == JsonValueKind.Null ? null : assigned.Text("userId"), shown.Text("status"));
    }
}

public sealed class CoverOnSqlite(SqliteHouse house) : CoverTests(house);

public sealed class CoverOnPostgres(PostgresHouse house) : CoverTests(house);
