using System.Data.Common;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Access.Requests;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Care.Alerts;

/// <summary>
/// <c>GET /api/alerts/metrics?from=&amp;until=</c>: how fast alerts were answered, in all and by type. Thirty days unless told otherwise.
/// Times run from the raising; they are numbers only.
/// </summary>
internal sealed class ReadAlertMetrics(Database database, TimeProvider clock)
{
    private const int PageSize = 2_000;
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder alerts) =>
        alerts.MapGet("/metrics", (HttpContext http, ReadAlertMetrics use) => use.Answer(http))
            .RequireCaller(AlertActor.Roles)
            .AuditsNothing("it holds numbers of the organization, nothing of any patient");

    private async Task<Results<Ok<AlertMetricsAnswer>, ProblemHttpResult>> Answer(HttpContext http)
    {
        var query = ListQuery.Read(http.Request.Query, "from", "until");
        if (query.Refusal is { } invalid) return invalid.ToProblem();
        var now = clock.GetUtcNow();
        if (InstantOf(query.Value["from"], now - Usual) is not { } from) return NoInstant("from").ToProblem();
        if (InstantOf(query.Value["until"], now) is not { } until) return NoInstant("until").ToProblem();
        var byType = await Count(http.Caller().Tenant, from, until, http.RequestAborted);
        return TypedResults.Ok(new AlertMetricsAnswer(
            from, until, AlertTally.Of(byType.Values).ToFigures(),
            byType.ToDictionary(each => each.Key, each => each.Value.ToFigures(), StringComparer.Ordinal)));
    }

    /// <summary>A page at a time, so that any number is counted and no page holds the database long.</summary>
    private async ValueTask<SortedDictionary<string, AlertTally>> Count(
        TenantId tenant, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        var byType = new SortedDictionary<string, AlertTally>(StringComparer.Ordinal);
        var (at, id) = (from.ToMicroseconds(), "");
        while (true)
        {
            var page = await database.Query(
                Answered, [tenant.Value, at, id, until.ToMicroseconds(), (long)PageSize], Map, cancel);
            foreach (var alert in page)
            {
                if (!byType.TryGetValue(alert.Type, out var tally)) byType[alert.Type] = tally = new AlertTally();
                tally.Add(alert);
            }

            if (page.Count < PageSize) return byType;
            (at, id) = (page[^1].RaisedAt, page[^1].Id);
        }
    }

    private static Refusal NoInstant(string name) => FieldRefusals.Wrong(name, "an instant such as 2026-11-26T09:00:00Z");

    private static DateTimeOffset? InstantOf(string? text, DateTimeOffset otherwise)
    {
        if (text is null) return otherwise;
        return DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at : null;
    }

    private static AnsweredAlert Map(DbDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetString(2))
    {
        Notified = Time(row, 3),
        Acknowledged = Time(row, 4),
        Resolved = Time(row, 5),
        Level = (int)row.GetInt64(6),
        OnThePhone = row.GetInt64(7) > 0,
        Corrections = (int)row.GetInt64(8),
        ByOthers = (int)row.GetInt64(9),
        Limit = TimeSpan.FromMinutes(AlertPolicy.Kept(row.GetString(10)).Levels[0].Minutes),
    };

    private static TimeSpan? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : TimeSpan.FromMicroseconds(row.GetInt64(column));

    // The first of each kind: an alert that came back was acknowledged more than once.
    private static readonly Statement Answered = new("""
        select a.raised_at, a.alert_id, a.alert_type,
          (select min(s.at) from care_alert_step s
            where s.tenant_id = a.tenant_id and s.alert_id = a.alert_id and s.what = 'notified') - a.raised_at,
          (select min(s.at) from care_alert_step s
            where s.tenant_id = a.tenant_id and s.alert_id = a.alert_id and s.what in ('acknowledged', 'resolved')) - a.raised_at,
          a.resolved_at - a.raised_at,
          (select coalesce(max(s.level), 1) from care_alert_step s
            where s.tenant_id = a.tenant_id and s.alert_id = a.alert_id and s.what in ('raised', 'escalated')),
          (select count(*) from care_alert_step s
            where s.tenant_id = a.tenant_id and s.alert_id = a.alert_id and s.what = 'phone_task'),
          (select count(*) from care_alert_step s
            where s.tenant_id = a.tenant_id and s.alert_id = a.alert_id and s.what = 'corrected'),
          (select count(*) from care_alert_step s
            where s.tenant_id = a.tenant_id and s.alert_id = a.alert_id and s.what = 'acknowledged'
              and s.by_user <> coalesce(s.to_user, s.by_user)),
          a.policy
        from care_alert a
        where a.tenant_id = @tenant_id
          and (a.raised_at, a.alert_id) > (@at, @id)
          and a.raised_at < @until
        order by a.raised_at, a.alert_id
        limit @limit
        """);
}

internal sealed record AlertMetricsAnswer(
    DateTimeOffset From, DateTimeOffset Until, AlertFigures All, IReadOnlyDictionary<string, AlertFigures> ByType);
