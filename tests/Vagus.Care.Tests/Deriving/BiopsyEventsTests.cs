using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

public sealed class BiopsyEventsTests
{
    private const string Specimen = """
        {"resourceType":"Specimen","id":"sp","status":"available","subject":{"reference":"Patient/maya"},"request":[{"reference":"ServiceRequest/biopsy"}]}
        """;

    private readonly Clinic clinic = new();

    [Fact]
    public async Task A_biopsy_is_created_with_its_site_and_provider()
    {
        var told = await clinic.Write(Resources.Biopsy);

        told.Is("biopsy.created");
        var created = told.The<BiopsyCreated>();
        Assert.Equal(
            ("biopsy", "Biopsy of skin", "Left forearm", "ruiz"),
            (created.BiopsyId, created.Procedure, created.BodySite, created.OrderingProviderId));
    }

    [Theory]
    [InlineData("""{"coding":[{"system":"http://snomed.info/sct","code":"86273004"}]}""")]
    [InlineData("""{"text":"Punch biopsy, left arm"}""")]
    [InlineData("""{"coding":[{"code":"local-7","display":"Needle BIOPSY of liver"}]}""")]
    public async Task A_biopsy_is_known_by_its_code_or_by_its_words(string code) =>
        (await clinic.Write(Resources.Biopsy.With("code", code))).Is("biopsy.created");

    [Fact]
    public async Task A_biopsy_is_no_laboratory_order_whatever_its_category() =>
        (await clinic.Write(Resources.Biopsy.With("category", """[{"coding":[{"system":"http://snomed.info/sct","code":"108252007"}]}]""")))
            .Is("biopsy.created");

    [Fact]
    public async Task Changes_of_the_order_and_of_its_specimen_update_the_biopsy()
    {
        await clinic.Write(Resources.Biopsy);

        (await clinic.Write(Resources.Biopsy)).IsNothing();
        (await clinic.Write(Resources.Biopsy.Status("completed"))).Is("biopsy.updated");
        var taken = await clinic.Write(Specimen);
        taken.Is("biopsy.updated");
        Assert.Equal(
            ("biopsy", "sp", "available"),
            (taken.The<BiopsyUpdated>().BiopsyId, taken.The<BiopsyUpdated>().SpecimenId, taken.The<BiopsyUpdated>().Status));
        (await clinic.Write(Specimen)).IsNothing();
        (await clinic.Write(Specimen.Status("unavailable"))).Is("biopsy.updated");
    }

    [Fact]
    public async Task A_specimen_of_another_order_updates_no_biopsy()
    {
        await clinic.Write(Resources.LabOrder);

        (await clinic.Write(Specimen.With("request", """[{"reference":"ServiceRequest/lab-order"}]"""))).IsNothing();
    }

    [Fact]
    public async Task Pathologys_final_report_is_received_and_is_not_a_laboratory_result_as_well()
    {
        await clinic.Write(Resources.Maya, Resources.Biopsy);
        (await clinic.Write(Resources.PathologyReport.Status("preliminary"))).IsNothing();

        var told = await clinic.Write(Resources.PathologyReport);

        told.Is("biopsy.result_received");
        var received = told.The<BiopsyResultReceived>();
        Assert.Equal(
            ("biopsy", "pathology", "ruiz", "Maya Okafor"),
            (received.BiopsyId, received.ReportId, received.OrderingProviderId, received.PatientName));
        Assert.Equal(["400010006"], received.Conclusions!.Select(conclusion => conclusion.Code));
        (await clinic.Write(Resources.PathologyReport.With("conclusion", "\"benign\""))).IsNothing();
        (await clinic.Write(Resources.PathologyReport.Status("amended"))).Is("biopsy.result_received");
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("\"yes\"", null)]
    public async Task A_report_that_says_whether_it_is_malignant_tells_so(string said, bool? expected)
    {
        await clinic.Write(Resources.Biopsy);

        var told = await clinic.Write(
            Resources.PathologyReport.With("extension", $$"""[{"url":"urn:vagus:is-malignant","valueBoolean":{{said}}}]"""));

        Assert.Equal(expected, told.The<BiopsyResultReceived>().IsMalignant);
    }

    [Theory]
    [InlineData("extension", """[{"url":"urn:vagus:is-malignant","valueBoolean":true}]""")]
    [InlineData("conclusionCode", """[{"coding":[{"system":"http://snomed.info/sct","code":"93655004"}]}]""")]
    public async Task An_amended_report_that_says_something_else_is_received_again(string element, string value)
    {
        await clinic.Write(Resources.Biopsy, Resources.PathologyReport.Status("amended"));

        var amended = Resources.PathologyReport.Status("amended").With(element, value);

        (await clinic.Write(amended)).Is("biopsy.result_received");
        (await clinic.Write(amended)).IsNothing();
    }

    [Fact]
    public async Task A_report_finds_its_biopsy_by_the_specimen()
    {
        await clinic.Write(Resources.Biopsy, Specimen);

        (await clinic.Write(Resources.PathologyReport.Without("basedOn").With("specimen", """[{"reference":"Specimen/sp"}]""")))
            .Is("biopsy.result_received");
    }

    [Fact]
    public async Task Pathology_on_no_biopsy_is_a_laboratory_result() =>
        (await clinic.Write(Resources.PathologyReport.Without("basedOn"))).Is("lab.result.available");

    [Theory]
    [InlineData("""[{"reference":"DiagnosticReport/pathology"}]""", "pathology")]
    [InlineData("""[{"reference":"ServiceRequest/biopsy"}]""", null)]
    [InlineData("""[{"reference":"DiagnosticReport/pathology/_history/1"},{"reference":"ServiceRequest/biopsy"}]""", "pathology")]
    public async Task The_providers_signature_is_one_review(string targets, string? reportId)
    {
        await clinic.Write(Resources.Biopsy, Resources.PathologyReport);

        var told = await clinic.Write(Signature(targets));

        told.Is("biopsy.reviewed");
        var reviewed = told.The<BiopsyReviewed>();
        Assert.Equal(("maya", "biopsy", reportId, "ruiz"), (reviewed.PatientId, reviewed.BiopsyId, reviewed.ReportId, reviewed.ReviewedBy));
    }

    [Fact]
    public async Task A_signature_on_another_report_reviews_no_biopsy()
    {
        await clinic.Write(Resources.LabOrder, Resources.LabReport);

        (await clinic.Write(Signature("""[{"reference":"DiagnosticReport/lab-report"},{"reference":"ServiceRequest/lab-order"}]""")))
            .IsNothing();
    }

    private static string Signature(string targets) =>
        $$$"""
        {"resourceType":"Provenance","id":"prov","target":{{{targets}}},
         "signature":[{"when":"2026-03-12T11:00:00Z","who":{"reference":"Practitioner/ruiz"}}]}
        """;
}
