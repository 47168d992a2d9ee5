using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>A skin biopsy: the order, the specimen, and the pathology report on it.</summary>
internal static class Biopsies
{
    private static readonly IReadOnlyList<Code> Findings =
    [
        Code.Snomed("254701007", "Basal cell carcinoma of skin"),
        Code.Snomed("93655004", "Malignant melanoma of skin"),
        Code.Snomed("400096001", "Melanocytic nevus of skin"),
    ];

    public static string OrderId(Scene scene) => scene.Id("biopsy/order");

    public static JsonObject Order(Scene scene, string status = "active")
    {
        var order = scene.About("ServiceRequest", "biopsy/order", status);
        order["intent"] = "order";
        order["category"] = Fhir.List(Fhir.Concept(Code.Snomed("387713003", "Surgical procedure")));
        order["priority"] = "routine";
        order["code"] = Fhir.Concept(Code.Snomed("240977001", "Biopsy of skin"), Code.Snomed("86273004", "Biopsy"));
        order["authoredOn"] = Fhir.Time(scene.At);
        order["requester"] = scene.Provider.Reference;
        order["bodySite"] = Fhir.List(Fhir.Concept(Code.Snomed("14975008", "Forearm structure")));
        return order;
    }

    public static JsonObject Specimen(Scene scene)
    {
        var specimen = Fhir.Resource("Specimen", scene.Id("biopsy/specimen"));
        specimen["status"] = "available";
        specimen["type"] = Fhir.Concept(Code.Snomed("309066003", "Skin biopsy specimen"));
        specimen["subject"] = scene.Patient.Reference;
        specimen["receivedTime"] = Fhir.Time(scene.At);
        specimen["request"] = Fhir.List(Fhir.Reference("ServiceRequest", OrderId(scene)));
        specimen["collection"] = new JsonObject
        {
            ["collector"] = scene.Provider.Reference,
            ["collectedDateTime"] = Fhir.Time(scene.At.AddMinutes(-30)),
        };
        return specimen;
    }

    public static JsonObject Pathology(Scene scene)
    {
        var finding = scene.Dice("biopsy/finding").Pick(Findings);
        var report = scene.About("DiagnosticReport", "biopsy/report", "final");
        report["basedOn"] = Fhir.List(Fhir.Reference("ServiceRequest", OrderId(scene)));
        report["category"] = Fhir.List(Fhir.Concept(Code.Hl7("v2-0074", "SP", "Surgical Pathology")));
        report["code"] = Fhir.Concept(Code.Loinc("11529-5", "Surgical pathology study"));
        report["effectiveDateTime"] = Fhir.Time(scene.At);
        report["issued"] = Fhir.Time(scene.At);
        report["performer"] = Fhir.List(scene.Worker("lab").Reference);
        report["specimen"] = Fhir.List(Fhir.Reference("Specimen", scene.Id("biopsy/specimen")));
        report["conclusion"] = finding.Display;
        report["conclusionCode"] = Fhir.List(Fhir.Concept(finding));
        return report;
    }
}
