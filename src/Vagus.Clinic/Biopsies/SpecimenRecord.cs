using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// The Specimen of a biopsy: taken, and sent to the laboratory, which is a step of its processing with this word. Pure.
/// </summary>
internal static class SpecimenRecord
{
    private const string StepSystem = "urn:vagus:specimen-step";
    private const string SentStep = "sent";

    public static JsonObject Taken(
        string id, string orderId, string patientId, string? description, JsonElement? labelledAs, DateTimeOffset at)
    {
        var specimen = RecordParts.Resource("Specimen");
        specimen["id"] = id;
        if (labelledAs is { } order) SecurityOf.CopyTo(order, specimen);
        specimen["status"] = "available";
        specimen.Put("type", description is null ? null : RecordParts.Words(description));
        specimen["subject"] = RecordParts.Reference("Patient", patientId);
        specimen["request"] = new JsonArray(RecordParts.Reference("ServiceRequest", orderId));
        specimen["collection"] = new JsonObject { ["collectedDateTime"] = Instants.Write(at) };
        return specimen;
    }

    public static JsonObject Sent(FhirRecord specimen, DateTimeOffset at)
    {
        var sent = specimen.ToObject();
        var steps = (sent["processing"] as JsonArray ?? []).DeepClone().AsArray();
        steps.Add(new JsonObject
        {
            ["description"] = "Sent to the laboratory",
            ["procedure"] = RecordParts.Concept(StepSystem, SentStep),
            ["timeDateTime"] = Instants.Write(at),
        });
        sent["processing"] = steps;
        return sent;
    }

    public static DateTimeOffset? TakenAt(JsonElement specimen) => specimen.Child("collection")?.Instant("collectedDateTime");

    public static DateTimeOffset? SentAt(JsonElement specimen) => specimen.Items("processing")
        .Where(step => step.Code("procedure", StepSystem) == SentStep)
        .Select(step => step.Instant("timeDateTime")).FirstOrDefault(at => at is not null);
}
