using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Requests;
using Vagus.Access.Visibility;
using Vagus.Care.Seeing;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Care.Notifications;

/// <summary>
/// <c>GET /api/notifications?unread=true</c>: the caller's own, the newest first, in the form in which the caller may see them now; with
/// the numbers of those that were not seen and not read. <c>?toReview=true</c>: results that wait for a review, read or not.
/// </summary>
internal sealed class ReadNotifications(Database database, TenantPolicies policies, AuditTrail trail)
{
    private const long MostCounted = 1_000;

    public static void Map(IEndpointRouteBuilder notifications) =>
        notifications.MapGet("/", (HttpContext http, ReadNotifications use) => use.Answer(http))
            .RequireCaller()
            .Audits(AuditActions.ReadNotifications);

    private async Task<Results<Ok<NotificationPage>, ProblemHttpResult>> Answer(HttpContext http)
    {
        var query = ListQuery.Read(http.Request.Query, "unread", "toReview");
        if (query.Refusal is { } invalid) return invalid.ToProblem();
        if (query.Value.RefuseCursor() is { } noCursor) return noCursor.ToProblem();
        foreach (var name in (string[])["unread", "toReview"])
            if (query.Value[name] is not (null or "true" or "false")) return FieldRefusals.Wrong(name, "true or false").ToProblem();
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var policy = await policies.Of(reach.Tenant, cancel);
        object?[] asked =
        [
            .. OwnerOf(reach), query.Value.Cursor ?? "", query.Value["unread"] == "true" ? 1L : 0L,
            query.Value["toReview"] == "true" ? 1L : 0L, query.Value.Limit + 1L,
        ];
        var rows = await database.Query(Page, asked, Map, cancel);
        var page = rows.Take(query.Value.Limit).ToList();
        var shown = await Seen(reach, policy, page, cancel);
        var entry = AuditActor.Of(http).Entry(AuditActions.ReadNotifications) with
        {
            On = "Notification",
            Patients = [.. shown.SelectMany(each => each.Row.Source.Patients).Distinct().Select(id => new PatientId(id))],
        };
        if (await trail.Append(reach.Tenant, entry) is { } unaudited) return unaudited.ToProblem();
        var waiting = await Seen(reach, policy, await database.Query(Unread, [.. OwnerOf(reach), MostCounted], Map, cancel), cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new NotificationPage(
            [.. shown.Select(each => NotificationItem.Of(each.Row, each.Form))],
            waiting.Count, waiting.Count(each => each.Row.SeenAt is null),
            rows.Count > query.Value.Limit ? page[^1].Id : null));
    }

    private static string[] OwnerOf(Reach reach) => [reach.Tenant.Value, reach.Caller.User.Value];

    private async ValueTask<List<(NotificationRow Row, SeenForm Form)>> Seen(
        Reach reach, TenantPolicy policy, IReadOnlyList<NotificationRow> rows, CancellationToken cancel)
    {
        var sight = await Sight.Of(database, reach.Tenant, policy, rows.Select(row => row.Source), cancel);
        return
        [
            .. rows.Select(row => (row, sight.SeenBy(reach, row.Source, row.SeenAs))).Where(each => each.Item2 != SeenForm.None),
        ];
    }

    private static NotificationRow Map(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), SourceFacts.Parse((byte[])row.GetValue(2)))
    {
        Content = Parse((byte[])row.GetValue(3)),
        Open = row.IsDBNull(4) ? null : Parse((byte[])row.GetValue(4)),
        IsTracked = !row.IsDBNull(5),
        CreatedAt = Instant.FromMicroseconds(row.GetInt64(6)),
        SeenAt = At(row, 7),
        ReadAt = At(row, 8),
        DoneAt = At(row, 9),
        Sequence = row.IsDBNull(10) ? null : row.GetInt64(10),
    };

    private static NotificationSent Parse(byte[] json) => (NotificationSent)EventCatalogue.Deserialize("notification.sent", json);

    private static DateTimeOffset? At(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Instant.FromMicroseconds(row.GetInt64(column));

    private static readonly Statement Page = new("""
        select notification_id, seen_as, source, content, open_content, tracks, created_at, seen_at, read_at, done_at, position
        from care_notification
        where tenant_id = @tenant_id
          and user_id = @user_id
          and (@before = '' or notification_id < @before)
          and (@unread = 0 or read_at is null)
          and (@to_review = 0 or (done_at is null
            and seen_as in ('lab.result.available', 'radiology.report.finalized', 'biopsy.result_received')))
        order by notification_id desc
        limit @limit
        """);

    private static readonly Statement Unread = new("""
        select notification_id, seen_as, source, content, open_content, tracks, created_at, seen_at, read_at, done_at, position
        from care_notification
        where tenant_id = @tenant_id
          and user_id = @user_id
          and read_at is null
        order by notification_id desc
        limit @limit
        """);
}

/// <summary>A notification as stored; <paramref name="SeenAs"/> is the type of event by whose visibility it is seen.</summary>
internal sealed record NotificationRow(string Id, string SeenAs, SourceFacts Source)
{
    public required NotificationSent Content { get; init; }

    public NotificationSent? Open { get; init; }

    public bool IsTracked { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SeenAt { get; init; }

    public DateTimeOffset? ReadAt { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    public long? Sequence { get; init; }
}

/// <summary>One page, the newest first. The numbers count at most 1,000.</summary>
internal sealed record NotificationPage(IReadOnlyList<NotificationItem> Items, int UnreadCount, int UnseenCount, string? NextCursor);

/// <summary>
/// The fields of <c>notification</c>, and what became of it. What is tracked waits until it is done, also when it was read.
/// </summary>
internal sealed record NotificationItem(string Id, string Type, string Priority, string Title, string Message)
{
    public string? PatientId { get; init; }

    public string? ReportId { get; init; }

    public NotificationAction? Action { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SeenAt { get; init; }

    public DateTimeOffset? ReadAt { get; init; }

    public bool Tracked { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>Of its event in the log; null for what was told before this was kept.</summary>
    public long? Sequence { get; init; }

    public static NotificationItem Of(NotificationRow row, SeenForm form)
    {
        var content = form == SeenForm.Whole ? row.Content : row.Open ?? NotifyPeople.Hidden(row.Content);
        return new NotificationItem(row.Id, content.Type, content.Priority, content.Title, content.Message)
        {
            PatientId = content.PatientId,
            ReportId = content.ReportId,
            Action = content.Action,
            CreatedAt = row.CreatedAt,
            SeenAt = row.SeenAt,
            ReadAt = row.ReadAt,
            Tracked = row.IsTracked,
            DoneAt = row.DoneAt,
            Sequence = row.Sequence,
        };
    }
}
