using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

public sealed class PatientEventsTests
{
    private const string Eligibility = """
        {"resourceType":"CoverageEligibilityResponse","id":"e","status":"active","outcome":"complete","patient":{"reference":"Patient/maya"},
         "insurer":{"display":"Northwind Health"},"insurance":[{"coverage":{"reference":"Coverage/cov"},"inforce":true,"benefitPeriod":{"end":"2026-12-31"}}]}
        """;

    private readonly Clinic clinic = new();

    [Fact]
    public async Task A_new_patient_is_created()
    {
        var told = await clinic.Write(Resources.Maya);

        told.Is("patient.created");
        Assert.Equal(
            new PatientCreated("maya", "Patient/maya/_history/1", "Maya Okafor", "1984-06-02", "female"), told.The<PatientCreated>());
    }

    [Fact]
    public async Task A_change_of_address_is_an_update_that_names_the_element()
    {
        await clinic.Write(Resources.Maya);

        var told = await clinic.Write(Resources.Maya.With("address", """[{"city":"Lagos"}]"""));

        told.Is("patient.updated");
        Assert.Equal(["address"], told.The<PatientUpdated>().Changed);
        Assert.Equal("Patient/maya/_history/2", told.The<PatientUpdated>().Resource);
    }

    [Fact]
    public async Task Leaving_an_element_out_is_an_update_too()
    {
        await clinic.Write(Resources.Maya);

        var told = await clinic.Write(Resources.Maya.Without("gender"));

        Assert.Equal(["gender"], told.The<PatientUpdated>().Changed);
    }

    [Fact]
    public async Task The_same_again_is_no_update()
    {
        await clinic.Write(Resources.Maya);

        (await clinic.Write(Resources.Maya)).IsNothing();
        (await clinic.Write(Resources.Maya.With("meta", """{"tag":[{"code":"x"}]}"""))).IsNothing();
        (await clinic.Write(Resources.Maya.With("text", """{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}"""))).IsNothing();
    }

    [Fact]
    public async Task A_patient_who_comes_back_after_a_delete_is_created()
    {
        await clinic.Write(Resources.Maya);

        (await clinic.Delete("Patient/maya")).IsNothing();
        (await clinic.Write(Resources.Maya)).Is("patient.created");
    }

    [Fact]
    public async Task An_active_allergy_is_added_once()
    {
        await clinic.Write(Resources.Maya);

        var told = await clinic.Write(Resources.Allergy);

        told.Is("patient.allergy.added");
        Assert.Equal(
            ("Amoxicillin", "high", "Maya Okafor"),
            (told.The<PatientAllergyAdded>().Substance, told.The<PatientAllergyAdded>().Criticality,
            told.The<PatientAllergyAdded>().PatientName));
        (await clinic.Write(Resources.Allergy.With("criticality", "\"low\""))).IsNothing();
    }

    [Fact]
    public async Task An_allergy_that_lacks_its_clinical_status_counts() =>
        (await clinic.Write(Resources.Allergy.Without("clinicalStatus"))).Is("patient.allergy.added");

    [Theory]
    [InlineData("clinicalStatus", "resolved")]
    [InlineData("clinicalStatus", "inactive")]
    [InlineData("verificationStatus", "entered-in-error")]
    [InlineData("verificationStatus", "refuted")]
    public async Task An_allergy_that_ceases_to_count_is_removed(string element, string code)
    {
        await clinic.Write(Resources.Allergy);

        var told = await clinic.Write(Resources.Allergy.With(element, $$"""{"coding":[{"code":"{{code}}"}]}"""));

        told.Is("patient.allergy.removed");
        Assert.Equal(code, told.The<PatientAllergyRemoved>().Reason);
    }

    [Fact]
    public async Task A_deleted_allergy_is_removed()
    {
        await clinic.Write(Resources.Allergy);

        var told = await clinic.Delete("AllergyIntolerance/allergy");

        told.Is("patient.allergy.removed");
        Assert.Equal(("deleted", "Amoxicillin"), (told.The<PatientAllergyRemoved>().Reason, told.The<PatientAllergyRemoved>().Substance));
    }

    [Fact]
    public async Task An_allergy_that_never_counted_is_not_removed()
    {
        var resolved = Resources.Allergy.With("clinicalStatus", """{"coding":[{"code":"resolved"}]}""");

        (await clinic.Write(resolved)).IsNothing();
        (await clinic.Delete("AllergyIntolerance/allergy")).IsNothing();
        (await clinic.Write(resolved)).IsNothing();
    }

    [Fact]
    public async Task Insurance_in_force_is_verified_once()
    {
        var told = await clinic.Write(Eligibility);

        told.Is("patient.insurance_verified");
        Assert.Equal(
            new PatientInsuranceVerified("maya", "CoverageEligibilityResponse/e/_history/1", "Northwind Health", "cov", "2026-12-31"),
            told.The<PatientInsuranceVerified>());
        (await clinic.Write(Eligibility.With("disposition", "\"ok\""))).IsNothing();
    }

    [Theory]
    [InlineData("status", "\"entered-in-error\"")]
    [InlineData("outcome", "\"queued\"")]
    [InlineData("insurance", """[{"inforce":false}]""")]
    [InlineData("insurance", "[]")]
    public async Task Insurance_that_is_not_in_force_is_not_verified(string element, string json) =>
        (await clinic.Write(Eligibility.With(element, json))).IsNothing();
}
