namespace Vagus.Care.Charts;

/// <summary>
/// <c>…/imaging</c>: studies, each with its report, and reports that name no study of the chart.
/// </summary>
internal sealed class ImagingStudies() : ChartList<ImagingStudyView>("chart-imaging", ChartJson.Default.ChartPageImagingStudyView)
{
    public override IReadOnlyList<FactKind[]> Rounds { get; } =
        [[FactKind.ImagingReport, FactKind.Image, FactKind.Critical, FactKind.Viewing], [FactKind.Critical, FactKind.Viewing]];

    public override void AddItems(FactQuery query, (long Sort, long Origin)? after, int most) =>
        query.AddPage(FactKind.Study, after, most).AddOrphans(FactKind.ImagingReport, FactKind.Study, after, most);

    public override IEnumerable<string> LinksOf(FactRow row) => row.Kind switch
    {
        FactKind.Study => [$"ImagingStudy/{row.Key}"],
        FactKind.ImagingReport => [$"DiagnosticReport/{row.Key}"],
        _ => [],
    };

    public override ImagingStudyView Fold(ChartView view, FactRow item, ILookup<string?, FactRow> parts)
    {
        var report = item.Kind == FactKind.ImagingReport ? item
            : parts[$"ImagingStudy/{item.Key}"].Where(part => part.Kind == FactKind.ImagingReport)
                .MaxBy(part => (part.Sort, part.Origin));
        var ofReport = report is null ? [] : parts[$"DiagnosticReport/{report.Key}"];
        var viewings = ChartViewings.Of(view, ofReport);
        var study = item.Kind == FactKind.Study ? item.Read(ChartJson.Default.KeptStudy) : OfReport(item);
        return new ImagingStudyView(
            item.Key,
            view.Patient.Value,
            study.OrderId,
            study.Modality,
            study.Description,
            study.StartedAt,
            [.. Images(study, [.. Uploaded(item, parts)])],
            report is null ? null : Written(report),
            ofReport.Any(part => part.Kind == FactKind.Critical),
            viewings.Count > 0,
            viewings);
    }

    public override IEnumerable<string?> PeopleIn(ImagingStudyView item) => item.Viewings.Select(viewing => viewing.UserId);

    public override ImagingStudyView WithNames(ImagingStudyView item, ChartNames names) =>
        item with { Viewings = names.PutInto(item.Viewings) };

    /// <summary>Those that the study names, and those that were uploaded: an image that is both has its file.</summary>
    private static IEnumerable<ImageView> Images(KeptStudy study, List<ImageView> uploaded)
    {
        var stored = uploaded.Select(image => image.InstanceUid).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return study.Images.Where(image => image.InstanceUid is not { } uid || !stored.Contains(uid)).Concat(uploaded);
    }

    private static IEnumerable<ImageView> Uploaded(FactRow item, ILookup<string?, FactRow> parts) =>
        parts[$"ImagingStudy/{item.Key}"].Where(part => part.Kind == FactKind.Image).OrderBy(part => part.Since)
            .Select(part => part.Read(ChartJson.Default.ImageView));

    private static KeptStudy OfReport(FactRow item)
    {
        var report = item.Read(ChartJson.Default.KeptReport);
        return new KeptStudy(report.OrderId, null, report.Title, null, []);
    }

    private static ImagingReportView Written(FactRow row)
    {
        var report = row.Read(ChartJson.Default.KeptReport);
        return new ImagingReportView(row.Key, report.Status, report.Findings, report.Impression, report.AvailableAt);
    }
}
