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
public sealed class MetaPatch : ResourcePatch
{
    /// <summary>Profiles, tags and labels of one change, all together.</summary>
    public const int MostItems = 1_000;

    private static readonly string[] Lists = ["profile", "security", "tag"];

    private readonly MetaChange change;
    private readonly JsonElement meta;

    private MetaPatch(MetaChange change, JsonElement meta) => (this.change, this.meta) = (change, meta);

    public static Result<MetaPatch> Of(MetaChange change, JsonElement meta)
    {
        var items = Lists.Sum(list =>
            meta.TryGetProperty(list, out var given) && given.ValueKind == JsonValueKind.Array ? given.GetArrayLength() : 0);
        return items > MostItems ? PatchRefusals.TooManyItems(MostItems) : new MetaPatch(change, meta);
    }

    private protected override Result<Patched> Change(JsonNode? document)
    {
        if (document is not JsonObject root) return new Patched(document);
        if (root["meta"] is not JsonObject target) root["meta"] = target = [];
        foreach (var list in Lists)
        {
            if (!meta.TryGetProperty(list, out var given) || given.ValueKind != JsonValueKind.Array) continue;
            var kept = target[list] as JsonArray ?? [];
            Apply(kept, given);
            target.Remove(list);
            if (kept.Count > 0) target[list] = kept;
        }

        return new Patched(document);
    }

    private void Apply(JsonArray kept, JsonElement given)
    {
        var items = given.EnumerateArray().Select(NodeOf).ToList();
        if (change == MetaChange.Delete)
        {
            var gone = items.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
            kept.RemoveAll(item => gone.Contains(KeyOf(item)));
            return;
        }

        var known = kept.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        foreach (var item in items.Where(item => known.Add(KeyOf(item)))) kept.Add(item);
    }

    private static string KeyOf(JsonNode? item) => item is JsonObject coding
        ? $"{coding["system"]?.ToJsonString()}|{coding["code"]?.ToJsonString()}" : item?.ToJsonString() ?? "";
}
