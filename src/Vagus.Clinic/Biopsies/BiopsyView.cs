using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Meaning;
using Vagus.Fhir.Records;

namespace Vagus.Clinic.Biopsies;

/// <summary>What the laboratory found, as it is answered.</summary>
internal sealed record BiopsyResultView(
    string ReportId, string? Status, string? Diagnosis, string? Code, bool? IsMalignant, string? Report, string? Pathologist,
    DateTimeOffset? IssuedAt);

/// <summary>Who has looked at the result, when, and what is to be done.</summary>
internal sealed record BiopsyReviewView(
    string? Decision, string? Note, string? ReviewedBy, string? ReviewedByName, DateTimeOffset? ReviewedAt);

/// <summary>A biopsy as plain JSON.</summary>
internal sealed record BiopsyView(
    string Id, string? PatientId, string? PatientName, string? ProviderId, string? ProviderName, string? EncounterId, string? Site,
    string? Procedure, string Status) : IVersioned
{
    public string? Specimen { get; init; }

    public DateTimeOffset? OrderedAt { get; init; }

    public DateTimeOffset? CollectedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public BiopsyResultView? Result { get; init; }

    public BiopsyReviewView? Review { get; init; }

    /// <summary>Until when what it waits for should be there; null where it waits for nothing.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>What is overdue: <c>result</c> or <c>review</c>; null: nothing.</summary>
    public string? Overdue { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static BiopsyView Of(BiopsyFile file, NamesOfRecords names, BiopsyLimits limits, DateTimeOffset now)
    {
        var view = OfRecord(file.Order);
        var (awaited, due) = Due(file, view, limits);
        return view with
        {
            PatientName = names.Of("Patient", view.PatientId),
            ProviderName = names.Of("Practitioner", view.ProviderId),
            Status = file.Status,
            Specimen = file.Specimen?.Json.Concept("type"),
            CollectedAt = file.Specimen is { } taken ? SpecimenRecord.TakenAt(taken.Json) : null,
            SentAt = file.Specimen is { } sent ? SpecimenRecord.SentAt(sent.Json) : null,
            Result = file.Report is { } report ? ResultOf(report) : null,
            Review = file.Review is { } review ? ReviewOf(review.Json, names) : null,
            DueAt = due,
            Overdue = due < now ? awaited : null,
        };
    }

    /// <summary>What the order says by itself: of it a second writer is told what was changed.</summary>
    public static BiopsyView OfRecord(FhirRecord record)
    {
        var order = record.Json;
        return new BiopsyView(
            record.Id, order.ReferenceTo("subject", "Patient"), null, order.ReferenceTo("requester", "Practitioner"), null,
            order.ReferenceTo("encounter", "Encounter"), order.Concept("bodySite"), order.Concept("code"),
            StateTag.Of(order) ?? BiopsyStatus.Ordered)
        {
            OrderedAt = order.Instant("authoredOn"), Version = record.Version, UpdatedAt = record.UpdatedAt,
        };
    }

    /// <summary>The people whose names are looked up.</summary>
    public static IEnumerable<JsonElement> PeopleOf(BiopsyFile file)
    {
        JsonElement?[] people =
        [
            file.Order.Json.Child("subject"), file.Order.Json.Child("requester"), file.Review?.Json.First("signature")?.Child("who"),
        ];
        return people.OfType<JsonElement>();
    }

    private static (string? Awaited, DateTimeOffset? Due) Due(BiopsyFile file, BiopsyView view, BiopsyLimits limits) => file.Status switch
    {
        BiopsyStatus.Reviewed or BiopsyStatus.Cancelled => (null, null),
        BiopsyStatus.Resulted => ("review", (file.Report?.Json.Instant("issued") ?? file.Report?.UpdatedAt)?.AddDays(limits.ReviewDays)),
        _ => ("result", (view.OrderedAt ?? file.Order.UpdatedAt).AddDays(limits.ResultDays)),
    };

    private static BiopsyResultView ResultOf(FhirRecord record)
    {
        var report = record.Json;
        return new BiopsyResultView(
            record.Id, report.Text("status"), report.Text("conclusion") ?? report.Concept("conclusionCode"),
            report.First("conclusionCode")?.First("coding")?.Text("code"), BiopsyOrder.IsMalignant(report), ReportRecord.TextOf(report),
            report.First("resultsInterpreter")?.Text("display"), report.Instant("issued"));
    }

    private static BiopsyReviewView ReviewOf(JsonElement review, NamesOfRecords names)
    {
        var signature = review.First("signature");
        var who = signature?.Child("who")?.IdOf("Practitioner");
        return new BiopsyReviewView(
            ReviewRecord.PartOf(review, ReviewRecord.Decision), ReviewRecord.PartOf(review, ReviewRecord.Note), who,
            names.Of("Practitioner", who), signature?.Instant("when"));
    }
}
