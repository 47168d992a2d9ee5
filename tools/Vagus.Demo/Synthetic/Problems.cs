using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>Conditions on the problem list.</summary>
internal static class Problems
{
    public static readonly IReadOnlyList<Code> Lasting =
    [
        Code.Snomed("38341003", "Hypertensive disorder"),
        Code.Snomed("44054006", "Type 2 diabetes mellitus"),
        Code.Snomed("55822004", "Hyperlipidemia"),
        Code.Snomed("195967001", "Asthma"),
        Code.Snomed("13645005", "Chronic obstructive lung disease"),
        Code.Snomed("709044004", "Chronic kidney disease"),
        Code.Snomed("73430006", "Sleep apnea"),
        Code.Snomed("35489007", "Depressive disorder"),
        Code.Snomed("396275006", "Osteoarthritis"),
        Code.Snomed("235595009", "Gastroesophageal reflux disease"),
        Code.Snomed("40930008", "Hypothyroidism"),
        Code.Snomed("49436004", "Atrial fibrillation"),
        Code.Snomed("24079001", "Atopic dermatitis"),
        Code.Snomed("37796009", "Migraine"),
    ];

    private static readonly IReadOnlyList<Code> Passing =
    [
        Code.Snomed("10509002", "Acute bronchitis"),
        Code.Snomed("36971009", "Sinusitis"),
        Code.Snomed("444814009", "Viral sinusitis"),
        Code.Snomed("195662009", "Acute viral pharyngitis"),
        Code.Snomed("44465007", "Sprain of ankle"),
    ];

    public static JsonObject Continuing(Scene scene, Code problem, string thing)
    {
        var condition = Condition(scene, problem, thing, "active", "Active");
        condition["onsetDateTime"] = Fhir.Date(scene.At.AddDays(-scene.Dice(thing).Between(20, 2_000)));
        return condition;
    }

    public static JsonObject Resolved(Scene scene)
    {
        var dice = scene.Dice("passing");
        var condition = Condition(scene, dice.Pick(Passing), "passing", "resolved", "Resolved");
        condition["onsetDateTime"] = Fhir.Date(scene.At.AddDays(-dice.Between(1, 5)));
        condition["abatementDateTime"] = Fhir.Date(scene.At.AddDays(dice.Between(5, 14)));
        return condition;
    }

    private static JsonObject Condition(Scene scene, Code problem, string thing, string status, string statusWords)
    {
        var condition = Fhir.Resource("Condition", scene.Id(thing));
        condition["clinicalStatus"] = Fhir.Concept(Code.Hl7("condition-clinical", status, statusWords));
        condition["verificationStatus"] = Fhir.Concept(Code.Hl7("condition-ver-status", "confirmed", "Confirmed"));
        condition["category"] = Fhir.List(Fhir.Concept(Code.Hl7("condition-category", "problem-list-item", "Problem List Item")));
        condition["code"] = Fhir.Concept(problem);
        condition["subject"] = scene.Patient.Reference;
        condition["encounter"] = Fhir.Reference("Encounter", scene.EncounterId);
        condition["recordedDate"] = Fhir.Time(scene.At);
        condition["recorder"] = scene.Provider.Reference;
        return condition;
    }
}
