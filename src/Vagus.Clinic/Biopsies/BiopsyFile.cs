using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Fhir.Meaning;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// A biopsy: its order, and of what belongs to it the newest. Its state is read from the records, of any writer; a review is one of
/// the report's version that is current, so that an amended result waits for another.
/// </summary>
/// <param name="Order">The ServiceRequest.</param>
/// <param name="Specimen">What was taken.</param>
/// <param name="Report">The pathology DiagnosticReport that is signed off.</param>
/// <param name="Review">The Provenance that signs the report, or the order since the report.</param>
internal sealed record BiopsyFile(FhirRecord Order, FhirRecord? Specimen, FhirRecord? Report, FhirRecord? Review)
{
    private bool SeesSignatures { get; init; }

    public static readonly Refusal NoBiopsy = new(RefusalKind.NotFound, "not_found", "There is no such biopsy.");

    public string Status
    {
        get
        {
            if (Order.Json.Text("status") is "revoked" or "entered-in-error") return BiopsyStatus.Cancelled;
            if (Report is not null) return IsReviewed ? BiopsyStatus.Reviewed : BiopsyStatus.Resulted;
            if (Specimen is null) return BiopsyStatus.Ordered;
            return SpecimenRecord.SentAt(Specimen.Json) is null ? BiopsyStatus.Collected : BiopsyStatus.Sent;
        }
    }

    // Who may not read signatures knows by the order that it is done with, unless the report came after that.
    private bool IsReviewed => Review is not null || (
        !SeesSignatures && StateTag.Of(Order.Json) == BiopsyStatus.Reviewed && Order.UpdatedAt >= Report?.UpdatedAt);

    public static async ValueTask<Result<List<BiopsyFile>>> Of(RecordCall call, IReadOnlyList<FhirRecord> orders, bool seesSignatures)
    {
        var reports = await RelatedRecords.Of(call, "DiagnosticReport", "based-on", orders.Select(order => order.Reference));
        if (reports.Refusal is { } unreported) return unreported;
        var taken = orders.SelectMany(SpecimensOf).ToList();
        var specimens = await RelatedRecords.Of(call, "Specimen", "_id", taken);
        if (specimens.Refusal is { } untaken) return untaken;
        var ofSpecimens = await RelatedRecords.Of(call, "DiagnosticReport", "specimen", taken.Select(id => $"Specimen/{id}"));
        if (ofSpecimens.Refusal is { } unknown) return unknown;
        var all = new Related(specimens.Value, [.. reports.Value, .. ofSpecimens.Value], []);
        if (seesSignatures)
        {
            var signed = orders.Select(order => order.Reference).Concat(all.Reports.Select(report => report.Reference));
            var signatures = await RelatedRecords.Of(call, "Provenance", "target", signed);
            if (signatures.Refusal is { } unsigned) return unsigned;
            all = all with { Signatures = signatures.Value };
        }

        return orders.Select(order => Of(order, all) with { SeesSignatures = seesSignatures }).ToList();
    }

    /// <summary>Within the turn that goes on from it. An order for something else is no biopsy.</summary>
    public static async ValueTask<Result<BiopsyFile>> Within(RecordTurn turn, FhirRecord order, bool seesSignatures)
    {
        if (!BiopsyOrder.Is(order.Json)) return NoBiopsy;
        var reports = await RelatedRecords.Within(turn, "DiagnosticReport", $"based-on={order.Reference}");
        if (reports.Refusal is { } unreported) return unreported;
        var all = new Related([], reports.Value, []);
        foreach (var id in SpecimensOf(order))
        {
            var specimen = await turn.Current("Specimen", id);
            if (!specimen.IsRefused) all.Specimens.Add(specimen.Value);
            var more = await RelatedRecords.Within(turn, "DiagnosticReport", $"specimen=Specimen/{id}");
            if (more.Refusal is { } unknown) return unknown;
            all.Reports.AddRange(more.Value);
        }

        // A signature is never changed: those that the caller reads are read, not taken up for a change.
        foreach (var signed in seesSignatures ? all.Reports.Append(order) : [])
        {
            var signatures = await RelatedRecords.Known(turn, "Provenance", $"target={signed.Reference}");
            if (signatures.Refusal is { } unsigned) return unsigned;
            all.Signatures.AddRange(signatures.Value);
        }

        return Of(order, all) with { SeesSignatures = seesSignatures };
    }

    private static BiopsyFile Of(FhirRecord order, Related all)
    {
        var specimens = SpecimensOf(order).ToHashSet(StringComparer.Ordinal);
        var specimen = all.Specimens.Where(each => specimens.Contains(each.Id)).MaxBy(each => (each.UpdatedAt, each.Id));
        var report = all.Reports.Where(each => IsSignedOff(each) && IsOf(each, order, specimens)).MaxBy(each => (each.UpdatedAt, each.Id));
        return new BiopsyFile(order, specimen, report, report is null ? null : ReviewOf(order, report, all.Signatures));
    }

    private static FhirRecord? ReviewOf(FhirRecord order, FhirRecord report, List<FhirRecord> signatures) => signatures
        .Where(each => each.Json.First("signature") is not null && Signs(each, order, report))
        .MaxBy(each => (each.UpdatedAt, each.Id));

    // A signature that names a version is of that version; another is of what was there when it was written.
    private static bool Signs(FhirRecord signature, FhirRecord order, FhirRecord report) =>
        signature.Json.Items("target").Select(target => target.Text("reference") ?? "").Any(reference =>
            reference.Contains("/_history/", StringComparison.Ordinal)
                ? reference == $"{report.Reference}/_history/{report.Version}" || (reference.StartsWith(
                    $"{order.Reference}/_history/", StringComparison.Ordinal) && signature.UpdatedAt >= report.UpdatedAt)
                : (reference == report.Reference || reference == order.Reference) && signature.UpdatedAt >= report.UpdatedAt);

    private static bool IsSignedOff(FhirRecord report) => report.Json.Text("status") is "final" or "amended" or "corrected" or "appended";

    private static bool IsOf(FhirRecord report, FhirRecord order, HashSet<string> specimens) =>
        report.Json.Items("basedOn").Any(each => each.IdOf("ServiceRequest") == order.Id)
        || report.Json.Items("specimen").Any(each => each.IdOf("Specimen") is { } id && specimens.Contains(id));

    public static IEnumerable<string> SpecimensOf(FhirRecord order) => SpecimensOf(order.Json);

    public static IEnumerable<string> SpecimensOf(JsonElement order) =>
        order.Items("specimen").Select(each => each.IdOf("Specimen")).OfType<string>().Take(5);

    private sealed record Related(List<FhirRecord> Specimens, List<FhirRecord> Reports, List<FhirRecord> Signatures);
}
