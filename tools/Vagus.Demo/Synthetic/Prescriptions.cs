using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>Prescriptions, what the pharmacy hands over for them, and the issues it finds.</summary>
internal static class Prescriptions
{
    private const int Days = 30;

    public static JsonObject Order(Scene scene, Drug drug, string thing)
    {
        var request = scene.About("MedicationRequest", thing, "active");
        request["intent"] = "order";
        request["priority"] = "routine";
        request["medicationCodeableConcept"] = Fhir.Concept(drug.Product, drug.Ingredient);
        request["authoredOn"] = Fhir.Time(scene.At);
        request["requester"] = scene.Provider.Reference;
        request["dosageInstruction"] = Fhir.List(Dosage(drug));
        request["dispenseRequest"] = new JsonObject
        {
            ["numberOfRepeatsAllowed"] = 2,
            ["quantity"] = Fhir.Quantity(drug.TimesADay * Days, drug.Form, drug.Ucum),
            ["expectedSupplyDuration"] = Fhir.Quantity(Days, "days", "d"),
        };
        return request;
    }

    public static JsonObject Dispense(Scene scene, Drug drug, string thing)
    {
        var dispense = Fhir.Resource("MedicationDispense", scene.Id($"{thing}/dispense"));
        dispense["status"] = "completed";
        dispense["medicationCodeableConcept"] = Fhir.Concept(drug.Product, drug.Ingredient);
        dispense["subject"] = scene.Patient.Reference;
        dispense["performer"] = Fhir.List(new JsonObject { ["actor"] = scene.Worker("pharmacy").Reference });
        dispense["authorizingPrescription"] = Fhir.List(Fhir.Reference("MedicationRequest", scene.Id(thing)));
        dispense["quantity"] = Fhir.Quantity(drug.TimesADay * Days, drug.Form, drug.Ucum);
        dispense["daysSupply"] = Fhir.Quantity(Days, "days", "d");
        dispense["whenHandedOver"] = Fhir.Time(scene.At);
        dispense["dosageInstruction"] = Fhir.List(Dosage(drug));
        return dispense;
    }

    public static JsonObject AllergyIssue(Scene scene, string allergy, string prescription) =>
        Issue(scene, "issue/allergy", Code.Hl7("v3-ActCode", "ALGY", "Allergy Alert"),
            $"AllergyIntolerance/{scene.Id(allergy)}", $"MedicationRequest/{scene.Id(prescription)}");

    public static JsonObject InteractionIssue(Scene scene, string first, string second) =>
        Issue(scene, "issue/interaction", Code.Hl7("v3-ActCode", "DRG", "Drug Interaction Alert"),
            $"MedicationRequest/{scene.Id(first)}", $"MedicationRequest/{scene.Id(second)}");

    private static JsonObject Issue(Scene scene, string thing, Code code, string first, string second)
    {
        var issue = Fhir.Resource("DetectedIssue", scene.Id(thing));
        issue["status"] = "final";
        issue["code"] = Fhir.Concept(code);
        issue["severity"] = "high";
        issue["patient"] = scene.Patient.Reference;
        issue["identifiedDateTime"] = Fhir.Time(scene.At);
        issue["author"] = scene.Worker("pharmacy").Reference;
        issue["implicated"] = Fhir.List(new JsonObject { ["reference"] = first }, new JsonObject { ["reference"] = second });
        return issue;
    }

    private static JsonObject Dosage(Drug drug) => new()
    {
        ["text"] = $"Take 1 {drug.Form} {drug.TimesADay} time(s) a day",
        ["timing"] = new JsonObject
        {
            ["repeat"] = new JsonObject { ["frequency"] = drug.TimesADay, ["period"] = 1, ["periodUnit"] = "d" },
        },
        ["doseAndRate"] = Fhir.List(new JsonObject { ["doseQuantity"] = Fhir.Quantity(1, drug.Form, drug.Ucum) }),
    };
}
