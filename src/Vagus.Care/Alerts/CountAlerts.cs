using System.Data.Common;
using Vagus.Care.Seeing;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Care.Alerts;

/// <summary>
/// Counts the alerts of a tenant that were raised in a span of time: a page at a time, so that any number is counted and no page holds the
/// database long.
/// </summary>
internal sealed class CountAlerts(Database database)
{
    private const int PageSize = 2_000;

    public async ValueTask<CountedAlerts> Between(
        TenantId tenant, DateTimeOffset from, DateTimeOffset until, AlertShifts shifts, CancellationToken cancel)
    {
        var counted = new CountedAlerts(shifts);
        var (at, id) = (from.ToMicroseconds(), "");
        while (true)
        {
            var page = await database.Query(Answered, [tenant.Value, at, id, until.ToMicroseconds(), (long)PageSize], Map, cancel);
            if (page.Count == 0) return counted;
            foreach (var alert in page) counted.Add(alert);
            var people = await database.Query(
                OfPeople, [tenant.Value, at, id, page[^1].RaisedAt, page[^1].Id],
                row => (User: row.GetString(0), Told: At(row, 1), HasAnswered: row.GetInt64(2) > 0), cancel);
            foreach (var (user, told, hasAnswered) in people) counted.People.Add(user, told, hasAnswered);
            if (page.Count < PageSize) return counted;
            (at, id) = (page[^1].RaisedAt, page[^1].Id);
        }
    }

    private static AnsweredAlert Map(DbDataReader row)
    {
        var (raised, policy) = (Instant.FromMicroseconds(row.GetInt64(0)), AlertPolicy.Kept(row.GetString(10)));
        return new AnsweredAlert(row.GetInt64(0), row.GetString(1), row.GetString(2))
        {
            // A clock of another node may be behind the one that told of it.
            Notified = At(row, 3) is { } told ? Later(told - (SourceFacts.Parse((byte[])row.GetValue(11)).OccurredAt ?? raised)) : null,
            Acknowledged = At(row, 4) - raised,
            Resolved = At(row, 5) - raised,
            Level = (int)row.GetInt64(6),
            OnThePhone = row.GetInt64(7) > 0,
            Corrections = (int)row.GetInt64(8),
            ByOthers = (int)row.GetInt64(9),
            IsEscalated = row.GetInt64(12) > 0,
            Limit = policy.FirstLimit,
            ActionLimit = TimeSpan.FromMinutes(policy.ActionMinutes),
        };
    }

    private static TimeSpan Later(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;

    private static DateTimeOffset? At(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Instant.FromMicroseconds(row.GetInt64(column));

    // A call counts as an answer only where it reached the person: its detail is JSON, so a quote in a note cannot imitate the field.
    private const string Answers =
        """(s.what in ('acknowledged', 'resolved') or s.what = 'called' and s.detail like '%"reached":true%')""";

    private const string StepsOf = "from care_alert_step s where s.tenant_id = a.tenant_id and s.alert_id = a.alert_id";

    // The first of each kind: an alert that came back was acknowledged more than once.
    private static readonly Statement Answered = new($"""
        select a.raised_at, a.alert_id, a.alert_type,
          (select min(s.at) {StepsOf} and s.what = 'notified'),
          (select min(s.at) {StepsOf} and {Answers}),
          a.resolved_at,
          (select coalesce(max(s.level), 1) {StepsOf} and s.what in ('raised', 'escalated')),
          (select count(*) {StepsOf} and s.what = 'phone_task'),
          (select count(*) {StepsOf} and s.what = 'corrected'),
          (select count(*) {StepsOf} and s.what = 'acknowledged' and s.by_user <> coalesce(s.to_user, s.by_user)),
          a.policy, a.source,
          (select count(*) {StepsOf} and s.what = 'escalated')
        from care_alert a
        where a.tenant_id = @tenant_id
          and (a.raised_at, a.alert_id) > (@at, @id)
          and a.raised_at < @until
        order by a.raised_at, a.alert_id
        limit @limit
        """);

    private static readonly Statement OfPeople = new($"""
        select p.person, min(p.told), cast(max(p.answered) as bigint)
        from (
          select s.alert_id,
            case when s.what = 'notified' then s.to_user else s.by_user end as person,
            case when s.what = 'notified' then s.at end as told,
            case when s.what = 'notified' then 0 else 1 end as answered
          from care_alert a
          join care_alert_step s on s.tenant_id = a.tenant_id and s.alert_id = a.alert_id
          where a.tenant_id = @tenant_id
            and (a.raised_at, a.alert_id) > (@at, @id)
            and (a.raised_at, a.alert_id) <= (@last_at, @last_id)
            and (s.what = 'notified' or {Answers})) p
        where p.person is not null
        group by p.alert_id, p.person
        """);
}

/// <summary>Alerts as they are counted: each once by type and shift, and once for each person that it came to.</summary>
internal sealed class CountedAlerts(AlertShifts shifts)
{
    private readonly Dictionary<(string Type, int Shift), AlertTally> groups = [];

    public IReadOnlyDictionary<(string Type, int Shift), AlertTally> Groups => groups;

    public ClinicianTally People { get; } = new(shifts);

    public void Add(AnsweredAlert alert)
    {
        var group = (alert.Type, shifts.At(Instant.FromMicroseconds(alert.RaisedAt)).Number);
        if (!groups.TryGetValue(group, out var tally)) groups[group] = tally = new AlertTally();
        tally.Add(alert);
    }

    public IReadOnlyDictionary<string, AlertFigures> By(Func<(string Type, int Shift), string> name) =>
        new SortedDictionary<string, AlertFigures>(
            groups.GroupBy(group => name(group.Key), StringComparer.Ordinal).ToDictionary(
                named => named.Key, named => AlertTally.Of(named.Select(group => group.Value)).ToFigures(), StringComparer.Ordinal),
            StringComparer.Ordinal);
}
