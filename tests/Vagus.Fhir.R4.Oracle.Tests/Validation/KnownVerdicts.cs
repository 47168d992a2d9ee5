namespace Vagus.Fhir.R4.Oracle.Tests.Validation;

/// <summary>
/// What one validator accepts and the other refuses, and stays so. The reasons are in the table of Validation/README.md, which has the same
/// names. A difference is covered where every reason of the one that refuses is one that a row knows.
/// </summary>
internal sealed record KnownVerdict(string Name, string Example, bool OursRefuses, string Says)
{
    public static IReadOnlyList<KnownVerdict> All { get; } =
    [
        new("contained-target", """{"resourceType":"Patient","managingOrganization":{"reference":"#none"}}""", OursRefuses: true,
            "points at no contained resource"),
        new("reference-form", """{"resourceType":"Patient","managingOrganization":{"reference":"x"}}""", OursRefuses: true,
            "Is not a reference of the form Type/id"),
        new("reference-target", """{"resourceType":"Patient","managingOrganization":{"reference":"Patient/1"}}""", OursRefuses: true,
            "Must not be a reference to"),
        new("reference-type", """{"resourceType":"Patient","managingOrganization":{"type":"Nothing","display":"x"}}""", OursRefuses: true,
            "Is not a resource type of R4"),
        new("reference-other-type", """{"resourceType":"Patient","managingOrganization":{"type":"Patient","reference":"Organization/1"}}""",
            OursRefuses: true, "Is not the type that the reference points at"),
        new("extension-value", """{"resourceType":"Patient","extension":[{"url":"http://example.org"}]}""", OursRefuses: true,
            "An extension must have either a value or extensions"),
        new("empty-resource", """{"resourceType":"Patient"}""", OursRefuses: false, "An object needs to have at least one property. At $this,"),
        new("empty-resource", """{"resourceType":"Patient"}""", OursRefuses: false, "Empty FHIR elements are invalid. At $this,"),
        new("uri-grammar", """{"resourceType":"PlanDefinition","status":"active","library":["http://l|1"]}""", OursRefuses: false,
            "is not a correct literal for a canonical"),
        new("uri-grammar", """{"resourceType":"PlanDefinition","status":"active","url":"urn:oid:3.1"}""", OursRefuses: false,
            "is not a correct literal for a uri"),
        new("leap-second", """{"resourceType":"Patient","deceasedDateTime":"2016-12-31T23:59:60Z"}""", OursRefuses: false,
            ":60Z' is not a correct literal for a"),
        new("large-decimal", """{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e400}}""",
            OursRefuses: false, "'1e400' is not the right type of literal for a decimal"),
        new("canonical-absolute", """{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"x"}""", OursRefuses: false,
            "Canonical URLs must be absolute URLs"),
        new("profile", """{"resourceType":"Patient","meta":{"profile":["http://example.org/x"]}}""", OursRefuses: false,
            "Unable to resolve reference to profile"),
        new("profile", """{"resourceType":"Patient","meta":{"profile":["#a"]}}""", OursRefuses: false,
            "Resolving to local anchors is unsupported"),
        new("only-an-id", """{"resourceType":"Patient","name":[{"id":"a"}]}""", OursRefuses: true, "Must not be empty"),
        new("code-without-system",
            """{"resourceType":"AllergyIntolerance","clinicalStatus":{"coding":[{"code":"active"}]},"patient":{"reference":"Patient/1"}}""",
            OursRefuses: true, "No coding is in the required value set"),
        new("extension-url", """{"resourceType":"Patient","extension":[{"url":"a b","valueString":"x"}]}""", OursRefuses: true,
            "url: Is not a valid uri"),
        new("profile", """
            {"resourceType":"Patient","address":[{"city":"x","extension":[
              {"url":"http://hl7.org/fhir/StructureDefinition/geolocation","extension":[{"url":"longitude","valueDecimal":1}]}]}]}
            """, OursRefuses: false, "No elements matched required slice"),
        new("minus-zero", """{"resourceType":"Patient","multipleBirthInteger":-0}""", OursRefuses: true, "Is not a valid integer"),
        new("control-character", """{"resourceType":"Patient","identifier":[{"id":"a\u0001b","value":"x"}]}""", OursRefuses: true,
            "Holds a control character"),
        new("control-character", """{"resourceType":"Patient","meta":{"tag":[{"code":"a\u0001b"}]}}""", OursRefuses: true, "Is not a valid code"),
        new("currency", """{"resourceType":"Account","status":"active","extension":[{"url":"http://e.org","valueMoney":{"currency":"x"}}]}""",
            OursRefuses: false, "is not a correct code for valueset 'Currencies'"),
    ];

    public static bool Cover(Verdict ours, Verdict theirs) =>
        (ours.Reasons ?? theirs.Reasons ?? "").Split("; ").All(reason =>
            All.Any(row => row.OursRefuses == !ours.IsAccepted && reason.Contains(row.Says, StringComparison.Ordinal)));
}
