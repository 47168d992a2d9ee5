using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>A value that is set rather than drawn, to make a result critical.</summary>
internal sealed record FixedValue(LabTest Test, decimal Value);

/// <summary>Laboratory orders and their results.</summary>
internal static class Labs
{
    private static readonly Dictionary<string, string> Flags = new(StringComparer.Ordinal)
    {
        ["HH"] = "Critical high",
        ["LL"] = "Critical low",
        ["H"] = "High",
        ["L"] = "Low",
        ["N"] = "Normal",
    };

    public static JsonObject Order(Scene scene, LabPanel panel, string status = "active")
    {
        var order = scene.About("ServiceRequest", $"lab/{panel.Code.Value}/order", status);
        order["intent"] = "order";
        order["category"] = Fhir.List(Fhir.Concept(Code.Snomed("108252007", "Laboratory procedure")));
        order["priority"] = "routine";
        order["code"] = Fhir.Concept(panel.Code);
        order["authoredOn"] = Fhir.Time(scene.At);
        order["requester"] = scene.Provider.Reference;
        return order;
    }

    /// <summary>The specimen, one observation per test and the final report over them.</summary>
    public static IReadOnlyList<JsonObject> Result(Scene scene, LabPanel panel, FixedValue? critical = null)
    {
        var dice = scene.Dice($"lab/{panel.Code.Value}/values");
        var specimen = Specimen(scene, panel);
        var observations = panel.Tests
            .Select(test => Observation(scene, panel, test, critical?.Test == test ? critical.Value : Draw(dice, test)))
            .ToList();
        return [Report(scene, panel, observations), specimen, .. observations];
    }

    public static string ReportId(Scene scene, LabPanel panel) => scene.Id($"lab/{panel.Code.Value}/report");

    public static string OrderId(Scene scene, LabPanel panel) => scene.Id($"lab/{panel.Code.Value}/order");

    public static string ObservationId(Scene scene, LabPanel panel, LabTest test) =>
        scene.Id($"lab/{panel.Code.Value}/{test.Code.Value}");

    private static decimal Draw(Dice dice, LabTest test)
    {
        var width = test.High - test.Low;
        if (dice.Chance(82)) return dice.Between(test.Low, test.High, test.Decimals);

        // A little beyond the range and short of the critical limit.
        var above = Math.Min(test.High + (width * 0.3m), test.CriticalHigh - (width * 0.05m) ?? decimal.MaxValue);
        var below = Math.Max(test.Low - (width * 0.15m), test.CriticalLow + (width * 0.05m) ?? 0);
        return dice.Chance(60) ? dice.Between(test.High, above, test.Decimals) : dice.Between(below, test.Low, test.Decimals);
    }

    private static JsonObject Specimen(Scene scene, LabPanel panel)
    {
        var specimen = Fhir.Resource("Specimen", scene.Id($"lab/{panel.Code.Value}/specimen"));
        specimen["status"] = "available";
        specimen["type"] = Fhir.Concept(Code.Snomed("119297000", "Blood specimen"));
        specimen["subject"] = scene.Patient.Reference;
        specimen["receivedTime"] = Fhir.Time(scene.At.AddMinutes(-10));
        specimen["request"] = Fhir.List(Fhir.Reference("ServiceRequest", OrderId(scene, panel)));
        specimen["collection"] = new JsonObject { ["collectedDateTime"] = Fhir.Time(scene.At.AddMinutes(-20)) };
        return specimen;
    }

    private static JsonObject Observation(Scene scene, LabPanel panel, LabTest test, decimal value)
    {
        var flag = test.Flag(value) ?? "N";
        var observation = scene.About("Observation", $"lab/{panel.Code.Value}/{test.Code.Value}", "final");
        observation["basedOn"] = Fhir.List(Fhir.Reference("ServiceRequest", OrderId(scene, panel)));
        observation["category"] = Fhir.List(Fhir.Concept(Code.Hl7("observation-category", "laboratory", "Laboratory")));
        observation["code"] = Fhir.Concept(test.Code);
        observation["effectiveDateTime"] = Fhir.Time(scene.At.AddMinutes(-20));
        observation["issued"] = Fhir.Time(scene.At);
        observation["performer"] = Fhir.List(scene.Worker("lab").Reference);
        observation["valueQuantity"] = Fhir.Quantity(value, test.Unit, test.Ucum);
        observation["interpretation"] = Fhir.List(Fhir.Concept(Code.Hl7("v3-ObservationInterpretation", flag, Flags[flag])));
        observation["specimen"] = Fhir.Reference("Specimen", scene.Id($"lab/{panel.Code.Value}/specimen"));
        observation["referenceRange"] = Fhir.List(new JsonObject
        {
            ["low"] = Fhir.Quantity(test.Low, test.Unit, test.Ucum),
            ["high"] = Fhir.Quantity(test.High, test.Unit, test.Ucum),
        });
        return observation;
    }

    private static JsonObject Report(Scene scene, LabPanel panel, IReadOnlyList<JsonObject> observations)
    {
        var report = scene.About("DiagnosticReport", $"lab/{panel.Code.Value}/report", "final");
        report["basedOn"] = Fhir.List(Fhir.Reference("ServiceRequest", OrderId(scene, panel)));
        report["category"] = Fhir.List(Fhir.Concept(Code.Hl7("v2-0074", "LAB", "Laboratory")));
        report["code"] = Fhir.Concept(panel.Code);
        report["effectiveDateTime"] = Fhir.Time(scene.At.AddMinutes(-20));
        report["issued"] = Fhir.Time(scene.At);
        report["performer"] = Fhir.List(scene.Worker("lab").Reference);
        report["specimen"] = Fhir.List(Fhir.Reference("Specimen", scene.Id($"lab/{panel.Code.Value}/specimen")));
        report["result"] = new JsonArray([.. observations.Select(Fhir.ReferenceTo)]);
        return report;
    }
}
