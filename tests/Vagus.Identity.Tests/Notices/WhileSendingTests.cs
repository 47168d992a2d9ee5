using Vagus.Access.Outgoing;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Notices;

/// <summary>What comes while a notice is under way is not told by it.</summary>
public abstract class WhileSendingTests(Engine engine)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_second_message_of_the_thread_that_comes_while_the_first_is_told_is_told_by_another_notice()
    {
        await using var desk = await WithPhone();
        WhileSending(desk, () => desk.MessageComes());
        await desk.MessageComes();
        await desk.After(Delay);
        await desk.Until(() => desk.Messages.Ends.Count(end => end.Outcome == NoticeOutcome.Sent) == 1);

        await desk.After(Delay);
        await desk.Until(() => desk.Messages.Ends.Count(end => end.Outcome == NoticeOutcome.Sent) == 2);
        await desk.After(TimeSpan.FromHours(1));

        Assert.Equal(2, desk.Phone.Taken.Count);
        Assert.Equal([("sms", "Sent"), ("sms", "Sent")], await desk.Ended());
    }

    [Fact]
    public async Task Messages_of_other_threads_that_come_or_are_due_while_one_is_told_are_told_by_another_notice()
    {
        await using var desk = await WithPhone();
        WhileSending(desk, () => desk.MessageComes("thread-3", ago: Delay + Moment));
        await desk.MessageComes();
        desk.Clinic.Clock.Advance(Moment);
        await desk.MessageComes("thread-2");
        await desk.After(Delay - Moment);

        await desk.Until(() => desk.Messages.Ends.Count(end => end.Outcome == NoticeOutcome.Sent) == 2);
        await desk.After(TimeSpan.FromHours(1));

        Assert.Equal(2, desk.Phone.Taken.Count);
        Assert.Equal([("sms", "Merged"), ("sms", "Sent"), ("sms", "Sent")], (await desk.Ended()).Order());
    }

    [Fact]
    public async Task An_attempt_that_fails_and_is_made_again_tells_also_of_what_came_meanwhile()
    {
        await using var desk = await WithPhone();
        desk.Phone.Answers.Enqueue(503);
        WhileSending(desk, () => desk.MessageComes());
        await desk.MessageComes();
        await desk.After(Delay);
        var latest = await desk.Clinic.Get<Storage.Database>().Query(
            new Statement("select give_up_at - queued_at from access_delivery where ended_at is null"), [],
            row => TimeSpan.FromMicroseconds(row.GetInt64(0)), default);

        await desk.After(Delay);
        await desk.Until(() => desk.Messages.Ends.Count(end => end.Outcome == NoticeOutcome.Sent) == 1);
        await desk.After(TimeSpan.FromHours(1));

        Assert.Equal([TimeSpan.FromDays(3) + Delay + Moment], latest);
        Assert.Equal(2, desk.Phone.Taken.Count);
        Assert.Equal([("sms", "Merged"), ("sms", "Sent")], await desk.Ended());
    }

    private async Task<Desk> WithPhone()
    {
        var desk = await Desk.Open(engine);
        (await desk.Prefer(new { email = new { enabled = false }, sms = new { enabled = true, phone = "+15551234567" } })).Is(200);
        return desk;
    }

    /// <summary>Once, a moment after the claim of what is sent next.</summary>
    private static void WhileSending(Desk desk, Func<Task> happens) => desk.Phone.BeforeAnswer = async () =>
    {
        desk.Phone.BeforeAnswer = () => Task.CompletedTask;
        desk.Clinic.Clock.Advance(Moment);
        await happens();
    };
}

public sealed class WhileSendingOnSqlite() : WhileSendingTests(Engine.Sqlite);

public sealed class WhileSendingOnPostgres() : WhileSendingTests(Engine.Postgres);
