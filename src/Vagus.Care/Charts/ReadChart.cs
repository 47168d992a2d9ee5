using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Charts;

/// <summary>
/// <c>GET /api/aggregate/patients/{patientId}</c> and its <c>/alerts</c>: a chart that was put together before and has not changed
/// since, or one statement that reads what is in the chart, each part within the caller's reach, and this folds it.
/// </summary>
internal sealed class ReadChart(
    ChartDoor door, KnownCharts known, ChartStatements statements, IFindUsers users, TimeProvider clock)
{
    private static readonly (string Part, FactKind Kind)[] Parts =
    [
        ("allergies", FactKind.Allergy), ("medications", FactKind.Medication), ("latestVitals", FactKind.HeartRate),
        ("activeDiagnoses", FactKind.Condition), ("encounters", FactKind.Encounter), ("pendingLabOrders", FactKind.LabOrder),
        ("pendingImagingOrders", FactKind.ImagingOrder), ("criticalAlerts", FactKind.Alert),
    ];

    private static readonly FactKind[] Unread =
        [FactKind.UnreadLab, FactKind.UnreadImaging, FactKind.PortalUnreadLab, FactKind.PortalUnreadImaging];

    public async Task<IResult> Whole(string patientId, HttpContext http)
    {
        var opened = await door.Open(http, patientId);
        if (opened.Refusal is { } closed) return closed.ToProblem();
        var view = opened.Value;
        var found = await known.Find(view, http.RequestAborted) ?? await PutTogether(view, http.RequestAborted);
        if (found.Refusal is { } refused) return refused.ToProblem();
        if (await door.Record(http, view, "chart", found.Value.Shown) is { } unrecorded) return unrecorded.ToProblem();
        return ChartAnswer.Of(http, found.Value);
    }

    public async Task<IResult> Alerts(string patientId, HttpContext http)
    {
        var opened = await door.Open(http, patientId);
        if (opened.Refusal is { } closed) return closed.ToProblem();
        var view = opened.Value;
        var query = new FactQuery(view).AddNewest(FactKind.Patient, 1)
            .AddLive(FactKind.Allergy, ChartLimits.InChart).AddLive(FactKind.Alert, ChartLimits.InChart);
        var rows = await query.Run(door.Queries, http.RequestAborted);
        if (await door.Refuse(view, rows, http.RequestAborted) is { } refused) return refused.ToProblem();
        var shown = ChartDoor.ReferencesOf(Shown(rows));
        if (await door.Record(http, view, "chart-alerts", shown) is { } unrecorded) return unrecorded.ToProblem();
        var alerts = AlertsIn(view, rows).ToList();
        var names = await ChartNames.Of(users, view, rows, ChartNames.OwnersOf(alerts), http.RequestAborted);
        return ChartAnswer.Of(http, new ChartAlerts(names.PutInto(alerts)), ChartJson.Default.ChartAlerts);
    }

    internal static FactQuery Query(ChartView view)
    {
        const int most = ChartLimits.InChart + 1;
        var query = new FactQuery(view).AddNewest(FactKind.Patient, 1)
            .AddLive(FactKind.Allergy, most).AddLive(FactKind.Medication, most).AddLive(FactKind.Condition, most)
            .AddLive(FactKind.Alert, most).AddMark().AddNewest(FactKind.Encounter, 1).AddCount(FactKind.Encounter, ChartLimits.Counted)
            .AddPending(FactKind.LabOrder, ChartLimits.Counted).AddPending(FactKind.ImagingOrder, ChartLimits.Counted);
        foreach (var vital in FactKinds.Vitals) query.AddNewest(vital, 1);
        foreach (var unread in Unread) query.AddCount(unread, ChartLimits.Counted);
        return query;
    }

    private async ValueTask<Result<RenderedChart>> PutTogether(ChartView view, CancellationToken cancel)
    {
        var rows = await statements.Of(view).Run(door.Queries, view.Patient, cancel);
        if (await door.Refuse(view, rows, cancel) is { } refused) return refused;
        var folded = Fold(view, rows);
        var names = await ChartNames.Of(users, view, rows, ChartNames.OwnersOf(folded.CriticalAlerts), cancel);
        var named = folded with { CriticalAlerts = names.PutInto(folded.CriticalAlerts) };
        var chart = RenderedChart.Of(named, ChartDoor.ReferencesOf(Shown(rows)));
        known.Keep(view, ChartMark.In(rows), chart);
        return chart;
    }

    private PatientChart Fold(ChartView view, ILookup<FactKind, FactRow> rows)
    {
        var person = rows[FactKind.Patient].First().Read(ChartJson.Default.ChartPerson);
        var shown = Shown(rows).ToList();
        var updatedAt = Instant.FromMicroseconds(shown.Max(row => row.SinceAt));
        var alerts = AlertsIn(view, rows).ToList();
        var lists = new[] { FactKind.Allergy, FactKind.Medication, FactKind.Condition, FactKind.Alert };
        return new PatientChart(
            view.Patient.Value,
            person.Name,
            person.BirthDate,
            ClinicalTime.AgeAt(person.BirthDate, view.Position is null ? clock.GetUtcNow() : view.Instant ?? updatedAt),
            person.Sex,
            person.Mrn,
            [.. rows.List(FactKind.Allergy, ChartJson.Default.ChartAllergy)],
            [.. rows.List(FactKind.Medication, ChartJson.Default.ChartMedication)],
            FoldVitals.Of(shown),
            [.. rows.List(FactKind.Condition, ChartJson.Default.ChartDiagnosis)],
            shown.Find(row => row.Kind == FactKind.Encounter) is { } last ? Instant.FromMicroseconds(last.Sort) : null,
            CountOf(rows, FactKind.Encounter),
            CountOf(rows, FactKind.LabOrder),
            CountOf(rows, FactKind.ImagingOrder),
            alerts.Count,
            Unread.Sum(kind => CountOf(rows, kind)),
            alerts,
            view.Position ?? CountOf(rows, FactKind.Mark),
            updatedAt,
            [.. Withheld(view)],
            [.. Parts.Where(each => lists.Contains(each.Kind) && rows[each.Kind].Count() > ChartLimits.InChart).Select(each => each.Part)]);
    }

    private static IEnumerable<string> Withheld(ChartView view)
    {
        foreach (var (part, kind) in Parts)
        {
            if (!view.Sees(kind)) yield return part;
        }

        if (!Unread.Any(view.Sees)) yield return "unreadResultCount";
    }

    /// <summary>Those that were raised, the newest first, then the active allergies.</summary>
    private static IEnumerable<ChartAlert> AlertsIn(ChartView view, ILookup<FactKind, FactRow> rows)
    {
        var allergies = rows.List(FactKind.Allergy, ChartJson.Default.ChartAllergy).Select(AlertTexts.Of);
        return rows.List(FactKind.Alert, ChartJson.Default.ChartAlert).Concat(allergies)
            .Select(alert => alert with { PatientId = view.Patient.Value });
    }

    // A count has the kind of what it counts, and no record.
    private static long CountOf(ILookup<FactKind, FactRow> rows, FactKind kind) =>
        rows[kind].FirstOrDefault(row => row.Origin == 0)?.Sort ?? 0;

    private static IEnumerable<FactRow> Shown(ILookup<FactKind, FactRow> rows) =>
        rows.SelectMany(kind => kind).Where(row => row.Origin != 0);
}

/// <summary>How rows are read into what they are.</summary>
internal static class ReadRows
{
    public static T Read<T>(this FactRow row, JsonTypeInfo<T> form) =>
        JsonSerializer.Deserialize(row.Body, form) ?? throw new JsonException("A row of a chart is null.");

    public static IEnumerable<T> List<T>(
        this ILookup<FactKind, FactRow> rows, FactKind kind, JsonTypeInfo<T> form) =>
        rows[kind].Where(row => row.Origin != 0).Take(ChartLimits.InChart).Select(row => row.Read(form));
}
