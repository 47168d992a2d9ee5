namespace Vagus.Care.Charts;

/// <summary><c>…/medications</c>: prescriptions of every status, with what was handed out and what warns of them.</summary>
internal sealed class Medications() : ChartList<MedicationView>("chart-medications", ChartJson.Default.ChartPageMedicationView)
{
    public override IReadOnlyList<FactKind[]> Rounds { get; } = [[FactKind.Dispense, FactKind.Warning, FactKind.Contraindication]];

    public override void AddItems(FactQuery query, (long Sort, long Origin)? after, int most) =>
        query.AddPage(FactKind.Medication, after, most);

    public override IEnumerable<string> LinksOf(FactRow row) => [$"MedicationRequest/{row.Key}"];

    public override MedicationView Fold(ChartView view, FactRow item, ILookup<string?, FactRow> parts)
    {
        var medication = item.Read(ChartJson.Default.ChartMedication);
        var own = parts[$"MedicationRequest/{item.Key}"].OrderBy(part => part.Sort).ThenBy(part => part.Origin).ToList();
        var warnings = own.Where(part => part.Kind is FactKind.Warning or FactKind.Contraindication)
            .Select(part => part.Read(ChartJson.Default.KeptWarning)).ToLookup(warning => warning.IsAllergy);
        return new MedicationView(
            item.Key,
            view.Patient.Value,
            medication.Display,
            medication.Code,
            medication.Dosage,
            medication.Status,
            medication.PrescribedAt,
            medication.PrescriberId,
            [.. own.Where(part => part.Kind == FactKind.Dispense).Select(part => part.Read(ChartJson.Default.DispenseView))],
            [.. warnings[false].Select(Shown)],
            [.. warnings[true].Select(Shown)]);
    }

    private static WarningView Shown(KeptWarning warning) => new(warning.Severity, warning.Text);
}
