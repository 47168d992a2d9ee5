using System.Text.Json;
using Vagus.Care.Deriving;
using Vagus.Care.Deriving.Reading;

namespace Vagus.Care.Charts;

/// <summary>
/// What charts say because of one version of a record: a function of that version alone, so that a chart does not depend on the order in
/// which records come, and is the same when it is built anew.
/// </summary>
internal static class RecordFacts
{
    /// <summary>The types of records that are in charts.</summary>
    public static IReadOnlySet<string> Types { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "Patient", "AllergyIntolerance", "Condition", "MedicationRequest", "MedicationDispense", "DetectedIssue", "Encounter", "Procedure",
        "ServiceRequest", "DiagnosticReport", "Observation", "ImagingStudy",
    };

    public static IEnumerable<Fact> Of(JsonElement resource, string type, DateTimeOffset at) =>
        IsInError(resource) ? [] : type switch
        {
            "Patient" => [Person(resource, at)],
            "AllergyIntolerance" => [Allergy(resource, at)],
            "Condition" => [Condition(resource, at)],
            "Encounter" => EncounterFacts.Of(resource, at),
            "Procedure" => EncounterFacts.OfProcedure(resource, at),
            "ServiceRequest" => EncounterFacts.OfOrder(resource, at),
            "MedicationRequest" => MedicationFacts.Of(resource, at),
            "MedicationDispense" => MedicationFacts.OfDispense(resource, at),
            "DetectedIssue" => MedicationFacts.OfIssue(resource, at),
            "Observation" => ObservationFacts.Of(resource, at),
            "DiagnosticReport" => ReportFacts.Of(resource, at),
            "ImagingStudy" => ReportFacts.OfStudy(resource, at),
            _ => [],
        };

    private static bool IsInError(JsonElement resource) =>
        resource.Status() == "entered-in-error"
        || resource.Codings("verificationStatus").Any(status => status.Code == "entered-in-error");

    private static Fact Person(JsonElement patient, DateTimeOffset at) => Fact.Of(
        FactKind.Patient,
        patient.Id(),
        ClinicalTime.Of(at),
        new ChartPerson(Lookups.NameOf(patient), patient.Text("birthDate"), patient.Text("gender"), NumberOf(patient)),
        ChartJson.Default.ChartPerson);

    // HL7 v2 table 0203: MR is the medical record number. Without one, the first identifier stands for it.
    private static string? NumberOf(JsonElement patient)
    {
        var identifiers = patient.Items("identifier").ToList();
        var number = identifiers.Find(each => each.Child("type") is { } type && type.Codings("coding").Any(code => code.Code == "MR"));
        return number.ValueKind == JsonValueKind.Object ? number.Text("value") : identifiers.FirstOrDefault().Text("value");
    }

    private static Fact Allergy(JsonElement allergy, DateTimeOffset at)
    {
        var reactions = allergy.Items("reaction")
            .SelectMany(reaction => reaction.Items("manifestation"))
            .Select(manifestation => NameIn(manifestation))
            .OfType<string>();
        var body = new ChartAllergy(
            allergy.Id(), allergy.Concept("code"), allergy.Coding("code", Systems.Snomed), allergy.Text("criticality"),
            [.. reactions.Distinct(StringComparer.Ordinal)], allergy.Text("recordedDate"));
        return Fact.Of(
            FactKind.Allergy, allergy.Id(), ClinicalTime.Of(at, allergy.Text("recordedDate")), body, ChartJson.Default.ChartAllergy)
            with { IsLive = AllergyEvents.IsActive(allergy), Link = $"AllergyIntolerance/{allergy.Id()}" };
    }

    private static Fact Condition(JsonElement condition, DateTimeOffset at)
    {
        var onset = condition.Text("onsetDateTime") ?? condition.Child("onsetPeriod")?.Text("start") ?? condition.Text("onsetString");
        var body = new ChartDiagnosis(condition.Id(), condition.Concept("code"), condition.Coding("code", Systems.Snomed), onset);
        return Fact.Of(
            FactKind.Condition, condition.Id(), ClinicalTime.Of(at, condition.Text("recordedDate"), onset), body,
            ChartJson.Default.ChartDiagnosis)
            with { IsLive = IsActive(condition), Link = LinkTo(condition, "encounter", "Encounter") };
    }

    // A missing clinical status counts as active, as an allergy's does.
    private static bool IsActive(JsonElement condition) =>
        !condition.Codings("verificationStatus").Any(status => status.Code == "refuted")
        && !condition.Codings("clinicalStatus").Any(status => status.Code is "inactive" or "remission" or "resolved");

    public static string? LinkTo(JsonElement resource, string element, string type) =>
        resource.ReferenceTo(element, type) is { } id ? $"{type}/{id}" : null;

    private static string? NameIn(JsonElement concept) =>
        concept.Text("text") ?? concept.Codings("coding").Select(coding => coding.Display ?? coding.Code).FirstOrDefault();
}
