using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>Vaccinations given in past visits.</summary>
internal static class Vaccines
{
    private static readonly IReadOnlyList<Code> Given =
    [
        Code.Vaccine("140", "Influenza, seasonal, injectable, preservative free"),
        Code.Vaccine("115", "Tdap"),
        Code.Vaccine("33", "Pneumococcal polysaccharide vaccine, 23 valent"),
        Code.Vaccine("187", "Zoster vaccine recombinant"),
    ];

    public static JsonObject Write(Scene scene)
    {
        var dice = scene.Dice("vaccine");
        var immunization = Fhir.Resource("Immunization", scene.Id("vaccine"));
        immunization["status"] = "completed";
        immunization["vaccineCode"] = Fhir.Concept(dice.Pick(Given));
        immunization["patient"] = scene.Patient.Reference;
        immunization["encounter"] = Fhir.Reference("Encounter", scene.EncounterId);
        immunization["occurrenceDateTime"] = Fhir.Time(scene.At);
        immunization["primarySource"] = true;
        immunization["lotNumber"] = $"L{dice.Between(10_000, 99_999)}";
        immunization["performer"] = Fhir.List(new JsonObject { ["actor"] = scene.Worker("nurse").Reference });
        return immunization;
    }
}
