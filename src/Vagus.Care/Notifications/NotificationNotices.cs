using Vagus.Access.Outgoing;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Notifications;

/// <summary>A notification that was on a screen is told by no other channel.</summary>
internal sealed class NotificationNotices : INoticeSource
{
    public NoticeKind Kind => NoticeKind.Notification;

    public async ValueTask<DateTimeOffset?> WaitsSince(WriteTransaction write, Caller person, string about, CancellationToken cancel)
    {
        var created = await write.QueryOne(
            Unseen, [write.Tenant.Value, person.User.Value, about], row => (long?)row.GetInt64(0), cancel);
        return created is { } at ? Instant.FromMicroseconds(at) : null;
    }

    public ValueTask Ended(WriteTransaction write, NoticeEnd end, CancellationToken cancel) => ValueTask.CompletedTask;

    private static readonly Statement Unseen = new("""
        select created_at
        from care_notification
        where tenant_id = @tenant_id
          and user_id = @user_id
          and notification_id = @notification_id
          and seen_at is null
          and read_at is null
        """);
}
