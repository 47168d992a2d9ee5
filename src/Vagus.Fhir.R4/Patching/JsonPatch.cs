using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Patching;

/// <summary>A JSON Patch (RFC 6902): its operations are done in order, all or none.</summary>
public sealed class JsonPatch : ResourcePatch
{
    public const int MostOperations = 1000;
    private readonly IReadOnlyList<JsonOperation> operations;

    private JsonPatch(IReadOnlyList<JsonOperation> operations) => this.operations = operations;

    public static Result<JsonPatch> Read(JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Array) return new Refusal(RefusalKind.Invalid, "structure", "A JSON Patch is an array.");
        if (patch.GetArrayLength() > MostOperations) return PatchRefusals.TooMany(MostOperations);
        var operations = new List<JsonOperation>();
        foreach (var each in patch.EnumerateArray())
        {
            var read = JsonOperation.Read(each, operations.Count);
            if (read.Refusal is { } malformed) return malformed;
            operations.Add(read.Value);
        }

        return new JsonPatch(operations);
    }

    private protected override Result<Patched> Change(JsonNode? document)
    {
        // What is copied may be copied again: thirty operations would make a document of a gigabyte. What is moved is looked through.
        var copied = 0L;
        for (var index = 0; index < operations.Count; index++)
        {
            var done = Do(operations[index], index, document, ref copied);
            if (done.Refusal is { } refusal) return refusal;
            document = done.Value.Node;
        }

        return new Patched(document);
    }

    private static Result<Patched> Do(JsonOperation operation, int index, JsonNode? document, ref long copied)
    {
        switch (operation.Op)
        {
            case "test":
                return operation.Path.TryFind(document, out var found) && JsonNode.DeepEquals(found, NodeOf(operation.Value))
                    ? new Patched(document) : PatchRefusals.Failed(index, "tests for a value that is not there");
            case "add":
                return Add(operation.Path, NodeOf(operation.Value), index, document);
            case "remove":
                return Remove(operation.Path, index, document);
            case "replace":
                return Replace(operation, index, document);
            case "move":
                return Move(operation, index, document, ref copied);
            default:
                if (!operation.From!.TryFind(document, out var source)) return NotThere(index);
                return IsTooMuch(source, ref copied) ? PatchRefusals.TooLarge : Add(operation.Path, source?.DeepClone(), index, document);
        }
    }

    private static Result<Patched> Add(JsonPointer path, JsonNode? value, int index, JsonNode? document)
    {
        if (path.Tokens.Count + DepthOf(value) > FhirJson.MaxDepth) return PatchRefusals.TooDeep;
        if (path.IsRoot) return new Patched(value);
        switch (path.ContainerIn(document))
        {
            case JsonObject container:
                container[path.Last] = value;
                return new Patched(document);
            case JsonArray array when path.Last == "-":
                array.Add(value);
                return new Patched(document);
            case JsonArray array when JsonPointer.IndexOf(path.Last) is { } place && place <= array.Count:
                array.Insert(place, value);
                return new Patched(document);
            default:
                return NotThere(index);
        }
    }

    private static Result<Patched> Remove(JsonPointer path, int index, JsonNode? document)
    {
        if (path.IsRoot) return PatchRefusals.Failed(index, "removes the whole resource");
        if (!path.TryFind(document, out _)) return NotThere(index);
        if (path.ContainerIn(document) is JsonObject container) container.Remove(path.Last);
        else if (path.ContainerIn(document) is JsonArray array) array.RemoveAt(JsonPointer.IndexOf(path.Last) ?? 0);
        return new Patched(document);
    }

    private static Result<Patched> Replace(JsonOperation operation, int index, JsonNode? document)
    {
        var (path, value) = (operation.Path, NodeOf(operation.Value));
        if (!path.TryFind(document, out _)) return NotThere(index);
        if (path.Tokens.Count + DepthOf(value) > FhirJson.MaxDepth) return PatchRefusals.TooDeep;
        if (path.IsRoot) return new Patched(value);
        if (path.ContainerIn(document) is JsonObject container) container[path.Last] = value;
        else if (path.ContainerIn(document) is JsonArray array) array[JsonPointer.IndexOf(path.Last) ?? 0] = value;
        return new Patched(document);
    }

    private static Result<Patched> Move(JsonOperation operation, int index, JsonNode? document, ref long copied)
    {
        var from = operation.From!;
        if (from.IsProperPrefixOf(operation.Path)) return PatchRefusals.Failed(index, "moves a value into itself");
        if (!from.TryFind(document, out var value)) return NotThere(index);
        if (from.Tokens.SequenceEqual(operation.Path.Tokens, StringComparer.Ordinal)) return new Patched(document);
        if (IsTooMuch(value, ref copied)) return PatchRefusals.TooLarge;
        var removed = Remove(from, index, document);
        return removed.IsRefused ? removed : Add(operation.Path, value, index, document);
    }

    private static bool IsTooMuch(JsonNode? taken, ref long copied)
    {
        copied += taken is null ? 0 : Write(taken).Length;
        return copied > MostBytes;
    }

    private static int DepthOf(JsonNode? node) => node switch
    {
        JsonObject container => 1 + container.Select(each => DepthOf(each.Value)).DefaultIfEmpty().Max(),
        JsonArray array => 1 + array.Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static Refusal NotThere(int index) => PatchRefusals.Failed(index, "names a place that is not there");
}
