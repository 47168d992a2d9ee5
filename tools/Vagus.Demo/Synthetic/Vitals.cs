using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>One set of vital signs as a nurse takes it.</summary>
internal static class Vitals
{
    public static IReadOnlyList<JsonObject> Take(Scene scene)
    {
        var dice = scene.Dice("vitals");
        var height = HeightOf(scene);
        var weight = decimal.Round(
            scene.Clinic.Dice($"patient/{scene.Patient.Number}/build").Between(19m, 34m, 1) * height * height / 10_000, 1);
        return
        [
            BloodPressure(scene, dice.Between(105, 158), dice.Between(62, 96)),
            Measure(scene, Code.Loinc("8867-4", "Heart rate"), dice.Between(56, 104), "beats/minute", "/min"),
            Measure(scene, Code.Loinc("9279-1", "Respiratory rate"), dice.Between(11, 20), "breaths/minute", "/min"),
            Measure(scene, Code.Loinc("8310-5", "Body temperature"), dice.Between(36.1m, 38.2m, 1), "C", "Cel"),
            Measure(scene, Code.Loinc("2708-6", "Oxygen saturation in Arterial blood"), dice.Between(93, 100), "%", "%"),
            Measure(scene, Code.Loinc("29463-7", "Body weight"), weight, "kg", "kg"),
            Measure(scene, Code.Loinc("8302-2", "Body height"), height, "cm", "cm"),
            Measure(
                scene, Code.Loinc("39156-5", "Body mass index (BMI) [Ratio]"), decimal.Round(weight * 10_000 / (height * height), 1),
                "kg/m2", "kg/m2"),
        ];
    }

    private static decimal HeightOf(Scene scene)
    {
        var grown = scene.Clinic.Dice($"patient/{scene.Patient.Number}/height")
            .Between(scene.Patient.IsWoman ? 152 : 164, scene.Patient.IsWoman ? 178 : 192);
        var age = scene.Patient.AgeOn(DateOnly.FromDateTime(scene.At.Date));
        return age >= 18 ? grown : decimal.Round(grown * (0.45m + (Math.Max(age, 0) * 0.03m)));
    }

    private static JsonObject Measure(Scene scene, Code code, decimal value, string unit, string ucum)
    {
        var observation = Observation(scene, code);
        observation["valueQuantity"] = Fhir.Quantity(value, unit, ucum);
        return observation;
    }

    private static JsonObject BloodPressure(Scene scene, int systolic, int diastolic)
    {
        var observation = Observation(scene, Code.Loinc("85354-9", "Blood pressure panel with all children optional"));
        observation["component"] = Fhir.List(
            Part(Code.Loinc("8480-6", "Systolic blood pressure"), systolic),
            Part(Code.Loinc("8462-4", "Diastolic blood pressure"), diastolic));
        return observation;
    }

    private static JsonObject Part(Code code, int pressure) => new()
    {
        ["code"] = Fhir.Concept(code),
        ["valueQuantity"] = Fhir.Quantity(pressure, "mmHg", "mm[Hg]"),
    };

    private static JsonObject Observation(Scene scene, Code code)
    {
        var observation = scene.About("Observation", $"vitals/{code.Value}", "final");
        observation["category"] = Fhir.List(Fhir.Concept(Code.Hl7("observation-category", "vital-signs", "Vital Signs")));
        observation["code"] = Fhir.Concept(code);
        observation["effectiveDateTime"] = Fhir.Time(scene.At);
        observation["issued"] = Fhir.Time(scene.At);
        observation["performer"] = Fhir.List(scene.Worker("nurse").Reference);
        return observation;
    }
}
