using System.Text;
using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

public sealed class RadiologyEventsTests
{
    private readonly Clinic clinic = new();

    [Theory]
    [InlineData("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD")]
    [InlineData("http://terminology.hl7.org/CodeSystem/observation-category", "imaging")]
    [InlineData("http://snomed.info/sct", "363679005")]
    public async Task An_imaging_order_is_known_by_its_category(string system, string code) =>
        (await clinic.Write(Order.With("category", $$"""[{"coding":[{"system":"{{system}}","code":"{{code}}"}]}]""")))
            .Is("radiology.order.created");

    [Fact]
    public async Task A_stored_dicom_file_is_an_image_of_its_patient()
    {
        await clinic.Write(Study.Status("registered"));

        var ofPatient = await clinic.Write(Image("img", "Patient/maya"));
        var ofStudy = await clinic.Write(Image("img2", "ImagingStudy/study"));

        Assert.Equal(new RadiologyImageUploaded("Binary/img/_history/1", "img", "maya"), ofPatient.The<RadiologyImageUploaded>());
        Assert.Equal(new RadiologyImageUploaded("Binary/img2/_history/1", "img2", "maya", "study"), ofStudy.The<RadiologyImageUploaded>());
        Assert.Equal("maya", ofStudy.PatientOf<RadiologyImageUploaded>());
        (await clinic.Write(Image("img", "Patient/maya"))).IsNothing();
    }

    [Fact]
    public async Task Another_file_is_no_image() =>
        (await clinic.Write(Image("img", "Patient/maya").With("contentType", "\"application/pdf\""))).IsNothing();

    [Fact]
    public async Task A_study_is_complete_when_it_becomes_available()
    {
        await clinic.Write(Order);
        (await clinic.Write(Study.Status("registered"))).IsNothing();

        var told = await clinic.Write(Study);

        told.Is("radiology.study.complete");
        Assert.Equal(
            new RadiologyStudyComplete("maya", "ImagingStudy/study/_history/2", "study", "Chest X-ray", "DX", 2, "ruiz", "xray"),
            told.The<RadiologyStudyComplete>());
        (await clinic.Write(Study.With("numberOfInstances", "3"))).IsNothing();
    }

    [Fact]
    public async Task A_report_is_finalized_once()
    {
        await clinic.Write(Order);

        (await clinic.Write(Report.Status("preliminary"))).IsNothing();
        var told = await clinic.Write(Report);
        told.Is("radiology.report.finalized");
        Assert.Equal(
            ("ruiz", "Chest X-ray", true),
            (told.The<RadiologyReportFinalized>().OrderingProviderId, told.The<RadiologyReportFinalized>().StudyName,
            told.The<RadiologyReportFinalized>().Released));
        (await clinic.Write(Report.Status("amended"))).IsNothing();
        (await clinic.Write(Report)).IsNothing();
    }

    [Fact]
    public async Task A_finalized_report_names_its_images_and_leaves_its_words_to_those_who_may_read_it()
    {
        var report = Report.With("presentedForm", Dictated("The lungs are clear.")).With("conclusion", "\"Nothing unusual\"")
            .With("imagingStudy", """[{"reference":"ImagingStudy/study"}]""");

        var told = (await clinic.Write(report)).The<RadiologyReportFinalized>();

        Assert.Equal((null, null, "ImagingStudy/study"), (told.Findings, told.Impression, told.Study));
    }

    [Fact]
    public async Task A_critical_finding_of_a_final_report_is_an_alert()
    {
        await clinic.Write(Resources.Maya, Order);

        var told = await clinic.Write(Report.With("conclusionCode", Finding("233645004")));

        told.Is("radiology.report.finalized", "radiology.critical.alert");
        var alert = told.The<RadiologyCriticalAlert>();
        Assert.Equal(
            ("Tension pneumothorax", "Critical finding: Tension pneumothorax", "Maya Okafor", "ruiz"),
            (alert.Finding, alert.CriticalReason, alert.PatientName, alert.OrderingProviderId));
    }

    [Fact]
    public async Task A_finding_is_told_once_and_an_amendment_may_add_one()
    {
        (await clinic.Write(Report.Status("preliminary").With("conclusionCode", Finding("36118008")))).IsNothing();
        (await clinic.Write(Report.With("conclusionCode", Finding("36118008"))))
            .Is("radiology.report.finalized", "radiology.critical.alert");
        (await clinic.Write(Report.Status("amended").With("conclusionCode", Finding("36118008")))).IsNothing();
        (await clinic.Write(Report.Status("amended").With("conclusionCode", Finding("59282003")))).Is("radiology.critical.alert");
        (await clinic.Write(Report.Status("entered-in-error").With("conclusionCode", Finding("1386000")))).IsNothing();
    }

    [Fact]
    public async Task A_tenant_has_its_own_list_of_findings()
    {
        clinic.Settings["critical-findings"] = Resources.Json("""{"36118008":null,"125605004":"Fracture of bone"}""");

        (await clinic.Write(Report.With("conclusionCode", Finding("36118008")))).Is("radiology.report.finalized");
        Assert.Equal(
            "Fracture of bone",
            (await clinic.Write(Report.Named("r2").With("conclusionCode", Finding("125605004")))).The<RadiologyCriticalAlert>().Finding);
        (await new Clinic().Write(Report.With("conclusionCode", Finding("125605004")))).Is("radiology.report.finalized");
    }

    [Fact]
    public async Task A_laboratory_report_has_no_critical_findings() =>
        (await clinic.Write(Resources.LabReport.With("conclusionCode", Finding("36118008")))).Is("lab.result.available");

    private static string Order =>
        Resources.LabOrder.Named("xray")
            .With("category", """[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"RAD"}]}]""");

    private static string Dictated(string text) =>
        $$"""[{"contentType":"text/plain","data":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}}"}]""";

    private static string Finding(string code) => $$"""[{"coding":[{"system":"http://snomed.info/sct","code":"{{code}}"}]}]""";

    private static string Image(string id, string context) =>
        $$$"""{"resourceType":"Binary","id":"{{{id}}}","contentType":"application/dicom","securityContext":{"reference":"{{{context}}}"}}""";

    private const string Study = """
        {"resourceType":"ImagingStudy","id":"study","status":"available","subject":{"reference":"Patient/maya"},"description":"Chest X-ray",
         "basedOn":[{"reference":"ServiceRequest/xray"}],"numberOfInstances":2,"series":[{"uid":"1.2","modality":{"code":"DX"}}]}
        """;

    private const string Report = """
        {"resourceType":"DiagnosticReport","id":"rad","status":"final","subject":{"reference":"Patient/maya"},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"RAD"}]}],
         "basedOn":[{"reference":"ServiceRequest/xray"}],"code":{"text":"Chest X-ray"}}
        """;
}
