namespace Vagus.Care.Charts;

/// <summary><c>…/encounters</c>: encounters with what was found, measured, done and ordered during them.</summary>
internal sealed class Encounters() : ChartList<EncounterView>("chart-encounters", ChartJson.Default.ChartPageEncounterView)
{
    public override IReadOnlyList<FactKind[]> Rounds { get; } =
    [
        [
            FactKind.Condition, FactKind.Procedure, FactKind.LabOrder, FactKind.ImagingOrder, FactKind.Medication, FactKind.Signature,
            .. FactKinds.Vitals,
        ],
    ];

    public override void AddItems(FactQuery query, (long Sort, long Origin)? after, int most) =>
        query.AddPage(FactKind.Encounter, after, most);

    public override IEnumerable<string> LinksOf(FactRow row) => [$"Encounter/{row.Key}"];

    public override EncounterView Fold(ChartView view, FactRow item, ILookup<string?, FactRow> parts)
    {
        var encounter = item.Read(ChartJson.Default.KeptEncounter);
        List<FactRow> own = [.. parts[$"Encounter/{item.Key}"].OrderBy(part => part.Sort).ThenBy(part => part.Origin)];
        return new EncounterView(
            item.Key,
            view.Patient.Value,
            encounter.Status,
            encounter.Class,
            encounter.Type,
            encounter.StartedAt,
            encounter.EndedAt,
            encounter.ProviderId,
            encounter.Reason,
            [
                .. own.Where(part => part.Kind == FactKind.Condition).Select(part => part.Read(ChartJson.Default.ChartDiagnosis))
                    .Select(diagnosis => new CodedText(diagnosis.Display, diagnosis.Code)),
            ],
            [.. own.Where(part => part.Kind == FactKind.Procedure).Select(part => part.Read(ChartJson.Default.CodedText))],
            FoldVitals.Of(own),
            [.. own.Select(OrderIn).OfType<OrderView>()],
            own.Exists(part => part.Kind == FactKind.Signature));
    }

    private static OrderView? OrderIn(FactRow part) => part.Kind switch
    {
        FactKind.LabOrder or FactKind.ImagingOrder => part.Read(ChartJson.Default.OrderView),
        FactKind.Medication => new OrderView(part.Key, "medication", part.Read(ChartJson.Default.ChartMedication).Display),
        _ => null,
    };
}
