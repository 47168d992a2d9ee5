using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vagus.Clinic.Records;

/// <summary>
/// The state of a record as a tag of it. A step that is written beside the record (an answer of an insurer, a report) sets the tag, so that
/// the record has a next version: a client that changes it from the one before is told. The tag is no element that events tell of.
/// </summary>
internal static class StateTag
{
    public const string System = "urn:vagus:workflow-state";

    public static string? Of(JsonElement resource)
    {
        if (resource.Child("meta") is not { } meta) return null;
        foreach (var tag in meta.Items("tag"))
        {
            if (tag.Text("system") == System) return tag.Text("code");
        }

        return null;
    }

    public static void Set(JsonObject resource, string state)
    {
        var meta = resource["meta"] as JsonObject ?? [];
        var others = (meta["tag"] as JsonArray ?? []).Where(tag => (string?)tag?["system"] != System).Select(tag => tag?.DeepClone());
        meta["tag"] = new JsonArray([.. others, new JsonObject { ["system"] = System, ["code"] = state }]);
        resource["meta"] = meta.DeepClone();
    }
}
