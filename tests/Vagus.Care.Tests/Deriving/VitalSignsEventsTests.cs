using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

public sealed class VitalSignsEventsTests
{
    private readonly Clinic clinic = new();

    [Fact]
    public async Task Vitals_of_one_encounter_in_one_transaction_are_one_event()
    {
        var told = await clinic.Write(HeartRate, Vital("temp", "8310-5", "Body temperature", 36.8m, "Cel"));

        told.Is("encounter.vitals.recorded");
        var recorded = told.The<EncounterVitalsRecorded>();
        Assert.Equal(("maya", "visit", "Observation/hr/_history/1"), (recorded.PatientId, recorded.EncounterId, recorded.Resource));
        Assert.Equal([("Heart rate", 72m), ("Body temperature", 36.8m)], recorded.Vitals.Select(vital => (vital.Name, vital.Value)));
    }

    [Fact]
    public async Task Vitals_of_two_encounters_are_two_events() =>
        (await clinic.Write(HeartRate, HeartRate.Named("hr2").With("encounter", """{"reference":"Encounter/other"}""")))
            .Is("encounter.vitals.recorded", "encounter.vitals.recorded");

    [Fact]
    public async Task Vitals_of_two_transactions_are_two_events()
    {
        (await clinic.Write(HeartRate)).Is("encounter.vitals.recorded");
        (await clinic.Write(HeartRate.Named("hr2"))).Is("encounter.vitals.recorded");
    }

    [Fact]
    public async Task A_blood_pressure_tells_both_pressures()
    {
        var pressure = HeartRate.Without("valueQuantity").With(
            "component",
            """
            [{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}],"text":"Systolic"},"valueQuantity":{"value":121,"unit":"mmHg"}},
             {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}],"text":"Diastolic"},"valueQuantity":{"value":79,"unit":"mmHg"}}]
            """);

        var told = await clinic.Write(pressure);

        Assert.Equal(
            [("Systolic", 121m), ("Diastolic", 79m)],
            told.The<EncounterVitalsRecorded>().Vitals.Select(vital => (vital.Name, vital.Value)));
    }

    [Fact]
    public async Task A_correction_is_told_and_a_mere_sign_off_is_not()
    {
        await clinic.Write(HeartRate.Status("preliminary"));

        (await clinic.Write(HeartRate.Status("final"))).IsNothing();
        (await clinic.Write(HeartRate.Status("corrected"))).Is("encounter.vitals.recorded");
        (await clinic.Write(HeartRate.Status("corrected"))).IsNothing();
    }

    [Theory]
    [InlineData("entered-in-error")]
    [InlineData("cancelled")]
    [InlineData("registered")]
    public async Task What_was_not_measured_is_not_recorded(string status) =>
        (await clinic.Write(HeartRate.Status(status))).IsNothing();

    [Fact]
    public async Task A_survey_is_no_vital_sign() =>
        (await clinic.Write(
            HeartRate.With(
            "category", """[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"survey"}]}]""")))
            .IsNothing();

    private static string HeartRate => Vital("hr", "8867-4", "Heart rate", 72, "/min");

    private static string Vital(string id, string code, string name, decimal value, string unit) =>
        $$$"""
        {"resourceType":"Observation","id":"{{{id}}}","status":"final","subject":{"reference":"Patient/maya"},"encounter":{"reference":"Encounter/visit"},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"{{{code}}}"}],"text":"{{{name}}}"},"effectiveDateTime":"2026-03-09T14:32:00Z",
         "valueQuantity":{"value":{{{value}}},"unit":"{{{unit}}}","code":"{{{unit}}}"} }
        """;
}
