using System.Globalization;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>Records that charts are made of, as JSON.</summary>
internal static class Records
{
    public const string Loinc = "http://loinc.org";

    // Of today: one that was measured long ago raises no alert.
    private static readonly string MeasuredAt =
        DateTime.UtcNow.AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Patient(string id, string more = "") =>
        $$$"""{"resourceType":"Patient","id":"{{{id}}}","name":[{"family":"Okafor","given":["Maya"]}],"gender":"female","birthDate":"1980-05-04","identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"mrn-{{{id}}}"}]{{{more}}}}""";

    public static string Allergy(string id, string patient, string status = "active", string more = "") =>
        $$$"""{"resourceType":"AllergyIntolerance","id":"{{{id}}}","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"{{{status}}}"}]},"criticality":"high","code":{"text":"Penicillin {{{id}}}"},"patient":{"reference":"Patient/{{{patient}}}"},"recordedDate":"2026-01-02","reaction":[{"manifestation":[{"text":"Hives"}]}]{{{more}}}}""";

    public static string Condition(string id, string patient, string status = "active", string? encounter = null, string more = "") =>
        $$$"""{"resourceType":"Condition","id":"{{{id}}}","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"{{{status}}}"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"38341003","display":"Hypertension"}]},"subject":{"reference":"Patient/{{{patient}}}"},"onsetDateTime":"2020-03"{{{Encounter(encounter)}}}{{{more}}}}""";

    public static string Prescription(string id, string patient, string status = "active", string? encounter = null, string more = "") =>
        $$$"""{"resourceType":"MedicationRequest","id":"{{{id}}}","status":"{{{status}}}","intent":"order","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"314076","display":"Lisinopril 10 MG"}]},"subject":{"reference":"Patient/{{{patient}}}"},"authoredOn":"2026-02-01","requester":{"reference":"Practitioner/dr-1"},"dosageInstruction":[{"text":"once daily"}]{{{Encounter(encounter)}}}{{{more}}}}""";

    public static string Dispense(string id, string patient, string prescription) =>
        $$$"""{"resourceType":"MedicationDispense","id":"{{{id}}}","status":"completed","medicationCodeableConcept":{"text":"Lisinopril"},"subject":{"reference":"Patient/{{{patient}}}"},"authorizingPrescription":[{"reference":"MedicationRequest/{{{prescription}}}"}],"quantity":{"value":30,"unit":"tablet"},"whenHandedOver":"2026-02-02T10:00:00Z","performer":[{"actor":{"display":"Corner Pharmacy"}}]}""";

    public static string Issue(string id, string patient, string prescription, string code = "DRG") =>
        $$$"""{"resourceType":"DetectedIssue","id":"{{{id}}}","status":"final","code":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"{{{code}}}"}]},"severity":"high","detail":"Raises potassium","patient":{"reference":"Patient/{{{patient}}}"},"implicated":[{"reference":"MedicationRequest/{{{prescription}}}"}]}""";

    public static string EncounterOf(string id, string patient, string status = "in-progress", string start = "2026-03-01T09:00:00Z", string more = "") =>
        $$$"""{"resourceType":"Encounter","id":"{{{id}}}","status":"{{{status}}}","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"subject":{"reference":"Patient/{{{patient}}}"},"period":{"start":"{{{start}}}"},"participant":[{"individual":{"reference":"Practitioner/dr-1"}}],"reasonCode":[{"text":"Follow-up"}]{{{more}}}}""";

    public static string Vital(
        string id, string patient, string code, decimal value, string unit, string at = "2026-03-01T09:10:00Z", string? encounter = null, string more = "") =>
        $$$"""{"resourceType":"Observation","id":"{{{id}}}","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"{{{code}}}"}]},"subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"{{{at}}}","valueQuantity":{"value":{{{value}}},"unit":"{{{unit}}}"}{{{Encounter(encounter)}}}{{{more}}}}""";

    public static string Pressure(string id, string patient, int systolic, int diastolic, string at = "2026-03-01T09:10:00Z") =>
        $$$"""{"resourceType":"Observation","id":"{{{id}}}","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"{{{at}}}","component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":{{{systolic}}},"unit":"mmHg"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":{{{diastolic}}},"unit":"mmHg"}}]}""";

    public static string Order(
        string id, string patient, string category = "LAB", string status = "active", string? encounter = null, string more = "") =>
        $$$"""{"resourceType":"ServiceRequest","id":"{{{id}}}","status":"{{{status}}}","intent":"order","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"{{{category}}}"}]}],"code":{"text":"Order {{{id}}}"},"subject":{"reference":"Patient/{{{patient}}}"},"authoredOn":"2026-03-01T09:20:00Z"{{{Encounter(encounter)}}}{{{more}}}}""";

    public static string Value(
        string id, string patient, decimal value, string? interpretation = null, string status = "final", string more = "",
        string? at = null)
    {
        var flag = interpretation is null
            ? "" : $$$""","interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"{{{interpretation}}}"}]}]""";
        return $$$"""{"resourceType":"Observation","id":"{{{id}}}","status":"{{{status}}}","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}]},"subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"{{{at ?? MeasuredAt}}}","valueQuantity":{"value":{{{value}}},"unit":"mmol/L"},"referenceRange":[{"low":{"value":3.5},"high":{"value":5.1}}]{{{flag}}}{{{more}}}}""";
    }

    public static string Report(
        string id, string patient, string status = "final", string category = "LAB", string? order = null, string? study = null,
        string[]? results = null, string more = "")
    {
        var basedOn = order is null ? "" : $$$""","basedOn":[{"reference":"ServiceRequest/{{{order}}}"}]""";
        var imaging = study is null ? "" : $$$""","imagingStudy":[{"reference":"ImagingStudy/{{{study}}}"}]""";
        var values = results is null
            ? "" : $$$""","result":[{{{string.Join(',', results.Select(result => $$"""{"reference":"Observation/{{result}}"}"""))}}}]""";
        return $$$"""{"resourceType":"DiagnosticReport","id":"{{{id}}}","status":"{{{status}}}","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"{{{category}}}"}]}],"code":{"text":"Report {{{id}}}"},"subject":{"reference":"Patient/{{{patient}}}"},"issued":"2026-03-02T09:00:00Z","conclusion":"Nothing unusual"{{{basedOn}}}{{{imaging}}}{{{values}}}{{{more}}}}""";
    }

    public static string Study(string id, string patient, string? order = null, string status = "available")
    {
        var basedOn = order is null ? "" : $$$""","basedOn":[{"reference":"ServiceRequest/{{{order}}}"}]""";
        return $$$"""{"resourceType":"ImagingStudy","id":"{{{id}}}","status":"{{{status}}}","modality":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"CT"}],"subject":{"reference":"Patient/{{{patient}}}"},"started":"2026-03-02T07:00:00Z","description":"Chest CT","series":[{"uid":"1.2.3","modality":{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"CT"},"instance":[{"uid":"1.2.3.4","sopClass":{"code":"1.2.840.10008.5.1.4.1.1.2"}}]}]{{{basedOn}}}}""";
    }

    private static string Encounter(string? id) => id is null ? "" : $$$""","encounter":{"reference":"Encounter/{{{id}}}"}""";
}
