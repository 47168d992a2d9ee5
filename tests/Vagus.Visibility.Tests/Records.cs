namespace Vagus.Visibility.Tests;

/// <summary>Resources as the tests write them. Whatever carries a text has the canary of its own id in it.</summary>
internal static class Records
{
    public const string Restricted = """{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}""";
    public const string Psychiatry = """{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}""";
    public const string Part2 = """{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"42CFRPart2"}""";
    public const string Withheld = """{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"NOPAT"}""";
    public const string Normal = """{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}""";

    public static string Canary(string id) => $"canary-{id}-";

    public static string Labelled(string resource, string label) => resource.Insert(1, $"\"meta\":{{\"security\":[{label}]}},");

    public static string Patient(string id) => Of("Patient", id, $$$$""","name":[{"family":"{{{{Canary(id)}}}}"}]""");

    public static string Practitioner(string id) => Of("Practitioner", id, $$$$""","name":[{"family":"{{{{Canary(id)}}}}"}]""");

    public static string Organization(string id) => Of("Organization", id, $$$$""","name":"{{{{Canary(id)}}}}" """);

    public static string Appointment(string id, string status, params string[] actors) => Of(
        "Appointment", id,
            $$$$""","status":"{{{{status}}}}","participant":[{{{{string.Join(',', actors.Select(actor => $$$$"""{"status":"accepted","actor":{"reference":"{{{{actor}}}}"}}"""))}}}}]""");

    public static string Encounter(string id, string patient, string status = "in-progress", string practitioner = "dr") => Of(
        "Encounter", id,
        $$$$""","status":"{{{{status}}}}","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"subject":{"reference":"Patient/{{{{patient}}}}"},"participant":[{"individual":{"reference":"Practitioner/{{{{practitioner}}}}"}}]""");

    public static string Lab(string id, string patient, decimal value = 4.1m, string status = "final", string more = "") => Of(
        "Observation", id,
        $$$$""","status":"{{{{status}}}}","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}],"text":"{{{{Canary(id)}}}}"},"subject":{"reference":"Patient/{{{{patient}}}}"},"valueQuantity":{"value":{{{{value.ToString(System.Globalization.CultureInfo.InvariantCulture)}}}},"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}{{{{more}}}}""");

    public static string Vital(string id, string patient, string encounter) => Of(
        "Observation", id,
        $$$$""","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{"text":"{{{{Canary(id)}}}}"},"subject":{"reference":"Patient/{{{{patient}}}}"},"encounter":{"reference":"Encounter/{{{{encounter}}}}"},"valueQuantity":{"value":70,"unit":"/min"}""");

    public static string Report(string id, string patient, string category = "LAB", string status = "final", string more = "") => Of(
        "DiagnosticReport", id,
        $$$$""","status":"{{{{status}}}}","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"{{{{category}}}}"}]}],"code":{"text":"{{{{Canary(id)}}}}"},"subject":{"reference":"Patient/{{{{patient}}}}"}{{{{more}}}}""");

    public static string Order(string id, string patient, string category, string requester = "dr") => Of(
        "ServiceRequest", id,
        $$$$""","status":"active","intent":"order","category":[{"text":"{{{{category}}}}"}],"code":{"text":"{{{{Canary(id)}}}}"},"subject":{"reference":"Patient/{{{{patient}}}}"},"requester":{"reference":"Practitioner/{{{{requester}}}}"}""");

    public static string Biopsy(string id, string patient) => Of(
        "ServiceRequest", id,
        $$$$""","status":"active","intent":"order","code":{"text":"Biopsy {{{{Canary(id)}}}}"},"subject":{"reference":"Patient/{{{{patient}}}}"},"requester":{"reference":"Practitioner/dr"}""");

    public static string Specimen(string id, string patient, string request) =>
        Of("Specimen", id,
            $$$$""","status":"available","subject":{"reference":"Patient/{{{{patient}}}}"},"request":[{"reference":"ServiceRequest/{{{{request}}}}"}]""");

    public static string Allergy(string id, string patient, string rxnorm) => Of(
        "AllergyIntolerance", id,
        $$$$""","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"{{{{rxnorm}}}}"}],"text":"{{{{Canary(id)}}}}"},"patient":{"reference":"Patient/{{{{patient}}}}"}""");

    public static string Prescription(string id, string patient, string rxnorm) => Of(
        "MedicationRequest", id,
        $$$$""","status":"active","intent":"order","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"{{{{rxnorm}}}}"}],"text":"{{{{Canary(id)}}}}"},"subject":{"reference":"Patient/{{{{patient}}}}"},"requester":{"reference":"Practitioner/dr"}""");

    public static string Provenance(string id, params string[] targets) => Of(
        "Provenance", id,
        $$$$""","target":[{{{{string.Join(',', targets.Select(target => $$$$"""{"reference":"{{{{target}}}}"}"""))}}}}],"recorded":"2026-03-09T14:00:00Z","agent":[{"who":{"reference":"Practitioner/dr"}}],"signature":[{"type":[{"system":"urn:iso-astm:E1762-95:2013","code":"1.2.840.10065.1.12.1.5"}],"when":"2026-03-09T14:00:00Z","who":{"reference":"Practitioner/dr"}}]""");

    public static string Claim(string id, string patient, string use = "claim", string status = "active") => Of(
        "Claim", id,
        $$$$""","status":"{{{{status}}}}","type":{"text":"{{{{Canary(id)}}}}"},"use":"{{{{use}}}}","patient":{"reference":"Patient/{{{{patient}}}}"},"created":"2026-03-09","provider":{"reference":"Practitioner/dr"},"priority":{"text":"normal"},"insurer":{"reference":"Organization/ins"},"insurance":[{"sequence":1,"focal":true,"coverage":{"display":"cover"}}]""");

    public static string ClaimResponse(
        string id, string patient, string claim, string use = "claim", string more = ""","disposition":"denied" """) => Of(
        "ClaimResponse", id,
        $$$$""","status":"active","type":{"text":"t"},"use":"{{{{use}}}}","patient":{"reference":"Patient/{{{{patient}}}}"},"created":"2026-03-09","insurer":{"reference":"Organization/ins"},"request":{"reference":"Claim/{{{{claim}}}}"},"outcome":"complete"{{{{more}}}}""");

    public static string Task(string id, string owner, string? patient = null) => Of(
        "Task", id,
        $$$$""","status":"requested","intent":"order","description":"{{{{Canary(id)}}}}","owner":{"reference":"{{{{owner}}}}"}{{{{(patient is null ? "" : $$$$""","for":{"reference":"Patient/{{{{patient}}}}"}""")}}}}""");

    public static string Of(string type, string id, string more) => $$$$"""{"resourceType":"{{{{type}}}}","id":"{{{{id}}}}"{{{{more}}}}}""";
}
