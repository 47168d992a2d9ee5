using System.Text.Json;
using Vagus.Access.Outgoing;
using Vagus.Kernel;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>
/// By which channels the owners of an alert were told, besides the screen. It is kept beside the timeline's steps, not among them: their
/// number is the alert's version, and a delivery that ends must not make an acknowledgement of the same moment fail.
/// </summary>
internal sealed class AlertDeliveries : INoticeSource
{
    public static readonly Migration[] Tables =
    [
        new(304, "deliveries of alerts", """
            create table care_alert_delivery (
              tenant_id text not null,
              alert_id text not null,
              delivery_id text not null,
              user_id text not null,
              channel text not null,
              what text not null,
              in_flight boolean not null,
              at bigint not null,
              primary key (tenant_id, alert_id, delivery_id)
            );
            """),
    ];

    private const string Sent = "sent";
    private const string NotSent = "not_sent";

    public NoticeKind Kind => NoticeKind.Alert;

    public async ValueTask<DateTimeOffset?> WaitsSince(WriteTransaction write, Caller person, string about, CancellationToken cancel) =>
        await AlertStore.Find(write, write.Tenant, about, cancel) is { WaitsForAcknowledgement: true } alert
            && alert.Owner?.UserId == person.User.Value ? alert.RaisedAt : null;

    public ValueTask Ended(WriteTransaction write, NoticeEnd end, CancellationToken cancel)
    {
        if (end.Outcome is NoticeOutcome.Dropped or NoticeOutcome.Merged) return ValueTask.CompletedTask;
        write.Insert(
            Rows, write.Tenant.Value, end.About, end.Delivery, end.User.Value, end.Channel.Name(),
            end.Outcome == NoticeOutcome.Sent ? Sent : NotSent, end.WasInFlight, write.At.ToMicroseconds());
        return ValueTask.CompletedTask;
    }

    public static async ValueTask<ILookup<string, AlertDelivery>> Of(
        IRunQueries queries, TenantId tenant, IEnumerable<string> alerts, CancellationToken cancel)
    {
        var rows = await queries.Query(
            OfMany, [tenant.Value, JsonSerializer.Serialize(alerts)],
            row => (Alert: row.GetString(0), Delivery: new AlertDelivery(
                Instant.FromMicroseconds(row.GetInt64(1)), row.GetString(2), row.GetString(4), row.GetString(3), row.GetBoolean(5))),
            cancel);
        return rows.ToLookup(row => row.Alert, row => row.Delivery, StringComparer.Ordinal);
    }

    private static readonly InsertInto Rows = new(
        "care_alert_delivery", ("tenant_id", ColumnType.Text), ("alert_id", ColumnType.Text), ("delivery_id", ColumnType.Text),
        ("user_id", ColumnType.Text), ("channel", ColumnType.Text), ("what", ColumnType.Text), ("in_flight", ColumnType.Boolean),
        ("at", ColumnType.BigInt));

    private static readonly Statement OfMany = ListSql.With(list => $"""
        select alert_id, at, what, user_id, channel, in_flight
        from care_alert_delivery
        where tenant_id = @tenant_id
          and alert_id in ({list("alerts")})
        order by alert_id, at, delivery_id
        """);
}

/// <summary>One mail, push message, text message or call about an alert.</summary>
/// <param name="At">When it ended.</param>
/// <param name="What"><c>sent</c>: the channel took it; <c>not_sent</c>: it did not.</param>
/// <param name="Channel">By which.</param>
/// <param name="To">The user.</param>
/// <param name="InFlight">It was under way when the alert was answered or went on.</param>
internal sealed record AlertDelivery(DateTimeOffset At, string What, string Channel, string To, bool InFlight);
