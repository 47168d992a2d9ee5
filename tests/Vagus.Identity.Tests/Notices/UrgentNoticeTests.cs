using System.Text.Json;
using Vagus.Access.Outgoing;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Notices;

/// <summary>An alert waits for nothing that is not urgent, and for no push service that takes it later.</summary>
public abstract class UrgentNoticeTests(Engine engine)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task An_alert_is_sent_while_an_ordinary_notice_of_the_channel_gets_no_answer()
    {
        await using var desk = await Desk.Open(engine);
        (await desk.Prefer(new { email = new { enabled = false }, sms = new { enabled = true, phone = "+15551234567" } })).Is(200);
        var answered = new TaskCompletionSource();
        desk.Phone.BeforeAnswer = () => answered.Task;
        await desk.MessageComes();
        desk.Clinic.Clock.Advance(Delay);
        await Takes(desk, "message");

        await desk.AlertComes("alert-1", NoticeChannel.Sms);
        await Takes(desk, "alert");

        Assert.Empty(desk.Messages.Ends);
        answered.SetResult();
        await desk.Until(() => !desk.Alerts.Ends.IsEmpty && !desk.Messages.Ends.IsEmpty);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    public async Task An_alert_that_a_push_service_does_not_take_now_is_pushed_later(int status)
    {
        await using var desk = await Desk.Open(engine);
        using var browser = await desk.Subscribes();
        desk.Push.Answers.Enqueue(status);
        await desk.AlertComes("alert-1", NoticeChannel.Push);
        await desk.Until(() => desk.Push.Taken.Count == 1);

        await desk.After(TimeSpan.FromSeconds(11));
        await desk.Until(() => !desk.Alerts.Ends.IsEmpty);

        Assert.Equal([NoticeOutcome.Sent], desk.Alerts.Ends.Select(end => end.Outcome));
        Assert.Equal(2, desk.Push.Taken.Count);
    }

    /// <summary>The server sends by itself, as its clock goes on.</summary>
    private static async Task Takes(Desk desk, string kind)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!desk.Phone.Taken.Any(each => JsonElement.Parse(each.Body).GetProperty("kind").GetString() == kind))
        {
            desk.Clinic.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(20, limit.Token);
        }
    }
}

public sealed class UrgentNoticesOnSqlite() : UrgentNoticeTests(Engine.Sqlite);

public sealed class UrgentNoticesOnPostgres() : UrgentNoticeTests(Engine.Postgres);
