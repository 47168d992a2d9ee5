using System.Text.Json;

namespace Vagus.Fhir.R4.Tests.Indexing;

/// <summary>Small invented resources that hold the corners which the synthetic patients lack.</summary>
internal static class Samples
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["patient"] = """
            {"resourceType":"Patient","id":"p1","meta":{"versionId":"1","lastUpdated":"2024-05-17T08:00:00.123Z","profile":["http://example.org/p|2"],"security":[{"system":"http://s","code":"R"}]},
             "active":true,"gender":"female","birthDate":"1980-02","deceasedBoolean":false,
             "identifier":[{"system":"urn:mrn","value":"A-1"},{"value":"bare"}],
             "name":[{"family":"Müller-Łukasiewicz","given":["Zoë","Ana  María"],"prefix":["Dr."]},{"text":"Zoe M"}],
             "telecom":[{"system":"phone","value":"+1 555"},{"system":"email","value":"Zoe@example.org"}],
             "address":[{"use":"home","line":["1 Main St"],"city":"Évora","postalCode":"7000","country":"PT"}],
             "managingOrganization":{"reference":"Organization/o1"},
             "generalPractitioner":[{"reference":"Practitioner/d1"},{"reference":"http://other.example/fhir/Practitioner/d2/_history/3"},{"identifier":{"system":"urn:npi","value":"77"}}],
             "link":[{"other":{"reference":"Patient/p0"},"type":"replaces"}]}
            """,
        ["deceased"] = """{"resourceType":"Patient","id":"p2","deceasedDateTime":"2020-01-01T10:00:00+02:00"}""",
        ["observation"] = """
            {"resourceType":"Observation","id":"o1","status":"final","category":[{"coding":[{"system":"http://cat","code":"vital-signs"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"},{"system":"http://loinc.org","code":"85354-9"}],"text":"BP"},
             "contained":[{"resourceType":"Patient","id":"in"},{"resourceType":"Device","id":"dev"}],
             "subject":{"reference":"Patient/p1/_history/4"},"performer":[{"reference":"#in"},{"reference":"urn:uuid:0b8a3f3e-0000-4000-8000-000000000000","type":"Patient"}],
             "device":{"reference":"#dev"},"focus":[{"reference":"https://here.example/fhir/Patient/p9"}],
             "effectivePeriod":{"start":"2024-01-01","end":"2024-01"},
             "component":[{"code":{"coding":[{"code":"sys"}]},"valueQuantity":{"value":120.50,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
                          {"code":{"coding":[{"code":"dia"}]},"valueCodeableConcept":{"coding":[{"code":"low"}],"text":"Low"}},
                          {"code":{"text":"no code"},"valueQuantity":{"unit":"only"}}]}
            """,
        ["observation text"] =
            """{"resourceType":"Observation","status":"final","code":{},"valueString":"Seen by  DR","effectiveDateTime":"2024"}""",
        ["observation timing"] = """
            {"resourceType":"Observation","status":"final","code":{},"effectiveTiming":{"event":["2024-03-01","2024-01-01T12:00:00Z"]},"valueCodeableConcept":{"coding":[{"code":"x"}],"text":"X y"}}
            """,
        ["condition"] = """
            {"resourceType":"Condition","id":"c","subject":{"reference":"Group/g"},"onsetAge":{"value":40,"unit":"years","system":"http://unitsofmeasure.org","code":"a"},
             "abatementRange":{"low":{"value":41,"code":"a"},"high":{"value":42,"code":"a"}},"recordedDate":"2024-02-30"}
            """,
        ["appointment"] = """
            {"resourceType":"Appointment","status":"booked","start":"2024-05-17T10:30:00+02:00","end":"2024-05-17T11:00:00+02:00",
             "participant":[{"actor":{"reference":"Patient/p1"},"status":"accepted"},{"actor":{"reference":"Practitioner/d1"},"status":"accepted"},{"actor":{"reference":"Location/l"},"status":"accepted"}]}
            """,
        ["questionnaire response"] =
            """{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"http://q|1.2","subject":{"reference":"Patient/p1"}}""",
        ["own questionnaire"] =
            """{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"https://here.example/fhir/Questionnaire/7|3"}""",
        ["plan"] = """
            {"resourceType":"PlanDefinition","status":"active","url":"http://p","library":["http://l|1"],"useContext":[{"code":{"code":"age"},"valueRange":{"low":{"value":18}}},{"code":{"code":"t"},"valueCodeableConcept":{"coding":[{"code":"c"}]}}],
             "relatedArtifact":[{"type":"depends-on","resource":"http://d"},{"type":"predecessor","resource":"http://old"}],"date":"2024-05"}
            """,
        ["risk"] =
            """{"resourceType":"RiskAssessment","status":"final","subject":{"reference":"Patient/p1"},"prediction":[{"probabilityDecimal":0.25},{"probabilityRange":{"low":{"value":0.1},"high":{"value":0.2}}}]}""",
        ["wrong shapes"] =
            """{"resourceType":"Patient","id":"odd","name":"not a name","telecom":[null,3,{"value":5}],"gender":["male"],"birthDate":12,"generalPractitioner":{"reference":7},"active":"yes"}""",
    };

    public static TheoryData<string> Names => [.. Texts.Keys];

    public static JsonElement Get(string name)
    {
        using var document = JsonDocument.Parse(Texts[name]);
        return document.RootElement.Clone();
    }
}
