using System.Text.Json.Nodes;
using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

public sealed class PharmacyEventsTests
{
    private const string Dispense = """
        {"resourceType":"MedicationDispense","id":"md","status":"completed","subject":{"reference":"Patient/maya"},
         "authorizingPrescription":[{"reference":"MedicationRequest/rx"}],"medicationReference":{"reference":"Medication/amox"},
         "quantity":{"value":21,"unit":"capsule"},"whenHandedOver":"2026-03-09T18:00:00Z"}
        """;

    private const string Medication = """
        {"resourceType":"Medication","id":"amox","code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"308182"}],"text":"Amoxicillin 250 mg"}}
        """;

    private const string Issue = """
        {"resourceType":"DetectedIssue","id":"di","status":"final","severity":"high","patient":{"reference":"Patient/maya"},
         "code":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"DRG"}]},"detail":"Raises the effect of warfarin",
         "implicated":[{"reference":"MedicationRequest/rx"},{"reference":"AllergyIntolerance/allergy"}]}
        """;

    private readonly Clinic clinic = new();

    [Fact]
    public async Task A_prescription_in_force_is_prescribed_once()
    {
        (await clinic.Write(Resources.Prescription.Status("draft"))).IsNothing();
        var told = await clinic.Write(Resources.Prescription);

        told.Is("pharmacy.medication.prescribed");
        var prescribed = told.The<MedicationPrescribed>();
        Assert.Equal(
            ("rx", "Amoxicillin", "723", "1 capsule three times a day", "ruiz"),
            (prescribed.PrescriptionId, prescribed.Medication, prescribed.Code?.Code, prescribed.Dosage, prescribed.PrescriberId));
        (await clinic.Write(Resources.Prescription.Status("on-hold"))).IsNothing();
        (await clinic.Write(Resources.Prescription)).IsNothing();
        (await clinic.Write(Resources.Prescription.Status("stopped"))).IsNothing();
    }

    [Fact]
    public async Task A_proposal_is_no_prescription() =>
        (await clinic.Write(Resources.Prescription.With("intent", "\"proposal\""))).IsNothing();

    [Fact]
    public async Task A_dispense_names_its_medication_wherever_that_is_written_down()
    {
        await clinic.Write(Medication);

        var told = await clinic.Write(Dispense);

        told.Is("pharmacy.medication.dispensed");
        Assert.Equal(("rx", "Amoxicillin 250 mg", 21m, "capsule"), Facts(told));
        var contained = Dispense.Named("md2").With("medicationReference", """{"reference":"#m"}""")
            .With("contained", """[{"resourceType":"Medication","id":"m","code":{"text":"Ibuprofen"}}]""");
        Assert.Equal("Ibuprofen", (await clinic.Write(contained)).The<MedicationDispensed>().Medication);

        static (string?, string?, decimal?, string?) Facts(Told told)
        {
            var dispensed = told.The<MedicationDispensed>();
            return (dispensed.PrescriptionId, dispensed.Medication, dispensed.Quantity, dispensed.Unit);
        }
    }

    [Fact]
    public async Task Medication_is_dispensed_when_it_is_handed_out()
    {
        (await clinic.Write(Dispense.Status("preparation"))).IsNothing();
        (await clinic.Write(Dispense)).Is("pharmacy.medication.dispensed");
        (await clinic.Write(Dispense.With("note", """[{"text":"x"}]"""))).IsNothing();
        (await clinic.Write(Dispense.Status("entered-in-error"))).IsNothing();
    }

    [Fact]
    public async Task A_drug_interaction_is_an_alert_once()
    {
        await clinic.Write(Resources.Maya);

        var told = await clinic.Write(Issue);

        told.Is("pharmacy.interaction.alert");
        Assert.Equal(
            ("high", "Raises the effect of warfarin", "Maya Okafor"),
            (told.The<DrugInteractionAlert>().Severity, told.The<DrugInteractionAlert>().Detail,
            told.The<DrugInteractionAlert>().PatientName));
        (await clinic.Write(Issue.Status("amended"))).IsNothing();
    }

    [Fact]
    public async Task An_issue_that_became_severe_is_told_again_and_one_that_became_less_is_not()
    {
        (await clinic.Write(Issue.With("severity", "\"moderate\""))).Is("pharmacy.interaction.alert");

        var severe = await clinic.Write(Issue);

        severe.Is("pharmacy.interaction.alert");
        Assert.Equal("high", severe.The<DrugInteractionAlert>().Severity);
        (await clinic.Write(Issue.With("severity", "\"low\""))).IsNothing();
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("entered-in-error")]
    public async Task A_withdrawn_issue_is_no_alert(string status) => (await clinic.Write(Issue.Status(status))).IsNothing();

    [Fact]
    public async Task An_issue_of_another_kind_is_no_alert_of_the_pharmacy() =>
        (await clinic.Write(Issue.With("code", """{"coding":[{"code":"DUPTHPY"}]}"""))).IsNothing();

    [Fact]
    public async Task An_allergy_issue_is_a_contraindication()
    {
        await clinic.Write(Resources.Allergy.With("code", """{"text":"Penicillin"}"""), Resources.Prescription);

        var told = await clinic.Write(Issue.With("code", """{"coding":[{"code":"ALGY"}]}"""));

        told.Is("pharmacy.allergy.contraindication");
        var contraindication = told.The<AllergyContraindication>();
        Assert.Equal(
            ("Amoxicillin", "Penicillin", "rx"), (contraindication.Medication, contraindication.Allergy, contraindication.PrescriptionId));
    }

    [Fact]
    public async Task A_prescription_that_meets_an_active_allergy_is_a_contraindication()
    {
        await clinic.Write(Resources.Allergy);

        var told = await clinic.Write(Resources.Prescription);

        told.Is("pharmacy.medication.prescribed", "pharmacy.allergy.contraindication");
        Assert.Equal(["MedicationRequest/rx", "AllergyIntolerance/allergy"], told.The<AllergyContraindication>().Implicated);
        (await clinic.Write(Resources.Prescription.With("note", """[{"text":"x"}]"""))).IsNothing();
    }

    [Fact]
    public async Task An_allergy_that_meets_an_active_prescription_is_a_contraindication()
    {
        await clinic.Write(Resources.Prescription);

        (await clinic.Write(Resources.Allergy)).Is("patient.allergy.added", "pharmacy.allergy.contraindication");
    }

    [Fact]
    public async Task A_prescription_in_force_that_names_another_medication_is_looked_at_again()
    {
        await clinic.Write(Resources.Allergy);
        await clinic.Write(Resources.Prescription.With("medicationCodeableConcept", Concept("1191", "Aspirin")));

        var changed = await clinic.Write(Resources.Prescription);

        changed.Is("pharmacy.allergy.contraindication");
        Assert.Equal("Amoxicillin", changed.The<AllergyContraindication>().Medication);
        (await clinic.Write(Resources.Prescription.With("medicationCodeableConcept", Concept("723", "Amoxicillin 250")))).IsNothing();
    }

    [Theory]
    [InlineData("1191")]
    [InlineData("723")]
    public async Task A_prescription_that_is_given_on_hold_warns_of_what_it_names_then_and_once(string first)
    {
        await clinic.Write(Resources.Allergy);

        var given = await clinic.Write(Resources.Prescription.Status("on-hold").With("medicationCodeableConcept", Concept(first, null)));
        var changed = await clinic.Write(Resources.Prescription.Status("on-hold"));

        given.Is(first == "723" ? ["pharmacy.allergy.contraindication"] : []);
        changed.Is(first == "723" ? [] : ["pharmacy.allergy.contraindication"]);
        (await clinic.Write(Resources.Prescription)).IsNothing();
    }

    [Fact]
    public async Task An_allergy_that_is_found_while_the_prescription_is_on_hold_warns_then()
    {
        await clinic.Write(Resources.Prescription);
        await clinic.Write(Resources.Prescription.Status("on-hold"));

        (await clinic.Write(Resources.Allergy)).Is("patient.allergy.added", "pharmacy.allergy.contraindication");
        (await clinic.Write(Resources.Prescription)).IsNothing();
    }

    [Fact]
    public async Task An_allergy_that_is_found_to_be_one_to_something_else_warns_of_that()
    {
        await clinic.Write(Resources.Prescription);
        await clinic.Write(Resources.Allergy.With("code", Concept("1191", "Aspirin")));

        (await clinic.Write(Resources.Allergy)).Is("pharmacy.allergy.contraindication");
        (await clinic.Write(Resources.Allergy.With("note", """[{"text":"x"}]"""))).IsNothing();
    }

    [Fact]
    public async Task Both_in_one_transaction_are_one_contraindication() =>
        (await clinic.Write(Resources.Allergy, Resources.Prescription))
            .Is("patient.allergy.added", "pharmacy.medication.prescribed", "pharmacy.allergy.contraindication");

    [Fact]
    public async Task A_new_allergy_and_a_prescription_that_changes_to_it_in_one_transaction_are_one_contraindication()
    {
        await clinic.Write(Resources.Prescription.With("medicationCodeableConcept", Concept("1191", "Aspirin")));

        var told = await clinic.Write(Resources.Allergy, Resources.Prescription);

        told.Is("patient.allergy.added", "pharmacy.allergy.contraindication");
        Assert.Equal("Amoxicillin", told.The<AllergyContraindication>().Medication);
    }

    [Theory]
    [InlineData("MedicationRequest")]
    [InlineData("MedicationStatement")]
    public async Task A_medication_that_gets_another_code_is_compared_for_all_that_refer_to_it(string type)
    {
        var named = Medication.With("code", Concept("1191", "Aspirin"));
        await clinic.Write(Resources.Allergy, named, Referring(type));

        var renamed = await clinic.Write(Medication.With("code", Concept("723", "Amoxicillin")));

        renamed.Is("pharmacy.allergy.contraindication");
        var told = renamed.The<AllergyContraindication>();
        Assert.Equal(
            ("maya", "Medication/amox/_history/2", "Amoxicillin", "723"),
            (told.PatientId, told.Resource, told.Medication, told.Code?.Code));
        Assert.Equal([$"{type}/taken", "AllergyIntolerance/allergy"], told.Implicated);
        (await clinic.Write(Medication.With("code", Concept("723", "Amoxicillin 250 mg")))).IsNothing();
    }

    [Fact]
    public async Task A_medication_that_changes_with_what_refers_to_it_and_an_allergy_is_one_contraindication()
    {
        await clinic.Write(Medication.With("code", Concept("1191", "Aspirin")), Referring("MedicationRequest"));

        var told = await clinic.Write(
            Resources.Allergy, Referring("MedicationRequest").With("note", """[{"text":"x"}]"""),
            Medication.With("code", Concept("723", "Amoxicillin")));

        told.Is("patient.allergy.added", "pharmacy.allergy.contraindication");
    }

    [Fact]
    public async Task A_medication_is_compared_for_nothing_that_is_over_or_another_patients_allergy()
    {
        await clinic.Write(
            Resources.Allergy.With("patient", """{"reference":"Patient/noah"}"""), Medication.With("code", Concept("1191", "Aspirin")),
            Referring("MedicationRequest"));
        await clinic.Write(
            Resources.Allergy.Named("hers"), Referring("MedicationRequest").Named("over").Status("stopped"),
            Referring("MedicationRequest").Status("stopped"));

        (await clinic.Write(Medication.With("code", Concept("723", "Amoxicillin")))).IsNothing();
    }

    [Fact]
    public async Task What_a_patient_is_said_to_take_contradicts_an_allergy_in_either_order()
    {
        var statement = Referring("MedicationStatement").Without("medicationReference")
            .With("medicationCodeableConcept", Concept("723", "Amoxicillin"));
        await clinic.Write(Resources.Allergy);

        (await clinic.Write(statement)).Is("pharmacy.allergy.contraindication");
        (await clinic.Write(Resources.Allergy.Named("second"))).Is("patient.allergy.added", "pharmacy.allergy.contraindication");
        (await clinic.Write(statement.Status("completed"))).IsNothing();
    }

    private static string Referring(string type) => $$$"""
        {"resourceType":"{{{type}}}","id":"taken","status":"active","intent":"order","subject":{"reference":"Patient/maya"},
         "medicationReference":{"reference":"Medication/amox"}}
        """;

    [Theory]
    [InlineData("70618", "Penicillin", "723", "Amoxicillin", true)]
    [InlineData("7980", null, "733", null, true)]
    [InlineData("723", "Amoxicillin", "562251", "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", true)]
    [InlineData("2231", "Cephalexin", "309090", "Ceftriaxone 100 MG/ML Injectable Solution", true)]
    [InlineData("849574", "Naproxen sodium 220 MG Oral Tablet", "1191", "Aspirin", true)]
    [InlineData("2231", "Cephalexin", "723", "Amoxicillin", false)]
    [InlineData("7052", "Morphine", "1", "Apomorphine hydrochloride 10 MG/ML Injection", false)]
    [InlineData("161", "Acetaminophen", "1191", "Aspirin", false)]
    public async Task An_allergy_warns_of_its_ingredient_and_of_those_of_its_class_in_either_order(
        string allergy, string? allergyName, string drug, string? drugName, bool warns)
    {
        var known = Resources.Allergy.With("code", Concept(allergy, allergyName));
        var ordered = Resources.Prescription.With("medicationCodeableConcept", Concept(drug, drugName));
        await clinic.Write(known);
        var told = await clinic.Write(ordered);
        await clinic.Write(known.With("clinicalStatus", """{"coding":[{"code":"resolved"}]}"""));
        var again = await clinic.Write(known);

        told.Is(warns ? ["pharmacy.medication.prescribed", "pharmacy.allergy.contraindication"] : ["pharmacy.medication.prescribed"]);
        again.Is(warns ? ["patient.allergy.added", "pharmacy.allergy.contraindication"] : ["patient.allergy.added"]);
    }

    private static string Concept(string code, string? display)
    {
        var coding = new JsonObject { ["system"] = "http://www.nlm.nih.gov/research/umls/rxnorm", ["code"] = code };
        if (display is not null) coding["display"] = display;
        return new JsonObject { ["coding"] = new JsonArray(coding), ["text"] = display ?? code }.ToJsonString();
    }

    [Fact]
    public async Task An_allergy_that_does_not_count_or_is_anothers_contradicts_nothing()
    {
        await clinic.Write(
            Resources.Allergy.With("clinicalStatus", """{"coding":[{"code":"resolved"}]}"""),
            Resources.Allergy.Named("other").With("patient", """{"reference":"Patient/noah"}"""),
            Resources.Allergy.Named("third")
                .With("code", """{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"1191"}]}"""),
            Resources.Allergy.Named("fourth").With("code", """{"coding":[{"system":"http://snomed.info/sct","code":"723"}]}"""));

        (await clinic.Write(Resources.Prescription)).Is("pharmacy.medication.prescribed");
    }
}
