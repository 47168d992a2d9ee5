using System.Text.Json.Nodes;

namespace Vagus.Realtime.Tests.Searches;

/// <summary>Appointments as the tests of searches write them.</summary>
internal static class Appointments
{
    public static string Of(
        string id, string practitioner = "dr-1", string status = "booked", string start = "2026-11-26T09:00:00Z", string? patient = null,
        string? label = null)
    {
        string[] actors = patient is null ? [$"Practitioner/{practitioner}"] : [$"Practitioner/{practitioner}", $"Patient/{patient}"];
        var resource = new JsonObject { ["resourceType"] = "Appointment", ["id"] = id };
        if (label is not null) resource["meta"] = new JsonObject { ["security"] = new JsonArray(Label(label)) };
        (resource["status"], resource["start"], resource["end"]) = (status, start, start);
        resource["participant"] = new JsonArray([.. actors.Select(Participant)]);
        return resource.ToJsonString();
    }

    private static JsonObject Label(string code) =>
        new() { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", ["code"] = code };

    private static JsonObject Participant(string reference) =>
        new() { ["actor"] = new JsonObject { ["reference"] = reference }, ["status"] = "accepted" };
}
