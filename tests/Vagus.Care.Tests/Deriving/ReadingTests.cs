using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

public sealed class ReadingTests
{
    private static readonly string[] Complete =
    [
        Resources.Maya, Resources.Visit, Resources.LabOrder, Resources.LabReport, Resources.Potassium, Resources.Biopsy,
            Resources.PathologyReport,
        Resources.Prescription, Resources.Allergy,
        """{"resourceType":"Appointment","id":"x","status":"booked","start":"x","participant":[{"actor":{"reference":"Patient/maya"}}],"appointmentType":{"text":"x"}}""",
        """{"resourceType":"Claim","id":"x","status":"active","use":"claim","patient":{"reference":"Patient/maya"},"insurer":{"display":"x"},"total":{"value":1}}""",
        """{"resourceType":"ClaimResponse","id":"x","status":"active","outcome":"complete","use":"claim","request":{"reference":"Claim/x"},"payment":{"amount":{"value":1}}}""",
        """{"resourceType":"Invoice","id":"x","status":"issued","subject":{"reference":"Patient/maya"},"totalGross":{"value":1}}""",
        """{"resourceType":"PaymentNotice","id":"x","status":"active","request":{"reference":"Invoice/x"},"amount":{"value":1}}""",
        """{"resourceType":"Provenance","id":"x","target":[{"reference":"Encounter/visit"}],"signature":[{"when":"x","who":{"reference":"Practitioner/x"}}]}""",
        """{"resourceType":"AuditEvent","id":"x","action":"R","agent":[{"who":{"reference":"Practitioner/x"},"requestor":true}],"entity":[{"what":{"reference":"DiagnosticReport/lab-report"}}]}""",
        """{"resourceType":"ImagingStudy","id":"x","status":"available","subject":{"reference":"Patient/maya"},"series":[{"modality":{"code":"DX"}}],"numberOfInstances":1}""",
        """{"resourceType":"DetectedIssue","id":"x","status":"final","patient":{"reference":"Patient/maya"},"code":{"coding":[{"code":"DRG"}]},"implicated":[{"reference":"MedicationRequest/rx"}]}""",
        """{"resourceType":"Binary","id":"x","contentType":"application/dicom","securityContext":{"reference":"Patient/maya"}}""",
        """{"resourceType":"Specimen","id":"x","status":"available","subject":{"reference":"Patient/maya"},"request":[{"reference":"ServiceRequest/biopsy"}]}""",
    ];

    public static TheoryData<string> Shapes =>
        ["null", "7", "true", "\"text\"", "{}", "[]", "[null]", "[[{}]]", "[{\"coding\":7}]", "{\"reference\":7}", "{\"value\":\"many\"}",
        "[{\"coding\":[{\"code\":7}]}]", "1e400"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_shape_that_no_rule_expects_makes_none_of_them_fail(string shape)
    {
        var clinic = new Clinic();
        await clinic.Write(Complete);

        foreach (var resource in Complete)
        {
            foreach (var element in Resources.Json(resource).EnumerateObject().Select(element => element.Name)
                .Where(name => name is not ("resourceType" or "id" or "meta")))
            {
                await clinic.Write(resource.With(element, shape).Named("odd"));
                await clinic.Write(resource.Named("odd"));
                await clinic.Write(resource.With(element, shape).Named("odd"));
            }
        }
    }

    [Theory]
    [InlineData("https://north.example/fhir/Practitioner/ruiz", null)]
    [InlineData("Practitioner/ruiz/_history/3", "ruiz")]
    [InlineData("PractitionerRole/role", "ruiz")]
    [InlineData("urn:uuid:6d3a", null)]
    [InlineData("#ruiz", null)]
    [InlineData("Organization/north", null)]
    [InlineData("ruiz", null)]
    public async Task A_provider_is_found_by_a_literal_reference_to_this_server(string reference, string? expected)
    {
        var clinic = new Clinic();
        await clinic.Write(
            Resources.Ruiz,
            """{"resourceType":"PractitionerRole","id":"role","practitioner":{"reference":"Practitioner/ruiz"}}""");

        var told = await clinic.Write(Resources.LabOrder.With("requester", $$"""{"reference":"{{reference}}"}"""));

        Assert.Equal(expected, told.The<LabOrderCreated>().OrderingProviderId);
    }

    [Theory]
    [InlineData("""[{"text":"Laboratory"}]""", true)]
    [InlineData("""[{"coding":[{"code":"LAB"}]}]""", true)]
    [InlineData("""[{"coding":[{"system":"http://hl7.org/fhir/v2/0074","code":"LAB"}]}]""", true)]
    [InlineData("""[{"coding":[{"system":"http://clinic.example/desks","code":"LAB"}]}]""", false)]
    [InlineData("""[{"text":"Collaboratory"}]""", false)]
    public async Task A_category_is_taken_at_its_word_unless_it_is_of_an_unknown_system(string category, bool isLaboratory)
    {
        var told = await new Clinic().Write(Resources.LabOrder.With("category", category));

        Assert.Equal(isLaboratory, told.Types.Contains("lab.order.created"));
    }

    [Theory]
    [InlineData("""[{"use":"old","family":"Bello"},{"given":["Maya","Ada"],"family":"Okafor"}]""", "Maya Ada Okafor")]
    [InlineData("""[{"use":"nickname","text":"Em"},{"use":"official","text":"Maya Okafor"}]""", "Maya Okafor")]
    [InlineData("""[{"family":"Okafor"}]""", "Okafor")]
    [InlineData("[{}]", null)]
    [InlineData("[]", null)]
    public async Task A_patient_goes_by_the_name_in_use(string names, string? expected) =>
        Assert.Equal(expected, (await new Clinic().Write(Resources.Maya.With("name", names))).The<PatientCreated>().Name);
}
