using Vagus.Kernel;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Live;

/// <summary>Who is connected is told how many threads are unread when that changes.</summary>
public abstract class UnreadPushTests(House house)
{
    [Fact]
    public async Task Each_person_is_told_its_own_count_when_something_comes_and_when_it_has_read()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        await using var office = await LiveSocket.Open(house, doctor);
        await using var window = await LiveSocket.Open(house, nurse);
        await using var device = await LiveSocket.Open(house, await clinic.SignInAgain(nurse));

        var thread = await patient.Begins();

        foreach (var socket in new[] { office, window, device })
            Assert.Equal(1, (await socket.HearUnread(1)).GetProperty("general").GetInt32());
        (await nurse.Post($"{AtStaff}/threads/{thread}/mark-read")).Is(200);
        foreach (var socket in new[] { window, device }) await socket.HearUnread(0);
        (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = "Look" })).Is(201);
        Assert.Equal(1, (await office.HearUnread(2)).GetProperty("direct").GetInt32());
        // Of what she wrote and the doctor has not read, the nurse was told nothing.
        Assert.Equal([1, 0], Counts(window).SkipWhile(count => count == 0));
    }

    [Fact]
    public async Task What_changes_no_count_is_not_told_and_nobody_elses_threads_are_counted()
    {
        var (clinic, patient, doctor) = await Open(house, "p1", "p2");
        var neighbour = await clinic.Has(Role.Patient, patient: "p2");
        await using var office = await LiveSocket.Open(house, doctor);
        await using var away = await LiveSocket.Open(house, neighbour);
        await using var abroad = await LiveSocket.Open(house, await (await house.NewClinic()).Has(Role.Nurse));
        var thread = await patient.Begins();
        await office.HearUnread(1);

        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "And another" })).Is(201);
        (await doctor.Post($"{AtStaff}/threads/{thread}/close")).Is(200);
        (await doctor.Post($"{AtStaff}/threads/{thread}/mark-read")).Is(200);
        await office.HearUnread(0);
        await neighbour.Begins();
        await office.HearUnread(1);
        await abroad.Ask("typing", new { recipientId = "nobody", isTyping = true });
        (await doctor.Post("/api/messages", new { recipientId = neighbour.Id, content = "Hello" })).Is(201);
        await away.HearUnread(1);

        Assert.All(Counts(away), count => Assert.InRange(count, 0, 1));
        Assert.All(Counts(abroad), count => Assert.Equal(0, count));
    }

    [Fact]
    public async Task Who_is_mentioned_brought_in_or_let_go_is_told()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (biller, nurse) = (await clinic.Has(Role.Billing), await clinic.Has(Role.Nurse));
        var thread = await patient.Begins("billing");
        (await biller.Post($"{AtStaff}/threads/{thread}/mark-read")).Is(200);
        await using var billing = await LiveSocket.Open(house, biller);
        // What the greeting counts once more is behind.
        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "And another" })).Is(201);
        await billing.HearUnread(1);
        (await biller.Post($"{AtStaff}/threads/{thread}/mark-read")).Is(200);
        await billing.HearUnread(0);

        var note = new { content = "Please", isInternalNote = true, mentions = new[] { biller.Id } };
        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", note)).Is(201);
        await billing.HearUnread(1);
        var group = (await doctor.Post(
            $"{AtStaff}/threads", new { kind = "staff", participants = new[] { nurse.Id }, subject = "x", content = "x" }))
            .Is(201)["thread"].Text("id");
        (await doctor.Put($"{AtStaff}/threads/{group}/participants/{biller.Id}", new { })).Is(204);

        Assert.Equal(1, (await billing.HearUnread(2)).GetProperty("staff").GetInt32());
        (await doctor.Delete($"{AtStaff}/threads/{group}/participants/{biller.Id}")).Is(204);
        await billing.HearUnread(1);
    }

    private static int[] Counts(LiveSocket socket) => [.. socket.Unread.Select(each => each.GetProperty("count").GetInt32())];
}

public sealed class UnreadPushOnSqlite(SqliteHouse house) : UnreadPushTests(house);

public sealed class UnreadPushOnPostgres(PostgresHouse house) : UnreadPushTests(house);
