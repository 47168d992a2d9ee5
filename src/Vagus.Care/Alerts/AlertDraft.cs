using System.Globalization;
using Vagus.Care.Seeing;
using Vagus.Events;
using Vagus.Storage.Log;

namespace Vagus.Care.Alerts;

/// <summary>The alert that an event asks for.</summary>
/// <param name="Type">One of <see cref="AlertTypes"/>.</param>
/// <param name="Content">What it says to those who may see all of it.</param>
/// <param name="Subject">What it is about, without version: another event about the same is a repetition or a correction.</param>
/// <param name="Value">What it says of it: the same again is a repetition.</param>
internal sealed record AlertDraft(string Type, AlertContent Content, string Subject, string Value)
{
    public required SourceFacts Source { get; init; }

    /// <summary>For those who may not see all that the event draws from; null where there is no such form.</summary>
    public AlertContent? Open { get; init; }

    /// <summary>The Practitioner who ordered or prescribed.</summary>
    public string? Provider { get; init; }

    /// <summary>
    /// One measurement, whatever record it stands in: a laboratory that sends it twice under two ids raises one alert. Null where there is
    /// no instant of the measurement.
    /// </summary>
    public string? Sample { get; init; }

    public DateTimeOffset? ObservedAt { get; init; }

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
        RadiologyCriticalAlert radiology => Make(AlertTypes.RadiologyFinding, source, radiology.Code.Code, radiology.CriticalReason) with
        {
            Content = new(
                "CRITICAL IMAGING FINDING", Said(radiology.StudyName, radiology.Finding), radiology.PatientId, radiology.PatientName,
                new(radiology.StudyName, CriticalReason: radiology.CriticalReason, ValueText: radiology.Finding)),
            Provider = radiology.OrderingProviderId,
        },
        DrugInteractionAlert { Severity: "high" } drugs => Make(AlertTypes.DrugInteraction, source, "", drugs.Detail) with
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

    private static AlertDraft OfLab(LabCriticalAlert lab, LoggedEvent source)
    {
        var value = lab.Value is { } number ? $"{Number(number)} {lab.Unit}".TrimEnd() : lab.ValueText;
        var message = value is null ? Said(lab.TestName, lab.CriticalReason) : $"CRITICAL: {lab.TestName} = {value}";
        var test = $"{lab.Code?.System}|{lab.Code?.Code ?? lab.TestName}";
        var draft = Make(AlertTypes.LabValue, source, test, $"{value}|{lab.CriticalReason}");
        return draft with
        {
            Content = new(
                "CRITICAL LAB VALUE", message, lab.PatientId, lab.PatientName,
                new(lab.TestName, lab.Value, lab.Unit, lab.CriticalReason, lab.Value is null ? lab.ValueText : null)),
            Provider = lab.OrderingProviderId,
            Sample = lab.ObservedAt is { } at ? $"{lab.PatientId}|{lab.Code?.Code ?? lab.TestName}|{at}|{value}" : null,
            ObservedAt = InstantOf(lab.ObservedAt),
        };
    }

    private static AlertDraft OfAllergy(AllergyContraindication allergy, LoggedEvent source)
    {
        var reason = allergy.Allergy is { } substance ? $"Allergy to {substance}" : "The patient is allergic to it";
        return Make(AlertTypes.AllergyContraindication, source, $"{allergy.PrescriptionId}|{allergy.Allergy}", allergy.Medication) with
        {
            Content = new(
                "ALLERGY CONTRAINDICATION", Said(allergy.Medication ?? "Medication", reason), allergy.PatientId, allergy.PatientName,
                new(allergy.Medication, CriticalReason: reason, ValueText: allergy.Severity)),
            Provider = allergy.PrescriberId,
        };
    }

    private static AlertDraft OfBiopsy(BiopsyResultReceived biopsy, LoggedEvent source)
    {
        var diagnosis = biopsy.Conclusions?.Select(code => code.Display ?? code.Code).FirstOrDefault() ?? "Concerning result";
        return Make(AlertTypes.BiopsyResult, source, "", diagnosis) with
        {
            Content = new(
                "Biopsy Result", Said(biopsy.Procedure ?? "Biopsy", diagnosis), biopsy.PatientId, biopsy.PatientName,
                new(biopsy.Procedure, CriticalReason: diagnosis, ValueText: diagnosis)),
            Provider = biopsy.OrderingProviderId,
            ObservedAt = InstantOf(biopsy.IssuedAt),
        };
    }

    private static AlertDraft Make(string type, LoggedEvent source, string? part, string? value) =>
        new(type, new("", "", null, null, null), $"{type}|{WithoutVersion(source)}|{part}", value ?? "")
        {
            Source = SourceFacts.Of(source),
        };

    // An event without a resource is about itself.
    private static string WithoutVersion(LoggedEvent source) =>
        source.Resource is { } reference ? reference.Split("/_history/")[0] : source.EventId;

    private static string Said(string? what, string text) => what is null ? $"CRITICAL: {text}" : $"CRITICAL: {what}: {text}";

    private static string Number(decimal value) => value.ToString("G29", CultureInfo.InvariantCulture);

    private static DateTimeOffset? InstantOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
