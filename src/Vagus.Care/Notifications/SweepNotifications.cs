using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Notifications;

/// <summary>Removes notifications after half a year, but for those that are tracked and not done.</summary>
internal sealed class SweepNotifications(Database database, GroupCommit commit, TimeProvider clock) : LeasedDuty
{
    private const long AtOnce = 1_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(180);

    public override string Name => "notification-sweep";

    public override TimeSpan Interval => TimeSpan.FromMinutes(10);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var before = (clock.GetUtcNow() - Kept).ToMicroseconds();
        var old = await database.Query(
            Old, [before, AtOnce], row => (Tenant: row.GetString(0), User: row.GetString(1), Id: row.GetString(2)), cancel);
        foreach (var tenant in old.GroupBy(row => row.Tenant, StringComparer.Ordinal))
        {
            await commit.Write<bool>(
                new TenantId(tenant.Key),
                async (write, stop) =>
                {
                    foreach (var row in tenant) await write.Queue(Delete, [row.Tenant, row.User, row.Id], stop);
                    return true;
                },
                cancel);
        }
    }

    private static readonly Statement Old = new($"""
        select tenant_id, user_id, notification_id
        from care_notification
        where created_at < @before
          and (tracks is null or done_at is not null)
          and {NotStopped.Sql}
        order by created_at
        limit @limit
        """);

    private static readonly Statement Delete = new("""
        delete from care_notification
        where tenant_id = @tenant_id
          and user_id = @user_id
          and notification_id = @notification_id
        """);
}
