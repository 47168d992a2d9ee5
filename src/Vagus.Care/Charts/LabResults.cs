namespace Vagus.Care.Charts;

/// <summary><c>…/labs</c>: laboratory reports that are available, each with its values.</summary>
internal sealed class LabResults() : ChartList<LabResultView>("chart-labs", ChartJson.Default.ChartPageLabResultView)
{
    public override IReadOnlyList<FactKind[]> Rounds { get; } =
        [[FactKind.LabTest, FactKind.Alert, FactKind.Critical, FactKind.Viewing]];

    public override void AddItems(FactQuery query, (long Sort, long Origin)? after, int most) =>
        query.AddPage(FactKind.LabResult, after, most);

    public override IEnumerable<string> LinksOf(FactRow row) =>
        row.Read(ChartJson.Default.KeptReport).Results.Append($"DiagnosticReport/{row.Key}");

    public override LabResultView Fold(ChartView view, FactRow item, ILookup<string?, FactRow> parts)
    {
        var report = item.Read(ChartJson.Default.KeptReport);
        // In the order in which the report names them, and the components of each in theirs.
        List<FactRow> ofTests =
            [.. report.Results.SelectMany(result => parts[result].OrderBy(part => part.Key, StringComparer.Ordinal))];
        var critical = ofTests.Where(part => part.Kind == FactKind.Critical).Select(part => part.Link).ToHashSet(StringComparer.Ordinal);
        List<LabTest> tests =
        [
            .. ofTests.Where(part => part.Kind == FactKind.LabTest).Select(part => part.Read(ChartJson.Default.LabTest) is var test
                && critical.Contains(part.Link) ? test with { IsCritical = true } : test),
        ];
        var viewings = ChartViewings.Of(view, parts[$"DiagnosticReport/{item.Key}"]);
        return new LabResultView(
            item.Key,
            item.Key,
            view.Patient.Value,
            report.OrderId,
            report.Title,
            report.Code,
            report.Status,
            report.AvailableAt,
            tests,
            tests.Exists(test => test.IsCritical),
            [
                .. ofTests.Where(part => part.Kind == FactKind.Alert)
                    .Select(part => part.Read(ChartJson.Default.ChartAlert) with { PatientId = view.Patient.Value }),
            ],
            viewings.Count > 0,
            viewings);
    }

    public override IEnumerable<string?> PeopleIn(LabResultView item) =>
        item.Viewings.Select(viewing => viewing.UserId).Concat(ChartNames.OwnersOf(item.CriticalAlerts));

    public override LabResultView WithNames(LabResultView item, ChartNames names) =>
        item with { Viewings = names.PutInto(item.Viewings), CriticalAlerts = names.PutInto(item.CriticalAlerts) };
}

/// <summary>Who opened a result: staff see the viewings of staff, patients those of the portal.</summary>
internal static class ChartViewings
{
    public static List<ResultViewing> Of(ChartView view, IEnumerable<FactRow> parts)
    {
        var ofPortal = view.Reach.Caller.Role == Kernel.Role.Patient;
        return
        [
            .. parts.Where(part => part.Kind == FactKind.Viewing).OrderBy(part => part.Sort)
                .Select(part => part.Read(ChartJson.Default.KeptViewing))
                .Where(viewing => viewing.ByPatient == ofPortal)
                .Select(viewing => new ResultViewing(viewing.UserId, null, viewing.At)),
        ];
    }
}
