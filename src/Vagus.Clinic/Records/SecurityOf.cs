using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vagus.Clinic.Records;

/// <summary>What belongs to a labelled record is labelled as it is: an answer to a claim tells as much as the claim.</summary>
internal static class SecurityOf
{
    public static void CopyTo(JsonElement record, JsonObject resource)
    {
        if (record.Child("meta")?.Child("security") is not { ValueKind: JsonValueKind.Array } labels) return;
        var meta = resource["meta"] as JsonObject ?? [];
        meta["security"] = JsonArray.Create(labels.Clone());
        resource["meta"] = meta.DeepClone();
    }
}
