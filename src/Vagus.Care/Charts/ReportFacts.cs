using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Fhir.Labels;

namespace Vagus.Care.Charts;

/// <summary>Results of the laboratory and of imaging, once they are signed off, and imaging studies.</summary>
internal static class ReportFacts
{
    private const int MostResults = 200;

    public static IEnumerable<Fact> Of(JsonElement report, DateTimeOffset at)
    {
        if (!ReleaseToPatient.IsSignedOff(report.Status())) yield break;
        var kind = report.IsLaboratory() ? FactKind.LabResult : report.IsImaging() ? FactKind.ImagingReport : (FactKind?)null;
        if (kind is not { } result) yield break;

        var study = report.ReferenceTo("imagingStudy", "ImagingStudy");
        var order = RecordFacts.LinkTo(report, "basedOn", "ServiceRequest");
        var sort = ClinicalTime.Of(at, report.Text("issued"), report.Text("effectiveDateTime"));
        var body = new KeptReport(
            report.ReferenceTo("basedOn", "ServiceRequest"),
            report.Concept("code"),
            report.Coding("code", Systems.Loinc),
            report.Status(),
            report.Text("issued"),
            report.Findings(),
            report.Impression(),
            [.. Results(report)],
            study);
        yield return Fact.Of(result, report.Id(), sort, body, ChartJson.Default.KeptReport) with
        {
            State = report.Status(),
            Link = result == FactKind.LabResult ? order : study is not null ? $"ImagingStudy/{study}" : null,
        };
        if (order is not null) yield return Answer(report.Id(), order, sort);
    }

    public static IEnumerable<Fact> OfStudy(JsonElement study, DateTimeOffset at)
    {
        if (study.Status() is not "available") yield break;
        var series = study.Items("series").ToList();
        var order = RecordFacts.LinkTo(study, "basedOn", "ServiceRequest");
        var sort = ClinicalTime.Of(at, study.Text("started"));
        var modality = study.Codings("modality").Concat(series.SelectMany(each => each.Codings("modality"))).FirstOrDefault()?.Code;
        var images = series.SelectMany(each => each.Items("instance"), (each, instance) =>
            new ImageView(null, null, each.Text("uid"), instance.Text("uid")));
        var body = new KeptStudy(
            study.ReferenceTo("basedOn", "ServiceRequest"), modality,
            study.Text("description") ?? study.Concept("procedureCode") ?? series.FirstOrDefault().Text("description"),
            study.Text("started"), [.. images.Take(ChartLimits.Images)]);
        yield return Fact.Of(FactKind.Study, study.Id(), sort, body, ChartJson.Default.KeptStudy)
            with { Link = $"ImagingStudy/{study.Id()}" };
        if (order is not null) yield return Answer(study.Id(), order, sort);
    }

    private static IEnumerable<string> Results(JsonElement report) =>
        report.References("result").Where(each => each.Type == "Observation").Select(each => each.ToString())
            .Distinct(StringComparer.Ordinal).Take(MostResults);

    private static Fact Answer(string key, string order, long sort) => new(FactKind.Answer, key, sort, "{}"u8.ToArray()) { Link = order };
}
