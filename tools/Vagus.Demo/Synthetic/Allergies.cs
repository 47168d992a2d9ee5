using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>Allergies to drugs (RxNorm ingredients) and to other things (SNOMED CT).</summary>
internal static class Allergies
{
    internal sealed record Allergen(Code Code, string Category, string Criticality, Code Reaction, string Severity);

    private static readonly Code Hives = Code.Snomed("126485001", "Urticaria");
    private static readonly Code Rash = Code.Snomed("271807003", "Eruption of skin");
    private static readonly Code Anaphylaxis = Code.Snomed("39579001", "Anaphylaxis");

    public static readonly Allergen Amoxicillin = new(Drugs.Amoxicillin.Ingredient, "medication", "high", Anaphylaxis, "severe");

    public static readonly IReadOnlyList<Allergen> All =
    [
        new(Code.RxNorm("7980", "penicillin G"), "medication", "high", Anaphylaxis, "severe"),
        new(Code.RxNorm("2670", "codeine"), "medication", "low", Rash, "mild"),
        new(Code.RxNorm("10831", "sulfamethoxazole / trimethoprim"), "medication", "high", Hives, "moderate"),
        new(Code.Snomed("91935009", "Allergy to peanut"), "food", "high", Anaphylaxis, "severe"),
        new(Code.Snomed("300913006", "Allergy to shellfish"), "food", "low", Hives, "moderate"),
        new(Code.Snomed("300916003", "Latex allergy"), "environment", "low", Rash, "mild"),
        new(Code.Snomed("419474003", "Allergy to mold"), "environment", "low", Rash, "mild"),
    ];

    public static JsonObject Write(Scene scene, Allergen allergen, string thing)
    {
        var allergy = Fhir.Resource("AllergyIntolerance", scene.Id(thing));
        allergy["clinicalStatus"] = Status("active", "Active");
        allergy["verificationStatus"] = Fhir.Concept(Code.Hl7("allergyintolerance-verification", "confirmed", "Confirmed"));
        allergy["type"] = "allergy";
        allergy["category"] = new JsonArray(allergen.Category);
        allergy["criticality"] = allergen.Criticality;
        allergy["code"] = Fhir.Concept(allergen.Code);
        allergy["patient"] = scene.Patient.Reference;
        allergy["encounter"] = Fhir.Reference("Encounter", scene.EncounterId);
        allergy["recordedDate"] = Fhir.Time(scene.At);
        allergy["recorder"] = scene.Provider.Reference;
        allergy["reaction"] = Fhir.List(new JsonObject
        {
            ["manifestation"] = Fhir.List(Fhir.Concept(allergen.Reaction)),
            ["severity"] = allergen.Severity,
        });
        return allergy;
    }

    public static JsonObject Status(string code, string words) => Fhir.Concept(Code.Hl7("allergyintolerance-clinical", code, words));
}
