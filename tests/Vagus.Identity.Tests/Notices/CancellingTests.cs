using System.Text.Json;
using Vagus.Access.Outgoing;
using Vagus.Identity.Queue;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Notices;

/// <summary>What is called off is not sent, but for what was under way; and what a process leaves behind is sent by another.</summary>
public abstract class CancellingTests(Engine engine)
{
    [Fact]
    public async Task Nothing_is_sent_after_the_cancelling_committed_but_what_was_in_flight_and_that_is_told()
    {
        await using var desk = await Desk.Open(engine);
        await WithPhone(desk);
        var reached = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        desk.Phone.BeforeAnswer = () =>
        {
            reached.TrySetResult();
            return go.Task;
        };
        await desk.AlertComes("alert-1", NoticeChannel.Sms);
        var sending = desk.Clinic.SendMails();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await desk.AlertComes("alert-1", NoticeChannel.Voice);
        await desk.Acknowledge();
        go.SetResult();
        await sending;
        await desk.Until(() => !desk.Alerts.Ends.IsEmpty);
        await desk.After(TimeSpan.FromMinutes(5));

        var told = desk.Alerts.Ends.Single(end => end.Channel == NoticeChannel.Sms);
        Assert.Equal((NoticeOutcome.Sent, true), (told.Outcome, told.WasInFlight));
        var sent = desk.Phone.Taken.Select(each => JsonElement.Parse(each.Body).GetProperty("channel").GetString()).ToList();
        // The call may have been claimed by the server's own turn before it was called off; then it was in flight too.
        Assert.True(sent.Count(channel => channel == "sms") == 1);
        Assert.All(desk.Alerts.Ends.Where(end => end.Channel == NoticeChannel.Voice), end => Assert.True(end.WasInFlight));
    }

    [Fact]
    public async Task Twenty_races_between_sending_and_cancelling_leave_nothing_sent_that_is_not_marked_as_in_flight()
    {
        await using var desk = await Desk.Open(engine);
        await WithPhone(desk);
        var random = new Random(20261127);
        for (var round = 0; round < 20; round++)
        {
            var alert = $"alert-{round}";
            await desk.AlertComes(alert, NoticeChannel.Sms);
            var sending = desk.Clinic.SendMails();
            for (var spin = random.Next(4); spin > 0; spin--) await Task.Yield();
            await desk.Acknowledge(alert);
            var known = desk.Phone.Taken.Count;
            await sending;
            await desk.Clinic.SendMails();
            Assert.InRange(desk.Phone.Taken.Count, known, known + 1);
        }

        await desk.After(TimeSpan.FromMinutes(5));
        await desk.Until(() => desk.Alerts.Ends.Count(end => end.Outcome == NoticeOutcome.Sent) == desk.Phone.Taken.Count);
        var rows = await desk.Ended();
        Assert.Equal(20, rows.Count);
        Assert.Equal(desk.Phone.Taken.Count, rows.Count(row => row.Outcome == "Sent"));
    }

    [Fact]
    public async Task What_was_called_off_takes_nothing_in_that_was_queued_anew()
    {
        await using var desk = await Desk.Open(engine);
        await WithPhone(desk);
        await desk.AlertComes("alert-1", NoticeChannel.Sms);
        var (database, commit) = (desk.Clinic.Get<Storage.Database>(), desk.Clinic.Get<Storage.Writing.GroupCommit>());
        var first = Assert.Single(
            await DeliveryQueue.Due(database, NoticeChannel.Sms, urgent: true, desk.Clinic.Clock.GetUtcNow(), 10, default));
        var until = desk.Clinic.Clock.GetUtcNow() + TimeSpan.FromMinutes(1);
        var claimed = first with { LeasedUntil = until, DueAt = until.ToMicroseconds() };
        // Its process ends without an outcome, and the alert has come to its owner anew.
        await Write(async (write, cancel) => await DeliveryQueue.Claim(write, first, until, cancel));
        await desk.Acknowledge();
        await desk.AlertComes("alert-1", NoticeChannel.Sms);

        await Write(async (write, cancel) => await DeliveryQueue.Postpone(write, claimed, until, planned: false, cancel));

        Assert.DoesNotContain(await desk.Ended(), row => row.Outcome == nameof(NoticeOutcome.Merged));

        async Task Write(Func<Storage.Writing.WriteTransaction, CancellationToken, ValueTask<bool>> work) => Assert.True((await commit
            .Write<bool>(first.Tenant, async (write, cancel) => await work(write, cancel), default)).Value);
    }

    [Fact]
    public async Task A_failed_attempt_of_what_was_called_off_meanwhile_is_the_last()
    {
        await using var desk = await Desk.Open(engine);
        await WithPhone(desk);
        desk.Phone.BeforeAnswer = () => desk.Acknowledge();
        desk.Phone.Answers.Enqueue(503);
        await desk.AlertComes("alert-1", NoticeChannel.Sms);

        await desk.Until(() => !desk.Alerts.Ends.IsEmpty);
        await desk.After(TimeSpan.FromMinutes(5));

        Assert.Single(desk.Phone.Taken);
        Assert.Equal((NoticeOutcome.Cancelled, true), (desk.Alerts.Ends.Single().Outcome, desk.Alerts.Ends.Single().WasInFlight));
    }

    [Fact]
    public async Task What_a_process_left_in_the_middle_of_an_attempt_is_sent_again_under_the_same_key()
    {
        await using var desk = await Desk.Open(engine);
        await WithPhone(desk);
        await desk.AlertComes("alert-1", NoticeChannel.Sms);
        await desk.Until(() => !desk.Phone.Taken.IsEmpty);
        await desk.Until(() => !desk.Alerts.Ends.IsEmpty);

        // As a process leaves it that ends between the gateway's answer and its own commit.
        await desk.Clinic.Get<Storage.Writing.GroupCommit>().Write<int>(
            TestClinic.North,
            async (write, cancel) => await write.Execute(
                new Statement("update access_delivery set ended_at = null, outcome = null, leased_until = due_at"), [], cancel),
            default);
        await desk.After(TimeSpan.FromMinutes(2));
        await desk.Until(() => desk.Phone.Taken.Count == 2);

        Assert.Single(desk.Phone.Taken.Select(each => each.Headers["Idempotency-Key"]).Distinct());
        Assert.Equal([1L, 2L], desk.Phone.Taken.Select(each => JsonElement.Parse(each.Body).GetProperty("attempt").GetInt64()));
    }

    private static async Task WithPhone(Desk desk) =>
        (await desk.Prefer(new { sms = new { enabled = true, phone = "+15551234567" } })).Is(200);
}

public sealed class CancellingOnSqlite() : CancellingTests(Engine.Sqlite);

public sealed class CancellingOnPostgres() : CancellingTests(Engine.Postgres);
