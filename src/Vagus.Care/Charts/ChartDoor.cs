using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Care.Charts;

/// <summary>
/// Makes of a request what it may look at, and records what it is shown. Every answer about a chart begins with the patient's own row:
/// where that is not within reach, there is no chart.
/// </summary>
internal sealed class ChartDoor(Database database, TenantPolicies policies, AuditTrail trail, TimeProvider clock)
{
    private static readonly string[] KnownParameters = ["asOf", "limit", "cursor"];

    // So far a client's clock may be ahead of the server's.
    private static readonly TimeSpan MostAhead = TimeSpan.FromSeconds(5);

    public IRunQueries Queries => database;

    public async ValueTask<Result<ChartView>> Open(HttpContext http, string patientId)
    {
        if (!ChosenId.IsFhirId(patientId)) return NoSuchChart;
        if (http.Request.Query.Any(each => !KnownParameters.Contains(each.Key, StringComparer.Ordinal) || each.Value.Count != 1))
            return ChartRefusals.Unknown(KnownParameters);
        var reach = Within(http.Reach());
        var view = new ChartView(reach, await policies.Of(reach.Tenant, http.RequestAborted), new PatientId(patientId), Position: null);
        return http.Request.Query["asOf"] is [{ } moment] ? await AsOf(view, moment, http.RequestAborted) : view;
    }

    /// <summary>Refuses where the patient's own row is not among what was read, or the moment has not come.</summary>
    public async ValueTask<Refusal?> Refuse(ChartView view, ILookup<FactKind, FactRow> rows, CancellationToken cancel)
    {
        if (rows[FactKind.Patient].Any()) return view.NotYet;
        if (await ChartSet.Serving(database, view.Reach.Tenant, cancel) is not null) return NoSuchChart;
        return await ChartSet.Building(database, view.Reach.Tenant, cancel) is null ? NoSuchChart : ChartRefusals.BeingBuilt;
    }

    /// <summary>Null once it is recorded what is shown. A refusal means that nothing may be shown.</summary>
    public Task<Refusal?> Record(HttpContext http, ChartView view, string part, IReadOnlyList<string> shown)
    {
        var entry = AuditEntry.Of(AuditActions.Operation, view.Reach.Caller, AuditOrigin.Of(http)) with
        {
            On = $"Patient/{view.Patient.Value}",
            Patients = [view.Patient],
            Detail = view.Position is { } position ? string.Create(CultureInfo.InvariantCulture, $"{part},as-of={position}") : part,
            Shown = shown,
        };
        return trail.Append(view.Reach.Tenant, entry);
    }

    /// <summary>The versions of records that rows were made of, as the audit names them.</summary>
    public static IReadOnlyList<string> ReferencesOf(IEnumerable<FactRow> rows) =>
        [.. rows.Where(row => row.IsKept).Select(ReferenceOf).Distinct(StringComparer.Ordinal)];

    // The key of a part of a record begins with the record's id, and the key of what an event told is the event's.
    private static string ReferenceOf(FactRow row)
    {
        var id = (int)row.Kind < 100 ? row.Key.Split('/')[0] : row.Link?.Split('/')[^1] ?? row.Key;
        return string.Create(CultureInfo.InvariantCulture, $"{row.Type}/{id}/{row.Version}");
    }

    // Records under 42 CFR Part 2 go to services with a statement (§2.32), which the FHIR door adds and a chart has no place for.
    private static Reach Within(Reach reach) => reach.Caller.Role != Role.Service ? reach : reach with
    {
        Grants =
        [
            .. reach.Grants.Select(grant => grant with
            {
                Rows = grant.Rows with { SeesLabels = grant.Rows.SeesLabels.Without(Sensitivity.Part2) },
            }),
        ],
    };

    /// <summary>A position of the log, or an instant: that of the last change of this chart until then.</summary>
    private async ValueTask<Result<ChartView>> AsOf(ChartView view, string moment, CancellationToken cancel)
    {
        if (long.TryParse(moment, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            return view with { Position = position, NotYet = await NotYet(view.Reach.Tenant, position, DateTimeOffset.MaxValue, cancel) };
        if (Instants.OfQuery(moment) is not { } instant) return ChartRefusals.Malformed;

        var now = clock.GetUtcNow();
        if (instant > now && instant - now < MostAhead) instant = now;
        var notYet = instant > now
            ? ChartRefusals.InTheFuture : await NotYet(view.Reach.Tenant, ChartTables.Never, instant, cancel);
        object?[] values = [view.Reach.Tenant.Value, view.Patient.Value, instant.ToMicroseconds()];
        return view with
        {
            Position = await database.QueryOne(LastChange, values, row => row.GetInt64(0), cancel), Instant = instant, NotYet = notYet,
        };
    }

    /// <summary>
    /// What a chart was at a moment is known once the charts have taken all events until then that they are made of, and the same for good.
    /// </summary>
    private async ValueTask<Refusal?> NotYet(TenantId tenant, long position, DateTimeOffset at, CancellationToken cancel)
    {
        object?[] values = [tenant.Value, position, at.ToMicroseconds(), TypesOfCharts];
        var (head, isBehind) = await database.QueryOne(Stand, values, row => (row.GetInt64(0), row.GetBoolean(1)), cancel);
        if (position != ChartTables.Never && position > head) return ChartRefusals.InTheFuture;
        return isBehind ? ChartRefusals.Behind : null;
    }

    private static readonly string TypesOfCharts = JsonSerializer.Serialize(KeepCharts.Made, ChartJson.Default.IReadOnlySetString);

    private static readonly Refusal NoSuchChart = new(RefusalKind.NotFound, "not_found", "There is no such chart.");

    private static readonly Statement Stand = ListSql.With(list => $"""
        select coalesce((select h.position from log_head h where h.tenant_id = @tenant_id), 0),
          exists (
            select 1
            from event e
            where e.tenant_id = @tenant_id
              and e.position > coalesce((
                select c.position from log_cursor c where c.tenant_id = @tenant_id and c.consumer = '{KeepCharts.ConsumerName}'), 0)
              and e.position <= @position
              and e.occurred_at <= @at
              and e.type in ({list("types")}))
        """);

    private static readonly Statement LastChange = new($"""
        select coalesce(max(c.position), 0)
        from (
          select max(f.since) as position
          from chart_fact f
          where f.set_number = (select s.number from chart_set s where s.tenant_id = @tenant_id and s.serving)
            and f.patient_id = @patient_id
            and f.since_at <= @instant
          union all
          select max(f.until)
          from chart_fact f
          where f.set_number = (select s.number from chart_set s where s.tenant_id = @tenant_id and s.serving)
            and f.patient_id = @patient_id
            and f.until_at <= @instant
        ) c
        """);
}
