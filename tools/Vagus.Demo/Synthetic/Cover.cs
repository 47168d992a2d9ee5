using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>Insurance: the coverage a patient holds, and whether it is in force.</summary>
internal static class Cover
{
    public static string CoverageId(Clinic clinic, Person person) => clinic.Id($"patient/{person.Number}/coverage");

    public static JsonObject Write(Clinic clinic, Person person)
    {
        var coverage = Fhir.Resource("Coverage", CoverageId(clinic, person));
        coverage["status"] = "active";
        coverage["type"] = Fhir.Concept(Code.Hl7("v3-ActCode", "EHCPOL", "extended healthcare"));
        coverage["subscriber"] = person.Reference;
        coverage["subscriberId"] = $"CM{4_000_000 + person.Number}";
        coverage["beneficiary"] = person.Reference;
        coverage["relationship"] = Fhir.Concept(Code.Hl7("subscriber-relationship", "self", "Self"));
        coverage["period"] = new JsonObject { ["start"] = $"{clinic.Date.Year}-01-01", ["end"] = $"{clinic.Date.Year}-12-31" };
        coverage["payor"] = Fhir.List(Fhir.Reference("Organization", clinic.PayerId));
        return coverage;
    }

    /// <summary>The payer was asked and answers that the coverage is in force.</summary>
    public static IReadOnlyList<JsonObject> Verified(Scene scene)
    {
        var request = Eligibility(scene, "CoverageEligibilityRequest", "eligibility/request");
        var response = Eligibility(scene, "CoverageEligibilityResponse", "eligibility/response");
        request["insurance"] = Fhir.List(new JsonObject { ["coverage"] = Held(scene) });
        response["request"] = Fhir.Reference("CoverageEligibilityRequest", scene.Id("eligibility/request"));
        response["outcome"] = "complete";
        response["insurance"] = Fhir.List(new JsonObject { ["coverage"] = Held(scene), ["inforce"] = true });
        return [request, response];
    }

    public static JsonObject Held(Scene scene) => Fhir.Reference("Coverage", CoverageId(scene.Clinic, scene.Patient));

    private static JsonObject Eligibility(Scene scene, string type, string thing)
    {
        var resource = Fhir.Resource(type, scene.Id(thing));
        resource["status"] = "active";
        resource["purpose"] = new JsonArray("validation");
        resource["patient"] = scene.Patient.Reference;
        resource["created"] = Fhir.Time(scene.At);
        resource["insurer"] = Fhir.Reference("Organization", scene.Clinic.PayerId);
        return resource;
    }
}
