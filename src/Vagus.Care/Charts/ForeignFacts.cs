using Vagus.Access.Tenants;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;

namespace Vagus.Care.Charts;

/// <summary>
/// What charts say because of events that another system has published about records which this server does not hold. Where it holds the
/// record, its versions tell more, and the event changes nothing.
/// </summary>
internal static class ForeignFacts
{
    /// <summary>Events of this kind are kept where their record is not here.</summary>
    public static IReadOnlySet<string> Types { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "patient.created", "patient.updated", "patient.allergy.added", "patient.allergy.removed", "pharmacy.medication.prescribed",
        "pharmacy.medication.dispensed", "pharmacy.interaction.alert", "encounter.started", "encounter.updated", "encounter.completed",
        "encounter.vitals.recorded", "lab.order.created", "lab.result.available", "radiology.order.created", "radiology.study.complete",
        "radiology.report.finalized",
    };

    /// <summary>Who the patient is, may be told to the patient; of results the event says it; all else is for staff.</summary>
    public static bool IsReleased(EventData data) => data switch
    {
        PatientCreated or PatientUpdated => true,
        LabResultAvailable lab => lab.Released,
        RadiologyReportFinalized imaging => imaging.Released,
        _ => false,
    };

    public static IEnumerable<Fact> Of(EventData data, DateTimeOffset at) => data switch
    {
        PatientCreated each => [Person(each.PatientId, each.Name, each.BirthDate, each.Gender, at)],
        PatientUpdated each => [Person(each.PatientId, each.Name, each.BirthDate, each.Gender, at)],
        PatientAllergyAdded each => [Allergy(each, at)],
        MedicationPrescribed each => [Medication(each, at)],
        MedicationDispensed each => [Dispense(each, at)],
        DrugInteractionAlert each => Warnings(each, at),
        LabOrderCreated each => [Order(FactKind.LabOrder, "lab", each.OrderId, each.TestName, each.EncounterId, at)],
        RadiologyOrderCreated each => [Order(FactKind.ImagingOrder, "imaging", each.OrderId, each.StudyName, each.EncounterId, at)],
        LabResultAvailable each => Result(each, at),
        RadiologyReportFinalized each => Report(each, at),
        RadiologyStudyComplete each => Study(each, at),
        EncounterVitalsRecorded each => Vitals(each, at),
        _ => [],
    };

    /// <summary>As which kinds another system's events tell what a record says by a fact of this kind.</summary>
    public static FactKind[] ToldAs(FactKind kind) => kind switch
    {
        FactKind.LabResult => [kind, FactKind.UnreadLab, FactKind.PortalUnreadLab],
        FactKind.ImagingReport => [kind, FactKind.UnreadImaging, FactKind.PortalUnreadImaging],
        FactKind.Patient or FactKind.Allergy or FactKind.Medication or FactKind.Dispense or FactKind.LabOrder or FactKind.ImagingOrder
            or FactKind.Study or FactKind.Encounter => [kind],
        _ => [],
    };

    private static Fact Person(string id, string? name, string? birthDate, string? sex, DateTimeOffset at) => Fact.Of(
        FactKind.Patient, id, ClinicalTime.Of(at), new ChartPerson(name, birthDate, sex, null), ChartJson.Default.ChartPerson);

    private static Fact Allergy(PatientAllergyAdded added, DateTimeOffset at) => Fact.Of(
        FactKind.Allergy,
        added.AllergyId,
        ClinicalTime.Of(at),
        new ChartAllergy(added.AllergyId, added.Substance ?? added.Code?.Display, added.Code, added.Criticality, [], null),
        ChartJson.Default.ChartAllergy) with { IsLive = true, Link = $"AllergyIntolerance/{added.AllergyId}" };

    private static Fact Medication(MedicationPrescribed prescribed, DateTimeOffset at) => Fact.Of(
        FactKind.Medication,
        prescribed.PrescriptionId,
        ClinicalTime.Of(at),
        new ChartMedication(
            prescribed.PrescriptionId, prescribed.Medication, prescribed.Code, prescribed.Dosage, "active", null, prescribed.PrescriberId),
        ChartJson.Default.ChartMedication) with { IsLive = true, Link = LinkTo("Encounter", prescribed.EncounterId) };

    private static Fact Dispense(MedicationDispensed dispensed, DateTimeOffset at) => Fact.Of(
        FactKind.Dispense,
        dispensed.DispenseId,
        ClinicalTime.Of(at, dispensed.DispensedAt),
        new DispenseView(dispensed.DispensedAt, dispensed.Quantity, null),
        ChartJson.Default.DispenseView) with { Link = LinkTo("MedicationRequest", dispensed.PrescriptionId) };

    private static IEnumerable<Fact> Warnings(DrugInteractionAlert alert, DateTimeOffset at) => alert.Implicated
        .Where(reference => reference.StartsWith("MedicationRequest/", StringComparison.Ordinal))
        .Select(reference => Fact.Of(
            FactKind.Warning,
            $"{alert.IssueId}/{reference}",
            ClinicalTime.Of(at),
            new KeptWarning(IsAllergy: false, alert.Severity, alert.Detail),
            ChartJson.Default.KeptWarning) with { Link = reference });

    private static Fact Order(FactKind kind, string name, string id, string? display, string? encounter, DateTimeOffset at) => Fact.Of(
        kind, id, ClinicalTime.Of(at), new OrderView(id, name, display), ChartJson.Default.OrderView)
        with { IsLive = true, Link = LinkTo("Encounter", encounter) };

    private static IEnumerable<Fact> Result(LabResultAvailable result, DateTimeOffset at)
    {
        var sort = ClinicalTime.Of(at, result.IssuedAt);
        var body = new KeptReport(result.OrderId, result.TestName, result.Code, result.Status, result.IssuedAt, null, null, [], null);
        yield return Fact.Of(FactKind.LabResult, result.ReportId, sort, body, ChartJson.Default.KeptReport)
            with { State = result.Status, Link = LinkTo("ServiceRequest", result.OrderId) };
        foreach (var fact in Available(FactKind.UnreadLab, FactKind.PortalUnreadLab, result.ReportId, result.OrderId, sort))
            yield return fact;
    }

    private static IEnumerable<Fact> Report(RadiologyReportFinalized report, DateTimeOffset at)
    {
        var sort = ClinicalTime.Of(at, report.IssuedAt);
        var study = StudyIn(report.Study);
        var body = new KeptReport(
            report.OrderId, report.StudyName, report.Code, "final", report.IssuedAt, report.Findings, report.Impression, [], study);
        yield return Fact.Of(FactKind.ImagingReport, report.ReportId, sort, body, ChartJson.Default.KeptReport)
            with { State = "final", Link = LinkTo("ImagingStudy", study) };
        foreach (var fact in Available(FactKind.UnreadImaging, FactKind.PortalUnreadImaging, report.ReportId, report.OrderId, sort))
            yield return fact;
    }

    // A publisher names the study by its reference, with or without a version, or by its id.
    private static string? StudyIn(string? named)
    {
        var id = named?.Split('/') switch
        {
            [var alone] => alone,
            ["ImagingStudy", var last] => last,
            ["ImagingStudy", var versioned, "_history", _] => versioned,
            _ => null,
        };
        return id is not null && ChosenId.IsFhirId(id) ? id : null;
    }

    private static IEnumerable<Fact> Study(RadiologyStudyComplete study, DateTimeOffset at)
    {
        var body = new KeptStudy(study.OrderId, study.Modality, study.StudyName, null, []);
        yield return Fact.Of(FactKind.Study, study.StudyId, ClinicalTime.Of(at), body, ChartJson.Default.KeptStudy)
            with { Link = $"ImagingStudy/{study.StudyId}" };
        if (LinkTo("ServiceRequest", study.OrderId) is { } order) yield return Answer(study.StudyId, order, ClinicalTime.Of(at));
    }

    private static IEnumerable<Fact> Available(FactKind staff, FactKind portal, string report, string? orderId, long sort)
    {
        yield return new Fact(staff, report, sort, []);
        yield return new Fact(portal, report, sort, []);
        if (LinkTo("ServiceRequest", orderId) is { } order) yield return Answer(report, order, sort);
    }

    private static Fact Answer(string key, string order, long sort) => new(FactKind.Answer, key, sort, []) { Link = order };

    private static IEnumerable<Fact> Vitals(EncounterVitalsRecorded recorded, DateTimeOffset at)
    {
        var sort = ClinicalTime.Of(at, recorded.RecordedAt);
        foreach (var vital in recorded.Vitals.Where(vital => vital.Value is not null))
        {
            if (vital.Code is not { System: Systems.Loinc } code || ObservationFacts.VitalOf(code.Code) is not { } kind) continue;
            var id = vital.Resource.Split('/') is [_, var observation, ..] ? observation : vital.Resource;
            yield return Fact.Of(kind, id, sort, new VitalValue(vital.Value, vital.Unit, recorded.RecordedAt), ChartJson.Default.VitalValue)
                with { Link = LinkTo("Encounter", recorded.EncounterId) };
        }
    }

    private static string? LinkTo(string type, string? id) => id is null ? null : $"{type}/{id}";
}
