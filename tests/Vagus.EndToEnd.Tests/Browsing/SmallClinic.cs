using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>A provider and two patients, one of them with a record, written through the API.</summary>
internal static class SmallClinic
{
    public const string Ana = "ana";
    public const string Bo = "bo";

    public static async Task Write(SignedIn author)
    {
        await Put(
            author, new() { ["resourceType"] = "Practitioner", ["id"] = $"{Clinic.Tenant}-provider", ["name"] = Name("Lee", "Amara") });
        await Put(author, new()
        {
            ["resourceType"] = "Patient",
            ["id"] = Ana,
            ["name"] = Name("Ruiz", "Ana"),
            ["birthDate"] = "1984-05-06",
            ["gender"] = "female",
            ["telecom"] = new JsonArray(new JsonObject { ["system"] = "phone", ["value"] = "(207) 555-0142" }),
            ["identifier"] = new JsonArray(new JsonObject
            {
                ["system"] = "urn:test:mrn",
                ["value"] = "MRN100058",
                ["type"] = Concept("http://terminology.hl7.org/CodeSystem/v2-0203", "MR"),
            }),
        });
        await Put(
            author,
            new() { ["resourceType"] = "Patient", ["id"] = Bo, ["name"] = Name("Montgomery-Featherstonehaugh", "Bo"),
            ["birthDate"] = "1951-11-30" });
        await Put(author, new()
        {
            ["resourceType"] = "AllergyIntolerance",
            ["id"] = "penicillin",
            ["clinicalStatus"] = Concept("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"),
            ["patient"] = Reference($"Patient/{Ana}"),
            ["code"] = new JsonObject { ["text"] = "Penicillin" },
        });
        await Put(author, new()
        {
            ["resourceType"] = "Observation",
            ["id"] = "potassium",
            ["status"] = "final",
            ["category"] = new JsonArray(Concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")),
            ["code"] = new JsonObject { ["text"] = "Potassium",
                ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://loinc.org", ["code"] = "2823-3" }) },
            ["subject"] = Reference($"Patient/{Ana}"),
            ["effectiveDateTime"] = "2026-05-04T08:00:00Z",
            ["valueQuantity"] = new JsonObject { ["value"] = 6.5m, ["unit"] = "mmol/L" },
            ["interpretation"] = new JsonArray(Concept("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "HH")),
        });
        await Book(author, "first", Bo, hour: 9);
    }

    /// <summary>A potassium of Ana's that the provider ordered; the laboratory calls 6 and more critical.</summary>
    public static async Task MeasurePotassium(SignedIn author, string id, decimal value)
    {
        await Put(author, new()
        {
            ["resourceType"] = "ServiceRequest",
            ["id"] = $"{id}-order",
            ["status"] = "completed",
            ["intent"] = "order",
            ["category"] = new JsonArray(Concept("http://snomed.info/sct", "108252007")),
            ["code"] = new JsonObject { ["text"] = "Potassium" },
            ["subject"] = Reference($"Patient/{Ana}"),
            ["requester"] = Reference($"Practitioner/{Clinic.Tenant}-provider"),
        });
        await Put(author, new()
        {
            ["resourceType"] = "Observation",
            ["id"] = id,
            ["status"] = "final",
            ["category"] = new JsonArray(Concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")),
            ["code"] = new JsonObject { ["text"] = "Potassium",
                ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://loinc.org", ["code"] = "2823-3" }) },
            ["subject"] = Reference($"Patient/{Ana}"),
            ["basedOn"] = new JsonArray(Reference($"ServiceRequest/{id}-order")),
            ["effectiveDateTime"] = Now(),
            ["issued"] = Now(),
            ["valueQuantity"] = new JsonObject { ["value"] = value, ["unit"] = "mmol/L" },
            ["interpretation"] =
                new JsonArray(Concept("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", value >= 6 ? "HH" : "N")),
        });
    }

    /// <summary>The final report of one observation.</summary>
    public static Task Report(SignedIn author, string id, string observation) => Put(author, new()
    {
        ["resourceType"] = "DiagnosticReport",
        ["id"] = id,
        ["status"] = "final",
        ["category"] = new JsonArray(Concept("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB")),
        ["code"] = new JsonObject { ["text"] = "Metabolic panel" },
        ["subject"] = Reference($"Patient/{Ana}"),
        ["basedOn"] = new JsonArray(Reference($"ServiceRequest/{observation}-order")),
        ["effectiveDateTime"] = Now(),
        ["issued"] = Now(),
        ["result"] = new JsonArray(Reference($"Observation/{observation}")),
    });

    public static Task AddAllergy(SignedIn author, string id, string substance) => Put(author, new()
    {
        ["resourceType"] = "AllergyIntolerance",
        ["id"] = id,
        ["clinicalStatus"] = Concept("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"),
        ["patient"] = Reference($"Patient/{Ana}"),
        ["code"] = new JsonObject { ["text"] = substance },
    });

    private static string Now() => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An appointment of half an hour, today.</summary>
    public static Task Book(SignedIn author, string id, string patient, int hour)
    {
        var start = DateTime.UtcNow.Date.AddHours(hour);
        return Put(author, new()
        {
            ["resourceType"] = "Appointment",
            ["id"] = id,
            ["status"] = "booked",
            ["start"] = start.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["end"] = start.AddMinutes(30).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["participant"] = new JsonArray(Participant($"Patient/{patient}"), Participant($"Practitioner/{Clinic.Tenant}-provider")),
        });
    }

    private static async Task Put(SignedIn author, JsonObject resource)
    {
        var answer = await author.Put($"/fhir/{resource["resourceType"]}/{resource["id"]}", resource.ToJsonString());
        Assert.True(answer.Succeeded, $"{(int)answer.Status} {answer.Text}");
    }

    private static JsonObject Participant(string actor) => new() { ["actor"] = Reference(actor), ["status"] = "accepted" };

    private static JsonObject Reference(string reference) => new() { ["reference"] = reference };

    private static JsonArray Name(string family, string given) =>
        new(new JsonObject { ["family"] = family, ["given"] = new JsonArray(given) });

    private static JsonObject Concept(string system, string code) =>
        new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };
}
