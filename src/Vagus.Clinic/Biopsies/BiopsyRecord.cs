using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Fhir.Meaning;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>The ServiceRequest of a biopsy. Pure.</summary>
internal static class BiopsyRecord
{
    /// <summary>SNOMED CT: biopsy, of whatever. The words of the procedure stand beside it.</summary>
    private const string Biopsy = "86273004";

    private const string SurgicalProcedure = "387713003";

    public static JsonObject Of(BiopsyDraft draft, string id, string? specimenId, DateTimeOffset at)
    {
        var order = RecordParts.Resource("ServiceRequest");
        order["id"] = id;
        order["status"] = "active";
        order["intent"] = "order";
        order["category"] = new JsonArray(RecordParts.Concept(CodeSystems.Snomed, SurgicalProcedure, "Surgical procedure"));
        SetProcedure(order, draft.Procedure);
        order["subject"] = RecordParts.Reference("Patient", draft.PatientId);
        order.Put("encounter", draft.EncounterId is { } encounter ? RecordParts.Reference("Encounter", encounter) : null);
        order["authoredOn"] = Instants.Write(at);
        SetProvider(order, draft.ProviderId);
        SetSite(order, draft.Site);
        if (specimenId is not null) SetSpecimen(order, specimenId);
        StateTag.Set(order, specimenId is null ? BiopsyStatus.Ordered : BiopsyStatus.Collected);
        return order;
    }

    public static void SetProcedure(JsonObject order, string? procedure) =>
        order["code"] = RecordParts.Concept(BiopsyOrder.SnomedSystem, Biopsy, "Biopsy", procedure);

    public static void SetProvider(JsonObject order, string id) => order["requester"] = RecordParts.Reference("Practitioner", id);

    public static void SetSite(JsonObject order, string site) => order["bodySite"] = new JsonArray(RecordParts.Words(site));

    public static void SetSpecimen(JsonObject order, string id)
    {
        var specimens = (order["specimen"] as JsonArray ?? []).DeepClone().AsArray();
        specimens.Add(RecordParts.Reference("Specimen", id));
        order["specimen"] = specimens;
    }
}
