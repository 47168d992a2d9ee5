using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.FhirPath;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Patching;

/// <summary>
/// A FHIRPath Patch (R4 fhirpatch.html): a Parameters resource whose operations add, insert, delete, replace and move what FHIRPath
/// expressions name. They are done in order, all or none, each on what the ones before it made.
/// </summary>
public sealed class FhirPathPatch : ResourcePatch
{
    public const int MostOperations = 100;

    // Each operation reads the document anew.
    private const long MostBytesRead = 64 * 1024 * 1024;
    private const int MostSteps = 20_000;
    private readonly IReadOnlyList<PathOperation> operations;
    private readonly TimeProvider clock;

    private FhirPathPatch(IReadOnlyList<PathOperation> operations, TimeProvider clock) =>
        (this.operations, this.clock) = (operations, clock);

    public static Result<FhirPathPatch> Read(JsonElement parameters, TimeProvider clock)
    {
        if (!parameters.TryGetProperty("parameter", out var all) || all.ValueKind != JsonValueKind.Array)
            return new Refusal(RefusalKind.Invalid, "structure", "A FHIRPath Patch is a Parameters resource with parameters named operation.");
        if (all.GetArrayLength() > MostOperations) return PatchRefusals.TooMany(MostOperations);
        var operations = new List<PathOperation>();
        foreach (var each in all.EnumerateArray())
        {
            var read = PathOperation.Read(each, operations.Count);
            if (read.Refusal is { } malformed) return malformed;
            operations.Add(read.Value);
        }

        return new FhirPathPatch(operations, clock);
    }

    private protected override Result<Patched> Change(JsonNode? document)
    {
        var read = 0L;
        for (var index = 0; index < operations.Count; index++)
        {
            var text = Write(document);
            read += text.Length;
            if (read > MostBytesRead || text.Length > MostBytes) return PatchRefusals.TooLarge;
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 2 * Json.FhirJson.MaxDepth });
            if (Do(operations[index], index, JsonElement.ParseValue(ref reader), document) is { } refusal) return refusal;
        }

        return new Patched(document);
    }

    private Refusal? Do(PathOperation operation, int index, JsonElement resource, JsonNode? document)
    {
        var found = Find(operation.Expression, index, resource);
        if (found.Refusal is { } unread) return unread;
        if (document is not JsonObject root) return PatchRefusals.Failed(index, "has no resource to change");
        var flaw = operation.Type switch
        {
            "add" when found.Value is [var only] => ElementEdit.Add(root, only, operation),
            "replace" when found.Value is [var only] => ElementEdit.Replace(root, only, operation),
            "delete" when found.Value is [] => null,
            "delete" when found.Value is [var only] => ElementEdit.Delete(root, only),
            "insert" when found.Value is [var first, ..] => ElementEdit.Insert(root, first, operation),
            "insert" => InsertFirst(operation, index, resource, root),
            "move" when found.Value is [var first, ..] => ElementEdit.Move(root, first, operation),
            _ => found.Value is [] ? "names an element that is not there" : "names several elements",
        };
        return flaw is null ? null : PatchRefusals.Failed(index, flaw);
    }

    /// <summary>The list is empty: its element is added to the parent that the rest of the path names.</summary>
    private string? InsertFirst(PathOperation operation, int index, JsonElement resource, JsonObject root)
    {
        var dot = operation.Path.LastIndexOf('.');
        if (operation.Index != 0 || dot < 0) return "inserts beyond the end of a list";
        if (FhirPathExpression.TryCompile(operation.Path[..dot], out _) is not { } path) return "names a list that is not there";
        var parent = Find(path, index, resource);
        return !parent.IsRefused && parent.Value is [var only]
            ? ElementEdit.Add(root, only, operation with { Name = operation.Path[(dot + 1)..] })
            : "names a list that is not there";
    }

    private Result<IReadOnlyList<ElementPlace>> Find(FhirPathExpression expression, int index, JsonElement resource)
    {
        try
        {
            var context = new FhirPathContext { Clock = clock, MaxSteps = MostSteps, AllowsPatterns = false };
            var places = new List<ElementPlace>();
            // A second place decides that there are several. Each is looked for among its siblings, so the others cost too much.
            foreach (var value in expression.Evaluate(resource, context).Take(2))
            {
                if (ElementPlace.Of(resource, value) is not { } place) return PatchRefusals.Failed(index, "has a path that names no element");
                places.Add(place);
            }

            return places;
        }
        catch (FhirPathException)
        {
            return PatchRefusals.Failed(index, "has a path that cannot be evaluated on the resource");
        }
    }
}

/// <summary>One operation of a FHIRPath Patch, taken apart.</summary>
internal sealed record PathOperation(string Type, string Path)
{
    private const int LongestPath = 1000;

    public required FhirPathExpression Expression { get; init; }

    public string? Name { get; init; }

    public int? Index { get; init; }

    public int? Source { get; init; }

    public int? Destination { get; init; }

    /// <summary>The parameter's part named value; undefined where there is none.</summary>
    public JsonElement Value { get; init; }

    public static Result<PathOperation> Read(JsonElement parameter, int index)
    {
        if (parameter.ValueKind != JsonValueKind.Object || TextOf(parameter, "name") != "operation"
            || !parameter.TryGetProperty("part", out var parts) || parts.ValueKind != JsonValueKind.Array)
            return PatchRefusals.Malformed(index, "is no parameter named operation with parts");
        var byName = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var part in parts.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object || TextOf(part, "name") is not { } name || !byName.TryAdd(name, part))
                return PatchRefusals.Malformed(index, "has a part without a name, or two of one name");
        }

        var type = Part(byName, "type", "valueCode")?.GetString();
        var path = Part(byName, "path", "valueString")?.GetString();
        if (type is null || path is null) return PatchRefusals.Malformed(index, "needs a type (valueCode) and a path (valueString)");
        if (path.Length > LongestPath || FhirPathExpression.TryCompile(path, out _) is not { } expression)
            return PatchRefusals.Malformed(index, "has a path that is no FHIRPath, or one that is too long");
        var read = new PathOperation(type, path)
        {
            Expression = expression,
            Name = Part(byName, "name", "valueString")?.GetString(),
            Index = Number(byName, "index"),
            Source = Number(byName, "source"),
            Destination = Number(byName, "destination"),
            Value = byName.GetValueOrDefault("value"),
        };
        return read.Flaw() is { } flaw ? PatchRefusals.Malformed(index, flaw) : read;
    }

    private string? Flaw() => Type switch
    {
        "add" when Name is null => "adds without a name",
        "add" or "replace" or "insert" when Value.ValueKind != JsonValueKind.Object => "has no value",
        "insert" when Index is null => "inserts without an index",
        "move" when Source is null || Destination is null => "moves without a source and a destination",
        "add" or "replace" or "insert" or "move" or "delete" => null,
        _ => "is none of add, insert, delete, replace and move",
    };

    private static int? Number(Dictionary<string, JsonElement> parts, string name) =>
        Part(parts, name, "valueInteger") is { } number
            && int.TryParse(number.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : null;

    private static JsonElement? Part(Dictionary<string, JsonElement> parts, string name, string property)
    {
        if (!parts.TryGetValue(name, out var part) || !part.TryGetProperty(property, out var value)) return null;
        var expected = property == "valueInteger" ? JsonValueKind.Number : JsonValueKind.String;
        return value.ValueKind == expected ? value : null;
    }

    internal static string? TextOf(JsonElement container, string name) =>
        container.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
