namespace Vagus.Fhir.Api.Tests.Input;

/// <summary>Valid documents that the fuzz tests bend.</summary>
internal static class Documents
{
    public static readonly string[] Types = ["Patient", "Observation", "DiagnosticReport", "Bundle", "Questionnaire"];

    public static readonly string[] Resources =
    [
        Sample.Patient(more: """
            ,"id":"x","active":true,"identifier":[{"system":"urn:mrn","value":"1"}],"_birthDate":{"extension":[{"url":"http://e","valueDecimal":1.10}]},"birthDate":"1980-05-17",
            "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x &amp; y</p></div>"},"contained":[{"resourceType":"Organization","id":"o","name":"O"}],
            "managingOrganization":{"reference":"#o"}
            """).Replace("\n", "", StringComparison.Ordinal),
        Sample.Observation(
            "Patient/1", id: "x",
            more: ""","effectivePeriod":{"start":"2026-01-01","end":"2026-01-02T10:00:00+02:00"},"valueQuantity":{"value":7.20,"system":"http://unitsofmeasure.org","code":"mmol/L"},"category":[{"coding":[{"code":"laboratory"}]}],"interpretation":[{"coding":[{"code":"HH"}]}]"""),
        Sample.Observation(
            "http://127.0.0.1/fhir/Patient/1", id: "x",
            more: ""","valueString":"long","referenceRange":[{"low":{"value":1e2},"high":{"value":-0.0}}]"""),
        """{"resourceType":"DiagnosticReport","id":"x","status":"final","category":[{"coding":[{"code":"LAB"}]}],"code":{"text":"x"},"subject":{"reference":"Patient/x"},"basedOn":[{"reference":"ServiceRequest/1"}],"issued":"2026-01-01T10:00:00Z","result":[{"reference":"Observation/x"}]}""",
        """{"resourceType":"Questionnaire","id":"x","status":"draft","item":[{"linkId":"1","type":"group","item":[{"linkId":"2","type":"string","maxLength":5,"initial":[{"valueString":"x"}]}]}]}""",
        Sample.Patient(id: "x", more: Sample.Labelled("R")),
    ];

    public static readonly string[] Bundles =
    [
        Bundle(
            "batch", Sample.Post(Sample.Patient()), Sample.Get("Patient?name=x&_count=1"), Sample.Get("Patient/x/_history/1"),
            Sample.Delete("Patient/y")),
        Bundle(
            "transaction",
            Sample.Post(Sample.Patient(), "urn:uuid:0b0a1f6c-0000-4000-8000-000000000001", ifNoneExist: "identifier=urn:mrn|1"),
            Sample.Post(Sample.Observation("urn:uuid:0b0a1f6c-0000-4000-8000-000000000001"))),
        Bundle(
            "transaction", Sample.Put(Sample.Observation("Patient?identifier=urn:mrn|1", id: "x"), "Observation/x", ifMatch: "W/\"1\""),
            Sample.Get("Observation?code=718-7")),
        Bundle(
            "transaction", Sample.Post(Sample.Patient(), "http://old.example/fhir/Patient/1"),
            Sample.Post(Sample.Observation("Patient/1"), "http://old.example/fhir/Observation/1"), Sample.Delete("Patient/z")),
    ];

    private static string Bundle(string type, params string[] entries) =>
        $$$$"""{"resourceType":"Bundle","type":"{{{{type}}}}","entry":[{{{{string.Join(',', entries)}}}}]}""";
}
