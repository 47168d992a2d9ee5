using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>
/// One FHIR transaction. It is written whole or not at all, so its first resource bears witness for all of it:
/// where that one exists, the transaction was already written and is not sent again.
/// </summary>
internal sealed record Transaction(string Name, IReadOnlyList<JsonObject> Resources)
{
    public string Witness => $"{Fhir.TypeOf(Resources[0])}/{Fhir.IdOf(Resources[0])}";

    public JsonObject ToBundle()
    {
        var entries = new JsonArray();
        foreach (var resource in Resources) entries.Add((JsonNode)Entry(resource));
        return new JsonObject { ["resourceType"] = "Bundle", ["type"] = "transaction", ["entry"] = entries };
    }

    private static JsonObject Entry(JsonObject resource)
    {
        var place = $"{Fhir.TypeOf(resource)}/{Fhir.IdOf(resource)}";
        return new JsonObject
        {
            ["fullUrl"] = $"urn:uuid:{StableId.From(place)}",
            ["resource"] = resource.DeepClone(),
            ["request"] = new JsonObject { ["method"] = "PUT", ["url"] = place },
        };
    }
}
