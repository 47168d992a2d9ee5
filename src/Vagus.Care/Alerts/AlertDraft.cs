using Vagus.Care.Seeing;
using Vagus.Events;
using Vagus.Storage.Log;

namespace Vagus.Care.Alerts;

/// <summary>The alert that an event asks for.</summary>
/// <param name="Type">One of <see cref="AlertTypes"/>.</param>
/// <param name="Content">What it says to those who may see all of it.</param>
internal sealed record AlertDraft(string Type, AlertContent Content, AlertMark Mark)
{
    public required SourceFacts Source { get; init; }

    /// <summary>For those who may not see all that the event draws from; null where there is no such form.</summary>
    public AlertContent? Open { get; init; }

    /// <summary>The Practitioner who ordered or prescribed.</summary>
    public string? Provider { get; init; }

    /// <summary>Why what was told before does not hold; null: it is critical.</summary>
    public string? Correction { get; init; }

    /// <summary>Null: the event asks for no alert, or its data cannot be read.</summary>
    public static AlertDraft? Of(LoggedEvent source, Func<BiopsyResultReceived, bool> isConcerning)
    {
        var whole = Read(EventCatalogue.TryDeserialize(source.Type, source.Body), source, isConcerning);
        if (whole is null || source.OpenBody is not { } body) return whole;
        return whole with { Open = Read(EventCatalogue.TryDeserialize(source.Type, body), source, isConcerning)?.Content };
    }

    private static AlertDraft? Read(EventData? data, LoggedEvent source, Func<BiopsyResultReceived, bool> isConcerning) => data switch
    {
        LabCriticalAlert lab => OfLab(lab, source),
        LabCriticalCorrected lab =>
            new(AlertTypes.LabValue, CorrectedValue.ContentOf(lab), AlertMark.Of(lab, source.Resource, source.EventId))
            {
                Source = SourceFacts.Of(source), Provider = lab.OrderingProviderId, Correction = lab.Correction,
            },
        RadiologyCriticalAlert radiology => OfRadiology(radiology, source),
        DrugInteractionAlert { Severity: "high" } drugs => Make(AlertTypes.DrugInteraction, source, IssueOf(drugs), drugs.Detail) with
        {
            Content = new(
                "DRUG INTERACTION", Said(null, drugs.Detail ?? "Drug interaction"), drugs.PatientId, drugs.PatientName,
                new(CriticalReason: drugs.Detail ?? "Drug interaction", ValueText: drugs.Severity)),
            Provider = drugs.PrescriberId,
        },
        AllergyContraindication allergy => OfAllergy(allergy, source),
        BiopsyResultReceived biopsy when isConcerning(biopsy) => OfBiopsy(biopsy, source),
        _ => null,
    };

    // A service may tell of several issues of one prescription; a DetectedIssue is one.
    private static string IssueOf(DrugInteractionAlert drugs) =>
        drugs.Resource.StartsWith("DetectedIssue/", StringComparison.Ordinal) ? "" : drugs.IssueId;

    private static AlertDraft OfLab(LabCriticalAlert lab, LoggedEvent source)
    {
        var value = AlertMark.ValueOf(lab);
        var message = value is null ? Said(lab.TestName, lab.CriticalReason) : LabAlertWords.MessageOf(lab, value);
        var content = new AlertContent(
            LabAlertWords.TitleOf(lab), message, lab.PatientId, lab.PatientName,
            new(lab.TestName, lab.Value, lab.Unit, lab.CriticalReason, lab.Value is null || value == lab.ValueText ? lab.ValueText : null));
        return new AlertDraft(AlertTypes.LabValue, content, AlertMark.Of(lab, source.Resource, source.EventId))
        {
            Source = SourceFacts.Of(source), Provider = lab.OrderingProviderId,
        };
    }

    private static AlertDraft OfRadiology(RadiologyCriticalAlert radiology, LoggedEvent source)
    {
        var content = new AlertContent(
            "CRITICAL IMAGING FINDING", Said(radiology.StudyName, radiology.Finding), radiology.PatientId, radiology.PatientName,
            new(radiology.StudyName, CriticalReason: radiology.CriticalReason, ValueText: radiology.Finding));
        return new AlertDraft(AlertTypes.RadiologyFinding, content, AlertMark.Of(radiology, source.Resource, source.EventId))
        {
            Source = SourceFacts.Of(source), Provider = radiology.OrderingProviderId,
        };
    }

    private static AlertDraft OfAllergy(AllergyContraindication allergy, LoggedEvent source)
    {
        var reason = allergy.Allergy is { } substance ? $"Allergy to {substance}" : "The patient is allergic to it";
        // What a patient is said to take has no prescription: two statements are two contraindications.
        var medication = allergy.PrescriptionId
            ?? allergy.Implicated.FirstOrDefault(each => each.StartsWith("MedicationStatement/", StringComparison.Ordinal));
        return Make(AlertTypes.AllergyContraindication, source, $"{medication}|{allergy.Allergy}", allergy.Medication) with
        {
            Content = new(
                "ALLERGY CONTRAINDICATION", Said(allergy.Medication ?? "Medication", reason), allergy.PatientId, allergy.PatientName,
                new(allergy.Medication, CriticalReason: reason, ValueText: allergy.Severity)),
            Provider = allergy.PrescriberId,
        };
    }

    private static AlertDraft OfBiopsy(BiopsyResultReceived biopsy, LoggedEvent source)
    {
        // Each conclusion is named: the one that is concerning may stand behind another, and one that is added is news.
        var conclusions = biopsy.Conclusions?.Select(code => code.Display ?? code.Code).OfType<string>().ToList() ?? [];
        var diagnosis = conclusions.Count > 0 ? string.Join("; ", conclusions) : "Concerning result";
        var draft = Make(AlertTypes.BiopsyResult, source, "", diagnosis);
        return draft with
        {
            Content = new(
                "Biopsy Result", Said(biopsy.Procedure ?? "Biopsy", diagnosis), biopsy.PatientId, biopsy.PatientName,
                new(biopsy.Procedure, CriticalReason: diagnosis, ValueText: diagnosis)),
            Provider = biopsy.OrderingProviderId,
            Mark = draft.Mark with { IssuedAt = AlertMark.InstantOf(biopsy.IssuedAt) },
        };
    }

    private static AlertDraft Make(string type, LoggedEvent source, string? part, string? value)
    {
        var subject = AlertMark.SubjectOf(type, source.Resource, source.EventId, part);
        var mark = new AlertMark(subject, value ?? "") { Resource = source.Resource };
        return new(type, new("", "", null, null, null), mark) { Source = SourceFacts.Of(source) };
    }

    private static string Said(string? what, string text) => what is null ? $"CRITICAL: {text}" : $"CRITICAL: {what}: {text}";
}
