using System.Globalization;
using System.Text.Json.Nodes;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// A transaction that creates a patient's visit, or changes one of before. Ids follow from writer and number, so a retry writes the same
/// resources; the marker says which attempt wrote a version.
/// </summary>
internal sealed record GeneratedBundle(string Json, IReadOnlyList<string> References, string Marker)
{
    public const string MarkerSystem = "urn:vagus:crash-test";

    public static GeneratedBundle Of(string writer, int number, int attempt, Random random)
    {
        var marker = string.Create(CultureInfo.InvariantCulture, $"{writer}-{number}-{attempt}");
        // Every third bundle changes the visit before it.
        var visit = number % 3 == 2 ? number - 1 : number;
        var id = string.Create(CultureInfo.InvariantCulture, $"{writer}-{visit}");
        List<JsonObject> resources = [Patient(id), Encounter(id, isFinished: visit != number), Appointment(id, random)];
        for (var each = random.Next(1, 9); each > 0; each--) resources.Add(Potassium(id, each, random));
        foreach (var resource in resources)
            resource["identifier"] = new JsonArray(new JsonObject { ["system"] = MarkerSystem, ["value"] = marker });
        var entries = resources.Select(resource => (JsonNode)new JsonObject
        {
            ["resource"] = resource,
            ["request"] = new JsonObject { ["method"] = "PUT", ["url"] = Reference(resource) },
        });
        var references = resources.Select(Reference).ToList();
        return new GeneratedBundle(
            new JsonObject { ["resourceType"] = "Bundle", ["type"] = "transaction",
            ["entry"] = new JsonArray([.. entries]) }.ToJsonString(), references, marker);
    }

    private static string Reference(JsonObject resource) => $"{resource["resourceType"]}/{resource["id"]}";

    private static JsonObject Patient(string id) => new()
    {
        ["resourceType"] = "Patient",
        ["id"] = $"p-{id}",
        ["name"] = new JsonArray(new JsonObject { ["family"] = $"Crash {id}" }),
        ["birthDate"] = "1970-02-03",
    };

    private static JsonObject Encounter(string id, bool isFinished) => new()
    {
        ["resourceType"] = "Encounter",
        ["id"] = $"e-{id}",
        ["status"] = isFinished ? "finished" : "in-progress",
        ["class"] = new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ActCode", ["code"] = "AMB" },
        ["subject"] = new JsonObject { ["reference"] = $"Patient/p-{id}" },
    };

    private static JsonObject Appointment(string id, Random random)
    {
        var start = new DateTime(2026, 5, 4, 8, 0, 0, DateTimeKind.Utc).AddMinutes(15 * random.Next(400));
        return new JsonObject
        {
            ["resourceType"] = "Appointment",
            ["id"] = $"a-{id}",
            ["status"] = "booked",
            ["start"] = start.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["end"] = start.AddMinutes(15).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["participant"] = new JsonArray(
                new JsonObject { ["actor"] = new JsonObject { ["reference"] = $"Patient/p-{id}" }, ["status"] = "accepted" }),
        };
    }

    private static JsonObject Potassium(string id, int each, Random random) => new()
    {
        ["resourceType"] = "Observation",
        ["id"] = string.Create(CultureInfo.InvariantCulture, $"o-{id}-{each}"),
        ["status"] = "final",
        ["category"] = new JsonArray(Concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")),
        ["code"] = Concept("http://loinc.org", "2823-3"),
        ["subject"] = new JsonObject { ["reference"] = $"Patient/p-{id}" },
        ["encounter"] = new JsonObject { ["reference"] = $"Encounter/e-{id}" },
        ["effectiveDateTime"] = "2026-05-04T08:00:00Z",
        ["valueQuantity"] = new JsonObject { ["value"] = 3 + (random.Next(40) / 10m), ["unit"] = "mmol/L",
            ["system"] = "http://unitsofmeasure.org", ["code"] = "mmol/L" },
        ["interpretation"] = new JsonArray(
            Concept("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", random.Next(6) == 0 ? "HH" : "N")),
    };

    private static JsonObject Concept(string system, string code) =>
        new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };
}
