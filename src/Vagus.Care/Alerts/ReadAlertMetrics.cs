using System.Data.Common;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Care.Requests;
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
    private const long MostAlerts = 20_000;
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
        if (InstantOf(query.Value["from"], now - Usual) is not { } from || InstantOf(query.Value["until"], now) is not { } until)
            return FieldRefusals.Wrong("from", "an instant such as 2026-11-26T09:00:00Z").ToProblem();
        var rows = await database.Query(
            Answered, [http.Caller().Tenant.Value, from.ToMicroseconds(), until.ToMicroseconds(), MostAlerts], Map, http.RequestAborted);
        return TypedResults.Ok(new AlertMetricsAnswer(
            from, until, AlertFigures.Of(rows),
            rows.GroupBy(row => row.Type, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => AlertFigures.Of([.. group]), StringComparer.Ordinal)));
    }

    private static DateTimeOffset? InstantOf(string? text, DateTimeOffset otherwise)
    {
        if (text is null) return otherwise;
        return DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at : null;
    }

    private static AnsweredAlert Map(DbDataReader row) => new(
        row.GetString(0), Seconds(row, 1), Seconds(row, 2), Seconds(row, 3), (int)row.GetInt64(4), row.GetInt64(5) > 0,
        (int)row.GetInt64(6), (int)row.GetInt64(7), AlertPolicy.Kept(row.GetString(8)).Levels[0].Minutes * 60);

    private static double? Seconds(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column) / 1_000_000d;

    // The first of each kind: an alert that came back was acknowledged more than once.
    private static readonly Statement Answered = new("""
        select a.alert_type,
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
          and a.raised_at >= @from
          and a.raised_at < @until
        order by a.alert_id
        limit @limit
        """);
}

/// <summary>One alert's times in seconds from its raising; null where it has not come so far.</summary>
internal sealed record AnsweredAlert(
    string Type, double? Notified, double? Acknowledged, double? Resolved, int Level, bool OnThePhone, int Corrections, int ByOthers,
    double Limit);

/// <summary>How fast alerts were answered.</summary>
internal sealed record AlertFigures(int Raised, int Acknowledged, int Resolved)
{
    public double? SecondsToNotification { get; init; }

    public double? SecondsToAcknowledgementMedian { get; init; }

    public double? SecondsToAcknowledgementP90 { get; init; }

    /// <summary>Acknowledged before the first owner's time was over.</summary>
    public double? ShareWithinLimit { get; init; }

    public double? SecondsToActionMedian { get; init; }

    /// <summary>How many came to each level at least; the first is all of them.</summary>
    public IReadOnlyList<int> ByLevel { get; init; } = [];

    public int PhoneTasks { get; init; }

    public int Corrections { get; init; }

    /// <summary>Acknowledged by somebody who was not the owner.</summary>
    public int AcknowledgedByOthers { get; init; }

    public static AlertFigures Of(IReadOnlyList<AnsweredAlert> alerts)
    {
        var acknowledged = alerts.Select(alert => alert.Acknowledged).OfType<double>().Order().ToList();
        var within = alerts.Count(alert => alert.Acknowledged <= alert.Limit);
        var deepest = alerts.Select(alert => alert.Level).DefaultIfEmpty().Max();
        return new AlertFigures(alerts.Count, acknowledged.Count, alerts.Count(alert => alert.Resolved is not null))
        {
            SecondsToNotification = Quantile(alerts.Select(alert => alert.Notified), 0.5),
            SecondsToAcknowledgementMedian = Quantile(alerts.Select(alert => alert.Acknowledged), 0.5),
            SecondsToAcknowledgementP90 = Quantile(alerts.Select(alert => alert.Acknowledged), 0.9),
            ShareWithinLimit = alerts.Count == 0 ? null : Math.Round(within / (double)alerts.Count, 4),
            SecondsToActionMedian = Quantile(alerts.Select(alert => alert.Resolved), 0.5),
            ByLevel = [.. Enumerable.Range(1, deepest).Select(level => alerts.Count(alert => alert.Level >= level))],
            PhoneTasks = alerts.Count(alert => alert.OnThePhone),
            Corrections = alerts.Sum(alert => alert.Corrections),
            AcknowledgedByOthers = alerts.Sum(alert => alert.ByOthers),
        };
    }

    /// <summary>The value that so many of all are not above (nearest rank); null where there are none.</summary>
    private static double? Quantile(IEnumerable<double?> values, double share)
    {
        var ordered = values.OfType<double>().Order().ToList();
        return ordered.Count == 0 ? null : Math.Round(ordered[Math.Max(0, (int)Math.Ceiling(share * ordered.Count) - 1)], 3);
    }
}

internal sealed record AlertMetricsAnswer(
    DateTimeOffset From, DateTimeOffset Until, AlertFigures All, IReadOnlyDictionary<string, AlertFigures> ByType);
