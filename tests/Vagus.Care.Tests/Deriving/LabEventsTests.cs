using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

public sealed class LabEventsTests
{
    private readonly Clinic clinic = new();

    [Fact]
    public async Task A_laboratory_order_is_placed_with_its_provider()
    {
        var told = await clinic.Write(Resources.LabOrder);

        told.Is("lab.order.created");
        Assert.Equal(("Potassium", "2823-3", "stat", "ruiz", "visit"), Facts(told.The<LabOrderCreated>()));

        static (string?, string?, string?, string?, string?) Facts(LabOrderCreated order) =>
            (order.TestName, order.Code?.Code, order.Priority, order.OrderingProviderId, order.EncounterId);
    }

    [Fact]
    public async Task An_order_is_placed_when_its_draft_becomes_active_and_not_again_after_a_pause()
    {
        (await clinic.Write(Resources.LabOrder.Status("draft"))).IsNothing();
        (await clinic.Write(Resources.LabOrder)).Is("lab.order.created");
        (await clinic.Write(Resources.LabOrder.Status("on-hold"))).IsNothing();
        (await clinic.Write(Resources.LabOrder)).IsNothing();
        (await clinic.Write(Resources.LabOrder.Status("completed"))).IsNothing();
    }

    [Theory]
    [InlineData("intent", "\"plan\"")]
    [InlineData("doNotPerform", "true")]
    [InlineData("status", "\"revoked\"")]
    [InlineData("category", """[{"text":"counselling"}]""")]
    public async Task What_nobody_has_to_carry_out_in_a_laboratory_is_no_laboratory_order(string element, string json) =>
        (await clinic.Write(Resources.LabOrder.With(element, json))).IsNothing();

    [Theory]
    [InlineData("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v2-0074", "HM")]
    [InlineData("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")]
    [InlineData("http://snomed.info/sct", "108252007")]
    public async Task A_laboratory_report_is_known_by_its_category(string system, string code) =>
        (await clinic.Write(Resources.LabReport.With("category", $$"""[{"coding":[{"system":"{{system}}","code":"{{code}}"}]}]""")))
            .Is("lab.result.available");

    [Fact]
    public async Task A_report_tells_who_ordered_it()
    {
        await clinic.Write(Resources.LabOrder);

        var told = await clinic.Write(Resources.LabReport);

        told.Is("lab.result.available");
        var result = told.The<LabResultAvailable>();
        Assert.Equal(
            ("maya", "lab-report", "final", "ruiz", "lab-order"),
            (result.PatientId, result.ReportId, result.Status, result.OrderingProviderId, result.OrderId));
        Assert.True(result.Released);
    }

    [Fact]
    public async Task A_report_can_be_read_from_its_final_version_on_and_each_amendment_is_news()
    {
        (await clinic.Write(Resources.LabReport.Status("preliminary"))).IsNothing();
        (await clinic.Write(Resources.LabReport)).Is("lab.result.available");
        (await clinic.Write(Resources.LabReport.With("conclusion", "\"as before\""))).IsNothing();
        (await clinic.Write(Resources.LabReport.Status("amended"))).Is("lab.result.available");
        (await clinic.Write(Resources.LabReport.Status("corrected"))).Is("lab.result.available");
        (await clinic.Write(Resources.LabReport.Status("entered-in-error"))).IsNothing();
        (await clinic.Delete("DiagnosticReport/lab-report")).IsNothing();
    }

    [Fact]
    public async Task A_report_labelled_as_not_for_the_patient_is_not_released()
    {
        var told = await clinic.Write(
            Resources.LabReport.With(
            "meta", """{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"NOPAT"}]}"""));

        Assert.False(told.The<LabResultAvailable>().Released);
    }

    [Fact]
    public async Task A_report_without_an_order_is_for_the_provider_of_the_encounter()
    {
        await clinic.Write(Resources.Visit);

        var told = await clinic.Write(Resources.LabReport.Without("basedOn").With("encounter", """{"reference":"Encounter/visit"}"""));

        Assert.Equal("ruiz", told.The<LabResultAvailable>().OrderingProviderId);
    }
}
