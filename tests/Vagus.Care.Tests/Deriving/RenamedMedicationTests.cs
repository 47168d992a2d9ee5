using Vagus.Care.Tests.Alerts;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Deriving;

/// <summary>A Medication that is given another code, in the store: what refers to it is found by the index of references.</summary>
public abstract class RenamedMedicationTests(Engine engine)
{
    [Fact]
    public async Task A_medication_with_another_code_raises_the_alert_of_each_patient_who_takes_it_and_is_allergic()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, "Medication/m", Medication("1191", "Aspirin"));
        await Write(ward, team, "Medication/else", Medication("5640", "Ibuprofen").Replace("\"m\"", "\"else\"", StringComparison.Ordinal));
        foreach (var patient in (string[])["p1", "p2", "p3"])
        {
            await Write(ward, team, $"Patient/{patient}", $$"""{"resourceType":"Patient","id":"{{patient}}"}""");
            await Write(ward, team, $"MedicationRequest/rx-{patient}", Prescription(patient, patient == "p3" ? "else" : "m"));
        }

        foreach (var patient in (string[])["p1", "p3"])
        {
            await Write(
                ward, team, $"AllergyIntolerance/a-{patient}",
                $$$"""
                {"resourceType":"AllergyIntolerance","id":"a-{{{patient}}}","patient":{"reference":"Patient/{{{patient}}}"},
                 "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},
                 "code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"70618"}],"text":"Penicillin"}}
                """);
        }

        await Write(ward, team, "Medication/m", Medication("723", "Amoxicillin"));

        var alert = await ward.TheAlert(team.Admin);
        Assert.Equal(
            ("allergy_contraindication", "CRITICAL: Amoxicillin: Allergy to Penicillin", "p1"),
            (EscalationTests.Text(alert, "type"), EscalationTests.Text(alert, "message"), EscalationTests.Text(alert, "patientId")));
    }

    private static Task Write(Ward ward, Team team, string path, string resource) =>
        ward.Done(team.Admin, "PUT", $"/fhir/{path}", resource);

    private static string Medication(string code, string name) => $$$"""
        {"resourceType":"Medication","id":"m",
         "code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"{{{code}}}"}],"text":"{{{name}}}"}}
        """;

    private static string Prescription(string patient, string medication) => $$$"""
        {"resourceType":"MedicationRequest","id":"rx-{{{patient}}}","status":"active","intent":"order",
         "subject":{"reference":"Patient/{{{patient}}}"},"medicationReference":{"reference":"Medication/{{{medication}}}"}}
        """;
}

public sealed class RenamedMedicationsOnSqlite() : RenamedMedicationTests(Engine.Sqlite);

public sealed class RenamedMedicationsOnPostgres() : RenamedMedicationTests(Engine.Postgres);
