using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Patching;

/// <summary>One operation of a JSON Patch, taken apart (RFC 6902 §4). Members that it does not define are ignored.</summary>
internal sealed record JsonOperation(string Op, JsonPointer Path)
{
    public required JsonPointer? From { get; init; }

    /// <summary>Undefined where the operation takes none.</summary>
    public required JsonElement Value { get; init; }

    public static Result<JsonOperation> Read(JsonElement operation, int index)
    {
        if (operation.ValueKind != JsonValueKind.Object) return PatchRefusals.Malformed(index, "is no object");
        var op = TextOf(operation, "op");
        if (op is not ("add" or "remove" or "replace" or "move" or "copy" or "test"))
            return PatchRefusals.Malformed(index, "has none of the six operations of RFC 6902");
        if (TextOf(operation, "path") is not { } path || JsonPointer.Parse(path) is not { } pointer)
            return PatchRefusals.Malformed(index, "has no path that is a JSON pointer");
        JsonPointer? from = null;
        if (op is "move" or "copy" && (TextOf(operation, "from") is not { } source || (from = JsonPointer.Parse(source)) is null))
            return PatchRefusals.Malformed(index, "has no from that is a JSON pointer");
        var hasValue = operation.TryGetProperty("value", out var value);
        if (op is "add" or "replace" or "test" && !hasValue) return PatchRefusals.Malformed(index, "has no value");
        return new JsonOperation(op, pointer) { From = from, Value = value };
    }

    private static string? TextOf(JsonElement operation, string name) =>
        operation.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
