using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Patching;

/// <summary>Whether profiles, tags and labels are added or taken away.</summary>
public enum MetaChange
{
    Add,
    Delete,
}

/// <summary>The change of <c>$meta-add</c> and <c>$meta-delete</c>: codes are compared by system and code, profiles by text.</summary>
public sealed class MetaPatch(MetaChange change, JsonElement meta) : ResourcePatch
{
    private static readonly string[] Lists = ["profile", "security", "tag"];

    private protected override Result<Patched> Change(JsonNode? document)
    {
        if (document is not JsonObject root) return new Patched(document);
        if (root["meta"] is not JsonObject target) root["meta"] = target = [];
        foreach (var list in Lists)
        {
            if (!meta.TryGetProperty(list, out var given) || given.ValueKind != JsonValueKind.Array) continue;
            var kept = target[list] as JsonArray ?? [];
            foreach (var item in given.EnumerateArray()) Apply(kept, item);
            target.Remove(list);
            if (kept.Count > 0) target[list] = kept;
        }

        return new Patched(document);
    }

    private void Apply(JsonArray kept, JsonElement item)
    {
        var node = NodeOf(item);
        var same = kept.Where(each => KeyOf(each) == KeyOf(node)).ToList();
        if (change == MetaChange.Delete) same.ForEach(each => kept.Remove(each));
        else if (same.Count == 0) kept.Add(node);
    }

    private static string KeyOf(JsonNode? item) => item is JsonObject coding
        ? $"{coding["system"]?.ToJsonString()}|{coding["code"]?.ToJsonString()}" : item?.ToJsonString() ?? "";
}
