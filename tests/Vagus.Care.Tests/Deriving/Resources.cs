using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vagus.Care.Tests.Deriving;

/// <summary>The people and papers of the tests, and how a test changes one of their elements.</summary>
internal static class Resources
{
    public const string Maya =
        """{"resourceType":"Patient","id":"maya","name":[{"use":"official","given":["Maya"],"family":"Okafor"}],"birthDate":"1984-06-02","gender":"female"}""";

    public const string Ruiz =
        """{"resourceType":"Practitioner","id":"ruiz","name":[{"prefix":["Dr."],"given":["Ana"],"family":"Ruiz"}]}""";

    public const string Visit = """
        {"resourceType":"Encounter","id":"visit","status":"in-progress","class":{"code":"AMB"},"subject":{"reference":"Patient/maya"},
         "participant":[{"individual":{"reference":"Practitioner/ruiz"}}],"period":{"start":"2026-03-09T14:30:00Z"}}
        """;

    public const string LabOrder = """
        {"resourceType":"ServiceRequest","id":"lab-order","status":"active","intent":"order","priority":"stat","subject":{"reference":"Patient/maya"},
         "requester":{"reference":"Practitioner/ruiz"},"encounter":{"reference":"Encounter/visit"},
         "category":[{"coding":[{"system":"http://snomed.info/sct","code":"108252007"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}],"text":"Potassium"}}
        """;

    public const string LabReport = """
        {"resourceType":"DiagnosticReport","id":"lab-report","status":"final","subject":{"reference":"Patient/maya"},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"LAB"}]}],
         "basedOn":[{"reference":"ServiceRequest/lab-order"}],"issued":"2026-03-09T16:00:00Z",
         "code":{"coding":[{"system":"http://loinc.org","code":"51990-0"}],"text":"Basic Metabolic Panel"}}
        """;

    public const string Potassium = """
        {"resourceType":"Observation","id":"potassium","status":"final","subject":{"reference":"Patient/maya"},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}],"text":"Potassium"},
         "basedOn":[{"reference":"ServiceRequest/lab-order"}],
         "valueQuantity":{"value":6.5,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
        """;

    public const string Biopsy = """
        {"resourceType":"ServiceRequest","id":"biopsy","status":"active","intent":"order","subject":{"reference":"Patient/maya"},
         "requester":{"reference":"Practitioner/ruiz"},
         "code":{"coding":[{"system":"http://snomed.info/sct","code":"240977001","display":"Biopsy of skin"}]},"bodySite":[{"text":"Left forearm"}]}
        """;

    public const string PathologyReport = """
        {"resourceType":"DiagnosticReport","id":"pathology","status":"final","subject":{"reference":"Patient/maya"},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"SP"}]}],
         "basedOn":[{"reference":"ServiceRequest/biopsy"}],
         "code":{"text":"Surgical pathology"},"conclusionCode":[{"coding":[{"system":"http://snomed.info/sct","code":"400010006"}]}]}
        """;

    public const string Prescription = """
        {"resourceType":"MedicationRequest","id":"rx","status":"active","intent":"order","subject":{"reference":"Patient/maya"},
         "requester":{"reference":"Practitioner/ruiz"},"dosageInstruction":[{"text":"1 capsule three times a day"}],
         "medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"723"}],"text":"Amoxicillin"}}
        """;

    public const string Allergy = """
        {"resourceType":"AllergyIntolerance","id":"allergy","patient":{"reference":"Patient/maya"},"criticality":"high",
         "clinicalStatus":{"coding":[{"code":"active"}]},"verificationStatus":{"coding":[{"code":"confirmed"}]},
         "code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"723"}],"text":"Amoxicillin"}}
        """;

    public static string With(this string resource, string element, string json)
    {
        var node = JsonNode.Parse(resource)!.AsObject();
        node[element] = JsonNode.Parse(json);
        return node.ToJsonString();
    }

    public static string Without(this string resource, string element)
    {
        var node = JsonNode.Parse(resource)!.AsObject();
        node.Remove(element);
        return node.ToJsonString();
    }

    public static string Status(this string resource, string status) => resource.With("status", JsonSerializer.Serialize(status));

    public static string Named(this string resource, string id) => resource.With("id", JsonSerializer.Serialize(id));

    public static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
